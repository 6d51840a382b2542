import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import type { Node } from '../live/node.ts';
import { Finder } from '../search/find.ts';
import { authenticate, refuse } from './reply.ts';

/** `a,b` or `a`, as several of a kind are named in an address. */
function list<T extends string>(each: z.ZodType<T, string>) {
  return z
    .string()
    .max(2_000)
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(each))
    .optional();
}

const query = z.object({
  q: z.string().max(400).default(''),
  where: list(z.enum(['messages', 'notes', 'files'])),
  queues: list(z.string().max(64)),
  states: list(z.enum(['unanswered', 'open', 'snoozed', 'resolved'])),
  from: z.enum(['customer', 'team']).optional(),
  since: z.iso.datetime().optional(),
  label: z.string().max(100).optional(),
});

/** Search over messages, notes, files, customers and numbers, for agents: they find what they may read. */
export function searchRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const finder = new Finder(pool, parts.directory);

  app.get('/v1/search', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (who.type === 'customer') return refuse(reply, 'not_found');
    // One search costs the database as much as some reads of a log do.
    if (parts.config.rates && node.ratesOf(who.type, who.id).get.use(parts.clock.now()) > 0)
      return refuse(reply, 'rate_limited');
    return finder.find(who, query.parse(request.query));
  });
}
