import { hash as digest, randomBytes } from 'node:crypto';
import type { Stream } from '@heed/protocol';
import { hash as hashPassword, verify as verifyPassword } from '@node-rs/argon2';
import type pg from 'pg';
import { ulid } from 'ulid';
import { gathering } from './gathering.ts';
import { LONGEST } from './reading.ts';

/** 15 minutes for an agent's token, 30 idle days for the session that renews it; a customer's lives 400 days (§11). */
const AGENT_TOKEN = '15 minutes';
const AGENT_SESSION = '30 days';
export const CUSTOMER_SESSION = '400 days';

export interface Session {
  id: string;
  personType: 'customer' | 'agent' | 'bot';
  person: string;
}

/** So long after they were heard last, somebody who comes is one who comes back: their wait for work begins anew. */
export const BACK_MS = 60_000;
const IS_HERE = `(p.state <> 'offline' AND p.heard_at > clock_timestamp() - interval '${BACK_MS} ms')`;

/** Tokens are random and kept as hashes: whoever reads the database cannot use them. */
export function newToken(): { token: string; hash: Buffer } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOf(token) };
}

function hashOf(token: string): Buffer {
  return digest('sha256', token, 'buffer');
}

// Compared against where there is no such person, so that a guess takes as long either way.
const NOBODY = hashPassword(randomBytes(16).toString('hex'));

/** The agent with this e-mail and password, or undefined: which of the two was wrong is nobody's business. */
export async function checkPassword(pool: pg.Pool, email: string, password: string): Promise<string | undefined> {
  const { rows } = await pool.query(
    'SELECT id, password_hash FROM agent WHERE lower(email) = lower($1) AND disabled_at IS NULL',
    [email],
  );
  const stored: string = rows[0]?.password_hash ?? (await NOBODY);
  const right = await verifyPassword(stored, password);
  return right ? rows[0]?.id : undefined;
}

/** Begins an agent's session: a secret for the cookie, and the first token. Signing in starts as *taking*. */
export async function beginAgentSession(
  pool: pg.Pool,
  agent: string,
  from: { address: string; device: string },
): Promise<{ secret: string; token: string; session: string }> {
  const secret = newToken();
  const session = ulid();
  await pool.query(
    `INSERT INTO session (id, hash, person_type, person, address, device, expires_at)
     VALUES ($1, $2, 'agent', $3, $4, $5, clock_timestamp() + interval '${AGENT_SESSION}')`,
    [session, secret.hash, agent, from.address, from.device.slice(0, 300)],
  );
  await pool.query(
    // Nobody is heard before a terminal says hello. One who is here already, with another terminal, loses no place.
    `INSERT INTO presence AS p (agent, state, heard_at, signed_in_at) VALUES ($1, 'taking', '-infinity', clock_timestamp())
     ON CONFLICT (agent) DO UPDATE SET state = 'taking',
       state_since = CASE WHEN ${IS_HERE} AND p.state = 'taking' THEN p.state_since ELSE excluded.signed_in_at END,
       signed_in_at = CASE WHEN ${IS_HERE} THEN p.signed_in_at ELSE excluded.signed_in_at END`,
    [agent],
  );
  await audit(pool, 'agent', agent, 'signed in', session);
  return { secret: secret.token, token: await tokenFor(pool, session), session };
}

async function tokenFor(pool: pg.Pool, session: string): Promise<string> {
  const { token, hash } = newToken();
  await pool.query(
    `WITH old AS (DELETE FROM token WHERE expires_at < clock_timestamp() - interval '1 hour')
     INSERT INTO token (hash, session, expires_at) VALUES ($1, $2, clock_timestamp() + interval '${AGENT_TOKEN}')`,
    [hash, session],
  );
  return token;
}

