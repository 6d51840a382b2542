import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mayReadList } from '../domain/permission.ts';
import type { Node } from '../live/node.ts';
import { authenticate, refuse } from './reply.ts';

const taking = z.object({ id: z.string().min(1).max(64) });
const presence = z.object({ state: z.enum(['taking', 'away']) });

/** What bots do beside answering: take the first of a queue, and say whether they take chats (LST5, LST6). */
export function workOrderRoutes(app: FastifyInstance, node: Node): void {
  const { directory, ledger, config, clock } = node.parts;

  app.post('/v1/queues/:queue/take', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const { queue } = request.params as { queue: string };
    if (!mayReadList(who, `list/queue:${queue}`) || !directory.queue(queue)) return refuse(reply, 'not_found');
    const { id } = taking.parse(request.body);
    if (config.rates && node.ratesOf(who.type, who.id).send.use(clock.now()) > 0) return refuse(reply, 'rate_limited');
    const outcome = await ledger.submit({ do: 'take', who, id, queue });
    if (outcome.do === 'sent') return { t: 'sent', id, s: outcome.s, at: outcome.at };
    return refuse(reply, outcome.do === 'refused' ? outcome.code : 'unavailable');
  });

  app.post('/v1/presence', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (who.type === 'customer') return refuse(reply, 'forbidden');
    const { state } = presence.parse(request.body);
    await node.attend(who.id, state, '');
    return reply.code(204).send();
  });
}
