import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Database } from '../../database/connect.ts';
import { postgresPeople } from '../people.ts';
import { postgresLedgerStore } from '../pg-ledger.ts';
import { postgresReading } from '../pg-reading.ts';
import { postgresRota } from '../rota.ts';
import {
  AGENTS,
  BEGINNING,
  birthOf,
  type Company,
  CUSTOMERS,
  companyDirectory,
  EPOCH,
  fileOf,
  INBOXES,
  LISTS,
  type Opens,
  QUEUES,
  type Rows,
  sorted,
} from './company.ts';

/** Founds the company in a fresh database; each opening loses whatever was written since. */
export async function foundInPostgres({ pool }: Database): Promise<Opens> {
  await pool.query('DELETE FROM lineage');
  await found(pool);
  return async () => {
    await pool.query(EMPTY);
    return companyIn(pool);
  };
}

async function companyIn(pool: pg.Pool): Promise<Company> {
  return {
    ledger: postgresLedgerStore(pool),
    reading: postgresReading(pool),
    people: postgresPeople(pool),
    rota: postgresRota(pool),
    directory: await companyDirectory(),
    rows: () => rowsOf(pool),
    addFile: async (id, customer) => {
      const { name, type, size, sha256, width, height } = fileOf(id);
      await pool.query(
        `INSERT INTO attachment (id, owner_type, owner, name, type, size, sha256, received, whole_at, width, height)
         VALUES ($1, 'customer', $2, $3, $4, $5, $6, $5, clock_timestamp(), $7, $8)`,
        [id, customer, name, type, size, sha256, width, height],
      );
    },
    setPriority: async (id, priority) => {
      await pool.query('UPDATE conversation SET priority = $2 WHERE id = $1', [id, priority]);
    },
    setHeard: async (agent, state, agoMs) => {
      await pool.query(
        `INSERT INTO presence (agent, state, heard_at, signed_in_at, state_since)
         SELECT $1, $2, ago, ago, ago FROM (SELECT clock_timestamp() - $3 * interval '1 ms') AS t(ago)
         ON CONFLICT (agent) DO UPDATE SET state = excluded.state, heard_at = excluded.heard_at,
                signed_in_at = excluded.signed_in_at, state_since = excluded.state_since`,
        [agent, state, agoMs],
      );
    },
  };
}

/** Emptied by one journey rather than made anew: a test then costs milliseconds and not the copy of a database. */
const EMPTY = `
  ALTER TABLE item DISABLE TRIGGER item_never_changes;
  ${[
    'attachment',
    'mention',
    'entry',
    'conversation',
    'list_point',
    'send_key',
    'body',
    'item',
    'read_mark',
    'draft',
    'presence',
    'served',
    'visit',
  ]
    .map((table) => `DELETE FROM ${table};`)
    .join(' ')}
  ALTER TABLE item ENABLE TRIGGER item_never_changes;
  DELETE FROM stream WHERE name NOT LIKE 'list/%';
  UPDATE stream SET n = 0, h = birth.h, at = '${BEGINNING}', floor = 0, entered_at = NULL
    FROM (VALUES ${LISTS.map((s) => `('${s}', '${birthOf(s).h}')`).join(', ')}) AS birth(name, h) WHERE stream.name = birth.name;
  UPDATE customer SET language = NULL, device = NULL, attributes = '{}', last_heard_at = NULL;
  DELETE FROM setting WHERE key = 'sweeper';
  ALTER SEQUENCE conversation_number RESTART;`;