/** A new token for the session of this cookie or token, while it lives. */
export async function renewAgentSession(
  pool: pg.Pool,
  secret: string,
): Promise<{ token: string; person: string } | undefined> {
  const { rows } = await pool.query(
    `UPDATE session SET used_at = clock_timestamp(), expires_at = clock_timestamp() + interval '${AGENT_SESSION}'
      WHERE person_type = 'agent' AND expires_at > clock_timestamp()
        AND (hash = $1 OR id = (SELECT session FROM token WHERE hash = $1 AND expires_at > clock_timestamp()))
      RETURNING id, person`,
    [hashOf(secret)],
  );
  const row = rows[0];
  return row ? { token: await tokenFor(pool, row.id), person: row.person } : undefined;
}

/** Ends a session at once; its tokens go with it. Gives its id, so that its sockets can be closed (CON7). */
export async function endSession(pool: pg.Pool, secret: string): Promise<Session | undefined> {
  const { rows } = await pool.query(
    `DELETE FROM session WHERE hash = $1 OR id = (SELECT session FROM token WHERE hash = $1) RETURNING id, person_type, person`,
    [hashOf(secret)],
  );
  const row = rows[0];
  if (!row) return undefined;
  await audit(pool, row.person_type, row.person, 'signed out', row.id);
  await endPresence(pool, row.person);
  return { id: row.id, personType: row.person_type, person: row.person };
}

/** LST6: with their last session an agent is offline, at once. */
async function endPresence(pool: pg.Pool, agent: string): Promise<void> {
  await pool.query(
    `UPDATE presence SET state = 'offline', state_since = clock_timestamp() WHERE agent = $1 AND state <> 'offline'
        AND NOT EXISTS (SELECT 1 FROM session WHERE person = $1 AND person_type <> 'customer' AND expires_at > clock_timestamp())`,
    [agent],
  );
}

/** Whose token this is, while it is good. A customer's session token and a bot's key are used themselves. */
export async function findToken(pool: pg.Pool, token: string): Promise<Session | undefined> {
  return (await findTokens(pool, [token])).get(token);
}

const FIND_TOKENS = {
  name: 'find-tokens',
  text: `
SELECT w.i, s.id, s.person_type, s.person FROM unnest($1::bytea[]) WITH ORDINALITY AS w(hash, i)
  JOIN session s ON s.hash = w.hash
 WHERE s.person_type IN ('customer', 'bot') AND s.expires_at > clock_timestamp()
 UNION ALL
SELECT w.i, s.id, s.person_type, s.person FROM unnest($1::bytea[]) WITH ORDINALITY AS w(hash, i)
  JOIN token t ON t.hash = w.hash AND t.expires_at > clock_timestamp()
  JOIN session s ON s.id = t.session AND s.expires_at > clock_timestamp()`,
};

async function findTokens(pool: pg.Pool, tokens: readonly string[]): Promise<Map<string, Session>> {
  const { rows } = await pool.query({ ...FIND_TOKENS, values: [tokens.map(hashOf)] });
  return new Map(
    rows.map(({ i, id, person_type, person }) => [
      tokens[Number(i) - 1] as string,
      { id, personType: person_type, person },
    ]),
  );
}

export interface CustomerRow {
  id: string;
  name: string;
  inbox: string;
}

/** How far somebody has read, and in which epoch that number counts. */
export interface ReadNow {
  s: Stream;
  type: string;
  actor: string;
  n: number;
  h: string;
}

