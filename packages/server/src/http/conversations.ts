import { decodeRequest, type Entry, type Send } from '@heed/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { customerFor, mayReadChat, mayReadConversation, type Who } from '../domain/permission.ts';
import type { Node } from '../live/node.ts';
import { heldBy } from '../live/requests.ts';
import { withProof } from '../store/proof.ts';
import { authenticate, refuse } from './reply.ts';

const page = z.object({
  before: z.coerce.number().int().positive().optional(),
  next: z.string().max(64).optional(),
  proof: z.enum(['0', '1']).optional(),
});
const moment = z.object({ at: z.iso.datetime() });
const MOST = 200;

/** Conversations over HTTP, for bots and the API: the same rights, the same guard, the same answers (§11). */
export function conversationRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const { streams, ledger } = parts;

  async function mayRead(who: Who, id: string): Promise<boolean> {
    const access = (await streams.access([id])).get(id);
    if (!access) return false;
    return who.type === 'customer' ? mayReadChat(who, access) : mayReadConversation(who, access);
  }

  app.get('/v1/conversations', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (who.type === 'customer') return { conversations: await chatsFor(who) };
    const { next } = page.parse(request.query);
    const queues = who.isAdmin ? [...parts.directory.queues].map(({ id }) => id) : [...who.queues.keys()];
    const lists = [...queues.map((id) => `list/open:${id}`), `list/agent:${who.id}`];
    const { rows } = await pool.query<{ conversation: string; body: string }>(
      `SELECT DISTINCT ON (e.conversation) e.conversation, coalesce(e.body, c.entry) AS body
         FROM entry e JOIN conversation c ON c.id = e.conversation
        WHERE e.list = ANY($1) AND e.kind <> 'left' AND e.conversation > $2 ORDER BY e.conversation LIMIT $3`,
      [lists, next ?? '', MOST],
    );
    const conversations = rows.map((row) => JSON.parse(row.body) as Entry);
    const last = rows.length === MOST ? rows.at(-1)?.conversation : undefined;
    return { conversations, ...(last === undefined ? {} : { next: last }) };
  });

  async function chatsFor(who: Who) {
    const { rows } = await pool.query(
      `SELECT c.id, c.status, c.preview, s.n, s.h, s.at FROM conversation c JOIN stream s ON s.name = 'chat/' || c.id
        WHERE c.customer = $1 ORDER BY c.started_at DESC LIMIT 20`,
      [who.id],
    );
    return rows.map((row) => ({
      conversation: row.id,
      status: row.status === 'resolved' ? 'resolved' : 'open',
      head: { n: row.n, h: row.h },
      preview: row.preview,
      at: row.at.toISOString(),
    }));
  }

  app.get('/v1/conversations/:id/items', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const { id } = request.params as { id: string };
    const { before, proof } = page.parse(request.query);
    if (!(await mayRead(who, id))) return refuse(reply, 'not_found');
    const s = `${who.type === 'customer' ? 'chat' : 'conversation'}/${id}`;
    const update = await streams.before(s, before ?? 2 ** 31 - 1, parts.config.updateItems);
    if (!update) return refuse(reply, 'not_found');
    return proof === '1' ? withProof(pool, update) : update;
  });

  app.get('/v1/conversations/:id/position', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const { id } = request.params as { id: string };
    const { at } = moment.parse(request.query);
    if (who.type === 'customer' || !(await mayRead(who, id))) return refuse(reply, 'not_found');
    const { rows } = await pool.query<{ n: number | null }>(
      `SELECT coalesce((SELECT n FROM item WHERE stream = $1 AND at >= $2 ORDER BY n LIMIT 1),
                       (SELECT n FROM stream WHERE name = $1)) AS n`,
      [`conversation/${id}`, at],
    );
    return { n: rows[0]?.n ?? 1 };
  });

  app.post('/v1/conversations/:id/send', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const send = readSend(request, who);
    if (!send) return refuse(reply, 'bad_frame', 'Send one Send frame, as on the socket.');
    if (parts.config.rates && node.ratesOf(who.type, who.id).send.use(parts.clock.now()) > 0)
      return refuse(reply, 'rate_limited');
    const outcome = await ledger.submit({ do: 'send', who, send });
    if (outcome.do === 'sent') return { t: 'sent', id: send.id, s: outcome.s, at: outcome.at };
    if (outcome.do === 'refused') return refuse(reply, outcome.code);
    if (outcome.do === 'cancelled') return refuse(reply, 'cancelled');
    const update = await streams.stretch(send.s, outcome.after);
    return update ? reply.code(409).send(heldBy(send, outcome, update)) : refuse(reply, 'not_found');
  });

  app.get('/v1/customers/:id', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who || who.type === 'customer') return refuse(reply, who ? 'not_found' : 'signed_out');
    const { id } = request.params as { id: string };
    const { rows } = await pool.query<{ id: string }>(
      'SELECT id FROM conversation WHERE customer = $1 ORDER BY started_at DESC',
      [id],
    );
    for (const row of rows) {
      if (!(await mayRead(who, row.id))) continue;
      const snapshot = await streams.snapshot(`conversation/${row.id}`);
      return snapshot?.customer ? customerFor(who, snapshot.customer) : refuse(reply, 'not_found');
    }
    return refuse(reply, 'not_found');
  });
}

/** The frame in the body, for the conversation in the path. */
function readSend(request: FastifyRequest, who: Who): Send | undefined {
  const { id } = request.params as { id: string };
  const body = typeof request.body === 'object' ? request.body : {};
  const decoded = decodeRequest(JSON.stringify({ t: 'send', attempt: 1, ...body }));
  if (!decoded.ok || decoded.frame.t !== 'send') return undefined;
  const named = decoded.frame.s === `${who.type === 'customer' ? 'chat' : 'conversation'}/${id}`;
  return named ? decoded.frame : undefined;
}
