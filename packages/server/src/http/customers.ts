import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { timeOf } from '../domain/clock.ts';
import { nextOpening } from '../domain/hours.ts';
import type { Node } from '../live/node.ts';
import type { InboxRow } from '../store/directory.ts';
import { postgresFigures } from '../store/figures.ts';
import { type Identity, identify, introduce } from '../store/identity.ts';
import { inboxKeys } from '../store/inbox-keys.ts';
import { beginCustomer, type CustomerRow, renewCustomer } from '../store/people.ts';
import { readIdentity } from './identity.ts';
import { MeasuredReplies } from './measured.ts';
import { bearer, refuse } from './reply.ts';
import { deviceOf } from './sign-in.ts';

const wanted = z.object({ inbox: z.string().min(1).max(64), identity: z.string().max(8_192).optional() });
const said = z.object({
  name: z.string().trim().min(1).max(200).optional(),
  email: z
    .string()
    .trim()
    .max(320)
    .regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/)
    .optional(),
});

/** Sessions of customers: who they are, and what their page is told of the inbox (§11). */
export function customerRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const measured = new MeasuredReplies(postgresFigures(pool));

  async function about(inbox: InboxRow) {
    const now = parts.clock.wall();
    const { directory, config } = parts;
    const queue = directory.queue(inbox.queue);
    const opening = nextOpening(queue?.targets.hours ?? null, now);
    const team = directory.members(inbox.queue).filter(({ type }) => type === 'agent');
    const { greeting, topics, ask, consent } = inbox.settings ?? {};
    return {
      id: inbox.id,
      name: inbox.name,
      company: directory.company,
      team: team.slice(0, 3).map(({ id, name }) => ({ id, name })),
      measured: await measured.of(queue, now).catch(() => null),
      accent: inbox.look.accent ?? null,
      greeting: greeting ?? null,
      topics: topics ?? [],
      ask: ask ?? null,
      consent: consent ?? null,
      opensAt: opening === null ? null : timeOf(opening),
      mail: config.smtpUrl !== undefined,
    };
  }

  /** Where mail goes is told to whoever it goes to. */
  async function told({ id, name }: CustomerRow) {
    const { rows } = await pool.query<{ email: string | null }>('SELECT email FROM customer WHERE id = $1', [id]);
    const email = rows[0]?.email;
    return { id, name, ...(email ? { email } : {}) };
  }

  app.post('/v1/customers/session', async (request, reply) => {
    const body = wanted.safeParse(request.body);
    if (!body.success) return refuse(reply, 'bad_request', 'Send {"inbox": "<key>"}.');
    const inbox = await parts.directory.findInbox(body.data.inbox);
    if (!inbox) return refuse(reply, 'not_found', 'There is no inbox with this key.');
    const { origin } = request.headers;
    if (inbox.origins.length > 0 && origin !== undefined && !inbox.origins.includes(origin)) {
      return refuse(reply, 'forbidden_origin', 'This inbox does not take messages from this site.');
    }
    const { identity } = body.data;
    if (identity === undefined && inbox.settings?.identity === 'required')
      return refuse(reply, 'identity_needed', 'This inbox takes only customers whom its site has signed in.');
    const token = bearer(request);
    const known = token === undefined ? undefined : await renewCustomer(pool, token);
    const here = known?.inbox === inbox.id ? known : undefined;
    if (identity !== undefined) {
      const read = await readIdentity(identity, await inboxKeys(pool, inbox.id), inbox.key);
      if (typeof read === 'string') return refuse(reply, 'bad_identity', read);
      return answerIdentified(request, reply, inbox, read, here, token);
    }
    if (token !== undefined && here) {
      return { token, customer: await told(here), inbox: await about(inbox) };
    }
    if (isTooMany(request)) return refuse(reply, 'rate_limited');
    const from = { address: request.ip, device: deviceOf(request) };
    const begun = await beginCustomer(pool, inbox.id, nextName(), from);
    return { token: begun.token, customer: await told(begun.customer), inbox: await about(inbox) };
  });

  function isTooMany(request: FastifyRequest): boolean {
    return parts.config.rates && node.addresses.use(request.ip, parts.clock.now()) > 0;
  }

  async function answerIdentified(
    request: FastifyRequest,
    reply: FastifyReply,
    inbox: InboxRow,
    identity: Identity,
    known: CustomerRow | undefined,
    token: string | undefined,
  ) {
    if (!known && isTooMany(request)) return refuse(reply, 'rate_limited');
    const page = { known, name: nextName(), address: request.ip, device: deviceOf(request) };
    const made = await identify(pool, inbox.id, identity, page);
    for (const session of made.ended) node.endSession(session);
    const customer = { ...(await told(made.customer)), verified: true };
    return { token: made.token ?? token, customer, inbox: await about(inbox) };
  }

  app.post('/v1/customers/about', async (request, reply) => {
    const token = bearer(request);
    const customer = token === undefined ? undefined : await renewCustomer(pool, token);
    if (!customer) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const body = said.safeParse(request.body);
    if (!body.success) return refuse(reply, 'bad_request', 'Send {"name", "email"}, either or both.');
    await introduce(pool, customer.id, body.data);
    return reply.code(204).send();
  });
}

/** A name for somebody who has not said theirs: short, and told apart by eye. */
function nextName(): string {
  return `#${Math.floor(Math.random() * 36 ** 4)
    .toString(36)
    .padStart(4, '0')
    .toUpperCase()}`;
}