/** What is known of people, as the live part of a node needs it. */
export interface People {
  /** Whose token this is, while it is good. */
  findToken(token: string): Promise<Session | undefined>;
  customer(id: string): Promise<CustomerRow | undefined>;
  /** The newest chats of a customer with their points (CON1). */
  chatsOf(customer: string): Promise<[Stream, number, string][]>;
  /** Somebody says hello: they are heard, back where they were gone, and this is what they said last (LST6). */
  arrive(agent: string): Promise<'taking' | 'away'>;
  savePresence(agent: string, state: 'taking' | 'away'): Promise<void>;
  /**
   * Who was heard when, as one write for all of a node's agents (BEAT5). Nobody was heard in times to come: where the
   * database's clock was put back since, what it said is worth no more than now.
   */
  saveHeard(heard: { agent: string; agoMs: number }[]): Promise<void>;
  /** Registers: the highest number wins (CON3). A point that is no true one counts for nothing. */
  saveReads(reads: ReadNow[]): Promise<void>;
  draftsOf(agent: string): Promise<{ s: Stream; text: string; version: number }[]>;
  /** The newest wins (CON2). */
  /** Gives what is newest then, which may be another terminal's. */
  saveDraft(agent: string, s: Stream, text: string, version: number): Promise<{ text: string; version: number }>;
  /** A page that a customer looked at; the last 50 are kept (CON2). */
  saveVisit(customer: string, visit: { url: string; title: string; referrer: string }): Promise<void>;
  saveAttributes(customer: string, attributes: Record<string, unknown>): Promise<void>;
  /** Which of these sessions still live (CON7). */
  living(sessions: string[]): Promise<Set<string>>;
}

/** People in PostgreSQL. */
export function postgresPeople(pool: pg.Pool): People {
  const tokens = gathering((all: string[]) => findTokens(pool, all));
  const customers = gathering((ids: string[]) => customersById(pool, ids));
  const chats = gathering((ids: string[]) => chatsOf(pool, ids));
  return {
    findToken: async (token) => (await tokens([token])).get(token),
    customer: async (id) => (await customers([id])).get(id),
    chatsOf: async (customer) => (await chats([customer])).get(customer) ?? [],
    arrive: (agent) => arrive(pool, agent),
    savePresence: (agent, state) => savePresence(pool, agent, state),
    saveHeard: (heard) => saveHeard(pool, heard),
    saveReads: (reads) => saveReads(pool, reads),
    draftsOf: (agent) => draftsOf(pool, agent),
    saveDraft: (agent, s, text, version) => saveDraft(pool, agent, s, text, version),
    saveVisit: (customer, visit) => saveVisit(pool, customer, visit),
    saveAttributes: (customer, attributes) => saveAttributes(pool, customer, attributes),
    living: async (sessions) => {
      const { rows } = await pool.query<{ id: string }>({ ...LIVING, values: [sessions] });
      return new Set(rows.map((row) => row.id));
    },
  };
}

const LIVING = {
  name: 'living-sessions',
  text: 'SELECT id FROM session WHERE id = ANY($1) AND expires_at > clock_timestamp()',
};

/** A customer nobody has met: named by a number until they say who they are. */
export async function beginCustomer(
  pool: pg.Pool,
  inbox: string,
  name: string,
  from: { address: string; device: string },
): Promise<{ token: string; customer: CustomerRow }> {
  const { token, hash } = newToken();
  const id = ulid();
  await pool.query(
    `WITH customer AS (INSERT INTO customer (id, inbox, name) VALUES ($1, $2, $3))
     INSERT INTO session (id, hash, person_type, person, address, device, expires_at)
     VALUES ($4, $5, 'customer', $1, $6, $7, clock_timestamp() + interval '${CUSTOMER_SESSION}')`,
    [id, inbox, name, ulid(), hash, from.address, from.device.slice(0, 300)],
  );
  return { token, customer: { id, name, inbox } };
}

/** The customer of a token in use; the session's life begins anew. */
export async function renewCustomer(pool: pg.Pool, token: string): Promise<CustomerRow | undefined> {
  const { rows } = await pool.query(
    `WITH s AS (
       UPDATE session SET used_at = clock_timestamp(), expires_at = clock_timestamp() + interval '${CUSTOMER_SESSION}'
        WHERE person_type = 'customer' AND hash = $1 AND expires_at > clock_timestamp() RETURNING person)
     SELECT c.id, c.name, c.inbox FROM customer c JOIN s ON c.id = s.person`,
    [hashOf(token)],
  );
  return rows[0];
}

