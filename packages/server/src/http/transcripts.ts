import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { mayReadChat } from '../domain/permission.ts';
import type { Node } from '../live/node.ts';
import { Bucket } from '../live/rates.ts';
import { DueMail } from '../mail/due.ts';
import { authenticate, refuse } from './reply.ts';

const wanted = z.object({
  email: z
    .string()
    .trim()
    .max(320)
    .regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/),
  language: z.string().max(35).optional(),
});

/** Three at once, then one a minute: a page must not become a way to mail strangers. */
const BURST = 3;
const PER_SECOND = 1 / 60;
const MOST_KEPT = 10_000;

/** A customer has a conversation of theirs mailed to them (§11). */
export function transcriptRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const due = new DueMail(pool);
  const buckets = new Map<string, Bucket>();

  function isTooMany(address: string): boolean {
    const now = parts.clock.now();
    if (buckets.size > MOST_KEPT) buckets.clear();
    const bucket = buckets.get(address) ?? new Bucket(PER_SECOND, BURST, now);
    buckets.set(address, bucket);
    return parts.config.rates && bucket.use(now) > 0;
  }

  app.post('/v1/conversations/:id/transcript', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const { id } = request.params as { id: string };
    const access = (await parts.streams.access([id])).get(id);
    if (!access || !mayReadChat(who, access)) return refuse(reply, 'not_found');
    if (parts.config.smtpUrl === undefined) return refuse(reply, 'no_mail', 'This installation sends no mail.');
    const body = wanted.safeParse(request.body);
    if (!body.success) return refuse(reply, 'bad_request', 'Send {"email"}.');
    if (isTooMany(request.ip)) return refuse(reply, 'rate_limited');
    await due.askTranscript(id, body.data.email, body.data.language ?? null);
    return reply.code(202).send();
  });
}