async function found(pool: pg.Pool): Promise<void> {
  await pool.query("INSERT INTO lineage (epoch, reason) VALUES ($1, 'installed')", [EPOCH]);
  for (const { id, name, capacity, targets } of QUEUES)
    await pool.query(
      'INSERT INTO queue (id, name, capacity, first_reply_ms, next_reply_ms) VALUES ($1, $2, $3, $4, $5)',
      [id, name, capacity, targets.firstReplyMs, targets.nextReplyMs],
    );
  for (const { id, queue } of INBOXES)
    await pool.query('INSERT INTO inbox (id, name, queue, key) VALUES ($1, $1, $2, $3)', [id, queue, `key-${id}`]);
  for (const { id, type, name, isAdmin, roles } of AGENTS) {
    const email = `${id}@x.example`;
    await pool.query('INSERT INTO agent (id, type, email, name, is_admin) VALUES ($1, $2, $3, $4, $5)', [
      ...[id, type, email, name, isAdmin],
    ]);
    for (const role of roles)
      await pool.query('INSERT INTO membership (agent, queue, role) VALUES ($1, $2, $3)', [id, ...role]);
    await session(pool, 'agent', id);
  }
  for (const { id, name, inbox } of CUSTOMERS) {
    const values = [id, name, inbox, BEGINNING];
    await pool.query('INSERT INTO customer (id, name, inbox, created_at) VALUES ($1, $2, $3, $4)', values);
    await session(pool, 'customer', id);
  }
  await pool.query(
    'INSERT INTO stream (name, birth, n, h, at) SELECT s, $3, 0, h, $4 FROM unnest($1::text[], $2::text[]) AS u(s, h)',
    [LISTS, LISTS.map((s) => birthOf(s).h), EPOCH, BEGINNING],
  );
}

async function session(pool: pg.Pool, type: string, person: string): Promise<void> {
  await pool.query(
    `INSERT INTO session (id, hash, person_type, person, address, device, expires_at)
     VALUES ($1, $2, $3, $4, '', '', clock_timestamp() + interval '1 day')`,
    [`session-${person}`, hash('sha256', `token-${person}`, 'buffer'), type, person],
  );
  if (type === 'customer') return;
  await pool.query(
    'INSERT INTO token (hash, session, expires_at) SELECT hash, id, expires_at FROM session WHERE id = $1',
    [`session-${person}`],
  );
}

const TABLES: Record<keyof Rows, string> = {
  streams: 'SELECT name, birth, n, h, at FROM stream',
  items: `SELECT i.stream, i.n, i.h, i.id, i.kind, i.actor_type AS "actorType", i.actor, i.terminal, i.at,
                 i.body_hash AS "bodyHash", i.shows, encode(b.salt, 'hex') AS salt, b.json
            FROM item i LEFT JOIN body b USING (stream, n)`,
  keys: 'SELECT stream, actor, id, leads_to AS "leadsTo", n, h, body_hash AS "bodyHash" FROM send_key',
  conversations: `SELECT id, number, customer, inbox, queue, status, holder, last_holder AS "lastHolder", labels, priority,
                         subject, preview, answered_up_to AS "answeredUpTo", last_customer_n AS "lastCustomerN", unanswered,
                         waiting_since AS "waitingSince", soon_at AS "soonAt", due_at AS "dueAt", steps, overdue, raised, told,
                         paused_until AS "pausedUntil", next_step_at AS "nextStepAt", replied,
                         snoozed_until AS "snoozedUntil", started_at AS "startedAt", entered_at AS "enteredAt"
                    FROM conversation`,
  entries: `SELECT e.list, e.conversation, e.n, e.kind, coalesce(e.body, c.entry) AS body, e.at
              FROM entry e JOIN conversation c ON c.id = e.conversation`,
  points: 'SELECT list, n, h, conversation, at, head FROM list_point',
  mentions: 'SELECT conversation, agent FROM mention',
  served: 'SELECT queue, at, entered_at AS "enteredAt" FROM served',
};

async function rowsOf(pool: pg.Pool): Promise<Rows> {
  const read = async ([name, text]: [string, string]) => {
    const { rows } = await pool.query(text);
    if (name !== 'keys') return [name, sorted(rows)];
    const keys = rows.map(({ n, h, ...key }) => ({ ...key, at: n === null ? null : { n, h } }));
    return [name, sorted(keys)];
  };
  return Object.fromEntries(await Promise.all(Object.entries(TABLES).map(read))) as Rows;
}