async function customersById(pool: pg.Pool, ids: string[]): Promise<Map<string, CustomerRow>> {
  const { rows } = await pool.query<CustomerRow>({
    name: 'customers',
    text: 'SELECT id, name, inbox FROM customer WHERE id = ANY($1)',
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

type Chat = [s: Stream, n: number, h: string];

/** The newest chats of customers with their points (CON1). */
async function chatsOf(pool: pg.Pool, customers: string[]): Promise<Map<string, Chat[]>> {
  const { rows } = await pool.query({
    name: 'chats-of',
    text: `SELECT w.customer, s.name, s.n, s.h FROM unnest($1::text[]) AS w(customer)
            CROSS JOIN LATERAL (SELECT id, started_at FROM conversation c WHERE c.customer = w.customer ORDER BY started_at DESC LIMIT 20) c
             JOIN stream s ON s.name = 'chat/' || c.id ORDER BY c.started_at`,
    values: [customers],
  });
  const chats = new Map<string, Chat[]>();
  for (const { customer, name, n, h } of rows) chats.set(customer, [...(chats.get(customer) ?? []), [name, n, h]]);
  return chats;
}

/** Notes a change by a person: who, what, on what. */
export async function audit(
  pool: Pick<pg.Pool, 'query'>,
  type: string,
  actor: string,
  action: string,
  target: string,
  detail: object = {},
): Promise<void> {
  await pool.query('INSERT INTO audit (actor_type, actor, action, target, detail) VALUES ($1, $2, $3, $4, $5)', [
    type,
    actor,
    action,
    target,
    JSON.stringify(detail),
  ]);
}

/**
 * Registers: the highest number wins (CON3). What somebody read in an epoch that is over says nothing of what stands at
 * that number now, and is dropped (I10).
 */
async function saveReads(pool: pg.Pool, reads: ReadNow[]): Promise<void> {
  if (reads.length === 0) return;
  await pool.query({
    name: 'save-reads',
    text: `INSERT INTO read_mark (stream, actor_type, actor, n, at)
           SELECT u.s, u.t, u.a, max(u.n), clock_timestamp()
             FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[]) AS u(s, t, a, n, h)
             JOIN item i ON i.stream = u.s AND i.n = u.n AND i.h = u.h
            GROUP BY u.s, u.t, u.a ORDER BY u.s, u.t, u.a
           ON CONFLICT (stream, actor_type, actor) DO UPDATE SET n = excluded.n, at = excluded.at WHERE read_mark.n < excluded.n`,
    values: [
      reads.map((r) => r.s),
      reads.map((r) => r.type),
      reads.map((r) => r.actor),
      reads.map((r) => Math.min(r.n, LONGEST)),
      reads.map((r) => r.h),
    ],
  });
}

/**
 * Who was heard when, as one write for all of a node's agents (BEAT5). Nobody was heard in times to come: where the
 * database's clock was put back since, what it said is worth no more than now.
 */
async function saveHeard(pool: pg.Pool, heard: { agent: string; agoMs: number }[]): Promise<void> {
  if (heard.length === 0) return;
  await pool.query(
    `UPDATE presence p
        SET heard_at = greatest(least(p.heard_at, clock_timestamp()), clock_timestamp() - u.ago * interval '1 ms')
       FROM unnest($1::text[], $2::int[]) AS u(agent, ago) WHERE p.agent = u.agent`,
    [heard.map((h) => h.agent), heard.map((h) => Math.round(h.agoMs))],
  );
}

async function savePresence(pool: pg.Pool, agent: string, state: 'taking' | 'away'): Promise<void> {
  await pool.query(
    `INSERT INTO presence AS p (agent, state, heard_at, signed_in_at) VALUES ($1, $2, clock_timestamp(), clock_timestamp())
     ON CONFLICT (agent) DO UPDATE SET state = excluded.state, heard_at = excluded.heard_at,
       state_since = CASE WHEN p.state = excluded.state THEN p.state_since ELSE excluded.heard_at END`,
    [agent, state],
  );
  await audit(pool, 'agent', agent, 'presence', state);
}

/** Written only where it says something new: posts begin with a hello each (CON8). */
const ARRIVE = {
  name: 'arrive',
  text: `
WITH known AS (SELECT p.state, p.heard_at, ${IS_HERE} AS is_here FROM presence p WHERE p.agent = $1), arrived AS (
  INSERT INTO presence AS p (agent, state, heard_at, signed_in_at)
  SELECT $1, 'taking', clock_timestamp(), clock_timestamp()
   WHERE NOT EXISTS (SELECT 1 FROM known WHERE is_here AND heard_at > clock_timestamp() - interval '5 s')
  ON CONFLICT (agent) DO UPDATE SET heard_at = excluded.heard_at,
    state = CASE WHEN p.state = 'offline' THEN 'taking' ELSE p.state END,
    state_since = CASE WHEN ${IS_HERE} THEN p.state_since ELSE excluded.heard_at END)
SELECT state FROM known`,
};

async function arrive(pool: pg.Pool, agent: string): Promise<'taking' | 'away'> {
  const { rows } = await pool.query({ ...ARRIVE, values: [agent] });
  return rows[0]?.state === 'away' ? 'away' : 'taking';
}

/** The newest draft wins (CON2). */
async function saveDraft(
  pool: pg.Pool,
  agent: string,
  s: string,
  text: string,
  version: number,
): Promise<{ text: string; version: number }> {
  const { rows } = await pool.query<{ text: string; version: number }>(
    `INSERT INTO draft AS d (agent, stream, text, version) VALUES ($1, $2, $3, $4)
     ON CONFLICT (agent, stream) DO UPDATE
        SET text = CASE WHEN d.version < excluded.version THEN excluded.text ELSE d.text END,
            version = greatest(d.version, excluded.version)
     RETURNING text, version`,
    [agent, s, text, version],
  );
  return rows[0] ?? { text, version };
}

async function draftsOf(pool: pg.Pool, agent: string): Promise<{ s: string; text: string; version: number }[]> {
  const { rows } = await pool.query("SELECT stream AS s, text, version FROM draft WHERE agent = $1 AND text <> ''", [
    agent,
  ]);
  return rows;
}

/** A page that a customer looked at; the last 50 are kept (CON2). */
async function saveVisit(
  pool: pg.Pool,
  customer: string,
  visit: { url: string; title: string; referrer: string },
): Promise<void> {
  await pool.query(
    `WITH old AS (DELETE FROM visit WHERE customer = $1 AND at < (SELECT at FROM visit WHERE customer = $1 ORDER BY at DESC OFFSET 48 LIMIT 1)),
          heard AS (UPDATE customer SET last_heard_at = clock_timestamp() WHERE id = $1)
     INSERT INTO visit (customer, url, title, referrer) VALUES ($1, $2, $3, $4)`,
    [customer, visit.url, visit.title, visit.referrer],
  );
}

/** So many attributes of one customer are kept (CON2). */
export const ATTRIBUTES = 50;
export const ATTRIBUTE_BYTES = 16_384;

/** What a page says of its customer: added to what is known, or instead of it where that would be too much. */
async function saveAttributes(pool: pg.Pool, customer: string, attributes: Record<string, unknown>): Promise<void> {
  const { language, device, ...rest } = attributes;
  await pool.query(
    `UPDATE customer SET language = coalesce($2, language), device = coalesce($3, device),
            attributes = (SELECT CASE WHEN (SELECT count(*) FROM jsonb_object_keys(a.all_of)) <= ${ATTRIBUTES}
                                       AND octet_length(a.all_of::text) <= ${ATTRIBUTE_BYTES} THEN a.all_of ELSE $4::jsonb END
                            FROM (SELECT attributes::jsonb || $4::jsonb AS all_of) a)::json,
            last_heard_at = clock_timestamp() WHERE id = $1`,
    [
      customer,
      typeof language === 'string' ? language : null,
      typeof device === 'string' ? device : null,
      JSON.stringify(rest),
    ],
  );
}
