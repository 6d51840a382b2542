import type pg from 'pg';
import { ulid } from 'ulid';
import { audit, CUSTOMER_SESSION, type CustomerRow, newToken } from './people.ts';
import { inTransaction } from './transaction.ts';

/** Who a shop has signed that its customer is. */
export interface Identity {
  /** The shop's own name for them; one person of an inbox has one. */
  sub: string;
  name?: string;
  email?: string;
  attributes?: Record<string, unknown>;
}

/** What became of the customer whom a page had until now. */
export interface Identified {
  customer: CustomerRow;
  /** Where they are somebody else than the page's token says. */
  token?: string;
  /** Sessions that are over: what they had is the identified customer's now. */
  ended: string[];
}

interface Known {
  id: string;
  name: string;
  inbox: string;
  identity: string | null;
}

/**
 * Makes a page's customer the one that the shop signed (§11). Somebody nobody knew becomes them, or, where they are known
 * from another device, what was begun here goes over to them; somebody else who was signed in here stays who they are.
 */
export async function identify(
  pool: pg.Pool,
  inbox: string,
  identity: Identity,
  page: { known?: CustomerRow | undefined; name: string; address: string; device: string },
): Promise<Identified> {
  return inTransaction(pool, async (client) => {
    // Two pages of one person that begin at once must not make two of them.
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`identity ${inbox} ${identity.sub}`]);
    return become(client, inbox, identity, page);
  });
}

async function become(
  client: pg.PoolClient,
  inbox: string,
  identity: Identity,
  page: Parameters<typeof identify>[3],
): Promise<Identified> {
  const them = await customerBy(client, 'inbox = $1 AND identity = $2', [inbox, identity.sub]);
  const here = page.known && (await customerBy(client, 'id = $1', [page.known.id]));
  const unknown = here?.identity === null ? here : undefined;
  if (them && here?.id === them.id) return { customer: await describe(client, them, identity), ended: [] };
  if (!them && unknown) {
    await client.query('UPDATE customer SET identity = $2 WHERE id = $1', [unknown.id, identity.sub]);
    await audit(client, 'customer', unknown.id, 'identified', unknown.id);
    return { customer: await describe(client, unknown, identity), ended: [] };
  }
  const known = them ?? (await add(client, inbox, identity.sub, page.name));
  const ended = unknown ? await takeOver(client, unknown.id, known.id) : [];
  if (unknown) await audit(client, 'customer', known.id, 'identified', unknown.id);
  const customer = await describe(client, known, identity);
  // What they wrote before bears their name too.
  if (unknown) await client.query('UPDATE customer SET name = $2 WHERE id = $1', [unknown.id, customer.name]);
  return { customer, token: await openSession(client, known.id, page), ended };
}

async function customerBy(client: pg.PoolClient, where: string, values: string[]): Promise<Known | undefined> {
  const { rows } = await client.query<Known>(
    `SELECT id, name, inbox, identity FROM customer WHERE ${where} FOR UPDATE`,
    values,
  );
  return rows[0];
}

async function add(client: pg.PoolClient, inbox: string, sub: string, name: string): Promise<Known> {
  const id = ulid();
  await client.query('INSERT INTO customer (id, inbox, identity, name) VALUES ($1, $2, $3, $4)', [
    id,
    inbox,
    sub,
    name,
  ]);
  return { id, inbox, name, identity: sub };
}

async function openSession(
  client: pg.PoolClient,
  customer: string,
  { address, device }: { address: string; device: string },
): Promise<string> {
  const { token, hash } = newToken();
  await client.query(
    `INSERT INTO session (id, hash, person_type, person, address, device, expires_at)
     VALUES ($1, $2, 'customer', $3, $4, $5, clock_timestamp() + interval '${CUSTOMER_SESSION}')`,
    [ulid(), hash, customer, address, device.slice(0, 300)],
  );
  return token;
}

/** Conversations, visits and what was read go over; the sessions end, so that no page goes on as nobody. */
export async function takeOver(client: pg.PoolClient, from: string, to: string): Promise<string[]> {
  // In the order in which everybody locks them (STR4).
  await client.query('SELECT id FROM conversation WHERE customer = $1 ORDER BY id FOR UPDATE', [from]);
  await client.query(
    `INSERT INTO read_mark (stream, actor_type, actor, n, at)
     SELECT stream, actor_type, $2, n, at FROM read_mark
      WHERE actor_type = 'customer' AND actor = $1 AND stream IN (SELECT 'chat/' || id FROM conversation WHERE customer = $1)
     ON CONFLICT DO NOTHING`,
    [from, to],
  );
  await client.query('UPDATE conversation SET customer = $2 WHERE customer = $1', [from, to]);
  await client.query('UPDATE visit SET customer = $2 WHERE customer = $1', [from, to]);
  const { rows } = await client.query<{ id: string }>(
    "DELETE FROM session WHERE person_type = 'customer' AND person = $1 RETURNING id",
    [from],
  );
  return rows.map(({ id }) => id);
}

/** What the shop signed is newer than what was known; what it left out stays. */
async function describe(
  client: pg.PoolClient,
  known: Known,
  { name, email, attributes }: Identity,
): Promise<CustomerRow> {
  await client.query(
    `UPDATE customer SET name = coalesce($2, name), email = coalesce($3, email),
            attributes = (attributes::jsonb || $4::jsonb)::json, last_heard_at = clock_timestamp() WHERE id = $1`,
    [known.id, name ?? null, email ?? null, JSON.stringify(attributes ?? {})],
  );
  await fileAnew(client, known.id);
  return { id: known.id, inbox: known.inbox, name: name ?? known.name };
}

/** What customers say of themselves, where their shop signs nothing. */
export async function introduce(
  pool: pg.Pool,
  customer: string,
  about: { name?: string | undefined; email?: string | undefined },
): Promise<void> {
  const { rowCount } = await pool.query(
    `UPDATE customer SET name = coalesce($2, name), email = coalesce($3, email) WHERE id = $1
        AND (name, email) IS DISTINCT FROM (coalesce($2, name), coalesce($3, email))`,
    [customer, about.name ?? null, about.email ?? null],
  );
  if (rowCount) await fileAnew(pool, customer);
}

/**
 * Lists name the customer (LST2): what is due now is looked at by the sweeper within a second, and an entry whose
 * timetable was moved is written anew, with the name of now.
 */
export async function fileAnew(client: Pick<pg.Pool, 'query'>, customer: string): Promise<void> {
  await client.query(
    "UPDATE conversation SET next_step_at = clock_timestamp() WHERE customer = $1 AND status <> 'resolved'",
    [customer],
  );
}
