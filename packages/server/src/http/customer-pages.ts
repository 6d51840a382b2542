import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { HeedError } from '../errors.ts';
import type { Node } from '../live/node.ts';
import { addNote, customerList, customerPage, eraseNote } from '../store/customer-pages.ts';
import { mentionsOf } from '../store/mentions.ts';
import { type Asked, forAgents, idOf } from './workbench.ts';

const note = z.object({ id: z.string().regex(/^[0-9A-Za-z]{1,64}$/), text: z.string().trim().min(1).max(4_000) });

/** What the team knows of its customers, and where its members named each other. */
export function customerPageRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const agents = (asked: Asked) => forAgents(node, asked);

  app.get(
    '/v1/customers',
    agents(async (who) => ({ customers: await customerList(pool, who) })),
  );
  app.get(
    '/v1/customers/:id/page',
    agents(async (who, request) => {
      const page = await customerPage(pool, who, (request.params as { id: string }).id);
      if (!page) throw new HeedError('not_found', 'There is no such customer.');
      return page;
    }),
  );
  app.post(
    '/v1/customers/:id/notes',
    agents((who, request) => addNote(pool, who, (request.params as { id: string }).id, note.parse(request.body))),
  );
  app.delete(
    '/v1/customer-notes/:id',
    agents((who, request) => eraseNote(pool, who, idOf(request))),
  );
  app.get(
    '/v1/mentions',
    agents(async (who) => ({ mentions: await mentionsOf(pool, node.parts.directory, who.id) })),
  );
}
