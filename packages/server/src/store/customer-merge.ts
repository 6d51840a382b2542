import type pg from 'pg';
import { supervises, type Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';
import { mayKnow } from './customer-pages.ts';
import { fileAnew, takeOver } from './identity.ts';
import { audit } from './people.ts';
import { inTransaction } from './transaction.ts';

/**
 * Everybody whom a customer stands for: what was on its way while two were merged is still under the first one's id.
 */
export const THEM = 'SELECT id FROM customer WHERE id = $1 OR merged_into = $1';

const DEADLOCK = '40P01';
const MOST_TRIES = 5;

interface Merging {
  id: string;
  inbox: string;
  identity: string | null;
  merged_into: string | null;
}

/**
 * Makes two customers one: conversations, visits, notes and files of the first are the second's, attributes where the
 * second has none. What the first page was signed in as ends, and those sessions are given: whoever sits there must not
 * see what the second wrote elsewhere. Somebody whom the shop signed is never merged into another.
 */
export async function mergeCustomers(pool: pg.Pool, who: Who, from: string, into: string): Promise<string[]> {
  if (from === into) throw new HeedError('bad_request', 'A customer cannot be merged with themselves.');
  for (const id of [from, into])
    if (!(await mayKnow(pool, who, id))) throw new HeedError('not_found', 'There is no such customer.');
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(pool, (client) => mergeOnce(client, who, from, into));
    } catch (error) {
      // A batch locks conversations first and their customer after them; whoever of the two was ended begins again.
      if ((error as { code?: unknown }).code !== DEADLOCK || tries === MOST_TRIES) throw error;
    }
  }
}

async function mergeOnce(client: pg.PoolClient, who: Who, from: string, into: string): Promise<string[]> {
  const { rows } = await client.query<Merging>(
    'SELECT id, inbox, identity, merged_into FROM customer WHERE id = ANY($1) ORDER BY id FOR UPDATE',
    [[from, into]],
  );
  const [one, other] = [rows.find(({ id }) => id === from), rows.find(({ id }) => id === into)];
  if (!one || !other || one.merged_into !== null || other.merged_into !== null)
    throw new HeedError('not_found', 'There is no such customer.');
  if (one.inbox !== other.inbox)
    throw new HeedError('bad_request', 'They wrote to different inboxes, where they are different customers.');
  if (one.identity !== null)
    throw new HeedError('bad_request', 'Your shop has signed who this is. Merge the other one into this one.');
  await mustSupervise(client, who, from);
  return move(client, who, from, into);
}

/** Conversations change hands only by somebody who is above each of them. */
async function mustSupervise(client: pg.PoolClient, who: Who, customer: string): Promise<void> {
  const { rows } = await client.query<{ queue: string }>(
    'SELECT DISTINCT queue FROM conversation WHERE customer = $1',
    [customer],
  );
  if (rows.every(({ queue }) => supervises(who, queue)) && (who.isAdmin || rows.length > 0)) return;
  throw new HeedError('forbidden', 'Only a supervisor of all their queues merges customers.');
}

async function move(client: pg.PoolClient, who: Who, from: string, into: string): Promise<string[]> {
  const ended = await takeOver(client, from, into);
  await client.query('UPDATE customer_note SET customer = $2 WHERE customer = $1', [from, into]);
  await client.query("UPDATE attachment SET owner = $2 WHERE owner_type = 'customer' AND owner = $1", [from, into]);
  await client.query(
    `UPDATE customer u SET email = coalesce(u.email, o.email), language = coalesce(u.language, o.language),
            device = coalesce(u.device, o.device), created_at = least(u.created_at, o.created_at),
            last_heard_at = greatest(u.last_heard_at, o.last_heard_at),
            attributes = (o.attributes::jsonb || u.attributes::jsonb)::json
       FROM customer o WHERE u.id = $2 AND o.id = $1`,
    [from, into],
  );
  // What they wrote before bears the other's name.
  await client.query(
    `UPDATE customer u SET merged_into = $2, name = o.name, email = NULL, attributes = '{}'
       FROM customer o WHERE (u.id = $1 OR u.merged_into = $1) AND o.id = $2`,
    [from, into],
  );
  await client.query('DELETE FROM search_customer WHERE customer = $1', [from]);
  await fileAnew(client, into);
  await audit(client, 'agent', who.id, 'merged', into, { from });
  return ended;
}
