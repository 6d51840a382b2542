import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { HeedError } from '../errors.ts';
import type { Command } from '../ledger/command.ts';
import type { Node } from '../live/node.ts';
import { exportOf } from '../store/customer-export.ts';
import { mergeCustomers } from '../store/customer-merge.ts';
import { addNote, customerList, customerPage, eraseNote } from '../store/customer-pages.ts';
import { mentionsOf } from '../store/mentions.ts';
import { eraseCustomer } from './customer-erasure.ts';
import { authenticate, refuse } from './reply.ts';
import { type Asked, forAgents, idOf } from './workbench.ts';

const note = z.object({ id: z.string().regex(/^[0-9A-Za-z]{1,64}$/), text: z.string().trim().min(1).max(4_000) });

const merging = z.object({ into: z.string().regex(/^[0-9A-Za-z]{1,64}$/) });

/** A file that is written while it is read; what can be refused is refused before its first byte. */
async function exported(node: Node, pool: pg.Pool, request: FastifyRequest, reply: FastifyReply) {
  const who = await authenticate(node, request);
  if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
  if (who.type === 'customer') return refuse(reply, 'not_found');
  const id = idOf(request);
  const pieces = exportOf(pool, who, id);
  try {
    const { value = '' } = await pieces.next();
    reply.header('content-type', 'application/json; charset=utf-8');
    reply.header('content-disposition', `attachment; filename="customer-${id}.json"`);
    reply.header('cache-control', 'no-store');
    return await reply.send(Readable.from(joined(value, pieces)));
  } catch (error) {
    if (!(error instanceof HeedError)) throw error;
    return refuse(reply, error.code, error.message);
  }
}

async function* joined(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

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
  app.post(
    '/v1/customers/:id/merge',
    agents(async (who, request) => {
      const ended = await mergeCustomers(pool, who, idOf(request), merging.parse(request.body).into);
      for (const session of ended) node.endSession(session);
    }),
  );
  app.get('/v1/customers/:id/export', (request, reply) => exported(node, pool, request, reply));
  app.delete(
    '/v1/customers/:id',
    agents((who, request) => {
      const { ledger, streams } = node.parts;
      const submit = (command: Command) => ledger.submit(command);
      const endSession = (session: string) => node.endSession(session);
      return eraseCustomer({ pool, submit, epoch: streams.epoch, endSession }, who, idOf(request));
    }),
  );
  app.get(
    '/v1/mentions',
    agents(async (who) => ({ mentions: await mentionsOf(pool, node.parts.directory, who.id) })),
  );
}
