import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '@heed/protocol';
import type pg from 'pg';
import { ulid } from 'ulid';
import type { Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';
import type { Command, Outcome } from '../ledger/command.ts';
import { THEM } from '../store/customer-merge.ts';
import { audit } from '../store/people.ts';
import { inTransaction } from '../store/transaction.ts';

export interface Erasing {
  pool: pg.Pool;
  /** Erasures go the way of everything else: through the ledger, so that every window and every view hears of them. */
  submit: (command: Command) => Promise<Outcome>;
  epoch: string;
  /** Ends what a session has open. */
  endSession: (id: string) => void;
}

/** What was said: texts with their files, notes of the team, comments of ratings. */
const SAID = `
SELECT i.n FROM item i JOIN body b ON b.stream = i.stream AND b.n = i.n
 WHERE i.stream = $1 AND i.kind IN ('message', 'note', 'rated') ORDER BY i.n LIMIT 200`;

/** Whether anybody is still signed in as them, or anything came since it was looked at. */
const LEFT = `
SELECT EXISTS (SELECT FROM session WHERE person_type = 'customer' AND person IN (${THEM}))
    OR EXISTS (SELECT FROM conversation c WHERE c.customer IN (${THEM}) AND (c.status <> 'resolved' OR EXISTS (
         SELECT FROM item i JOIN body b ON b.stream = i.stream AND b.n = i.n
          WHERE i.stream = 'conversation/' || c.id AND i.kind IN ('message', 'note', 'rated')))) AS "isLeft"`;

/** A desk that was away tells its draft again: an empty one that is newer answers it (CON2). */
const EMPTY_DRAFTS = `
UPDATE draft SET text = '', version = greatest(version + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
 WHERE stream = ANY($1)`;

/** How often it is looked at again, where somebody writes on meanwhile. */
const ROUNDS = 5;

const AGAIN = 'Not all of it could be erased yet. Ask again: it goes on where it was.';

/**
 * Erases a person: what they and the team wrote in their conversations with its files, and what is known of them. That
 * it was begun and done, when and by whom, stays. Asked again, it goes on where it was.
 */
export async function eraseCustomer(erasing: Erasing, who: Who, id: string): Promise<void> {
  const { pool } = erasing;
  if (!who.isAdmin) throw new HeedError('forbidden', 'Only an admin erases a person.');
  const { rows } = await pool.query('SELECT FROM customer WHERE id = $1 AND merged_into IS NULL', [id]);
  if (rows.length === 0) throw new HeedError('not_found', 'There is no such customer.');
  // Also of one that fails half way it is known who began it.
  await audit(pool, 'agent', who.id, 'erasing', id);
  for (let round = 0; round < ROUNDS; round++) {
    await shutOut(erasing, id);
    const conversations = await conversationsOf(pool, id);
    for (const conversation of conversations) {
      await eraseSaid(erasing, who, conversation);
      await close(erasing, who, conversation);
    }
    await inTransaction(pool, (client) => forget(client, id));
    // What was on its way when the sessions ended came after it was looked at.
    const left = await pool.query<{ isLeft: boolean }>(LEFT, [id]);
    if (left.rows[0]?.isLeft) continue;
    return audit(pool, 'agent', who.id, 'erased', id, { conversations: conversations.length });
  }
  throw new HeedError('unavailable', AGAIN);
}

async function conversationsOf(client: Pick<pg.Pool, 'query'>, id: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM conversation WHERE customer IN (${THEM}) ORDER BY id`,
    [id],
  );
  return rows.map((row) => row.id);
}

/** Nobody writes on: their sessions end, and what the shop signs of them is somebody new from now on. */
async function shutOut({ pool, endSession }: Erasing, id: string): Promise<void> {
  const ended = await inTransaction(pool, async (client) => {
    // First who they are: a page that is signing in holds that row, and its session is then seen below.
    await client.query('UPDATE customer SET identity = NULL WHERE id = $1 OR merged_into = $1', [id]);
    const { rows } = await client.query<{ id: string }>(
      `DELETE FROM session WHERE person_type = 'customer' AND person IN (${THEM}) RETURNING id`,
      [id],
    );
    return rows;
  });
  for (const session of ended) endSession(session.id);
}

async function eraseSaid(erasing: Erasing, who: Who, conversation: string): Promise<void> {
  const s = `conversation/${conversation}` as const;
  for (;;) {
    const { rows } = await erasing.pool.query<{ n: number }>(SAID, [s]);
    if (rows.length === 0) return;
    await Promise.all(rows.map(({ n }) => send(erasing, who, { s, kind: 'erase', body: { target: n } })));
  }
}

/** Nobody waits any more: what is open is resolved, as of what it is now; who writes a note meanwhile is looked at again. */
async function close(erasing: Erasing, who: Who, conversation: string): Promise<void> {
  const s = `conversation/${conversation}` as const;
  for (let tries = 0; ; tries++) {
    const { rows } = await erasing.pool.query<{ status: string; unanswered: number; n: number; h: string }>(
      'SELECT c.status, c.unanswered, s.n, s.h FROM conversation c JOIN stream s ON s.name = $2 WHERE c.id = $1',
      [conversation, s],
    );
    const row = rows[0];
    if (!row || row.status === 'resolved') return;
    const { n, h } = row;
    const reason = 'erased';
    const body = row.unanswered > 0 ? { noReplyNeeded: { upTo: n, reason } } : { reason };
    const outcome = await erasing.submit(commandOf(erasing, who, { s, kind: 'resolve', body, basedOn: { n, h } }));
    if (outcome.do === 'sent') return;
    if (outcome.do !== 'held' || tries === 5) throw refusalOf(outcome);
    await sleep(50);
  }
}

type Act = Pick<Send, 's' | 'kind' | 'body' | 'basedOn'>;

function commandOf({ epoch }: Erasing, who: Who, act: Act): Command {
  return { do: 'send', who, send: { t: 'send', id: ulid(), epoch, attempt: 1, ...act } };
}

async function send(erasing: Erasing, who: Who, act: Act): Promise<void> {
  const outcome = await erasing.submit(commandOf(erasing, who, act));
  if (outcome.do !== 'sent') throw refusalOf(outcome);
}

function refusalOf(outcome: Outcome): HeedError {
  const code = outcome.do === 'refused' ? outcome.code : 'unavailable';
  return new HeedError(code, AGAIN);
}

/** What is known of them beside what was said, with what others had begun to write to them. */
async function forget(client: pg.PoolClient, id: string): Promise<void> {
  const conversations = await conversationsOf(client, id);
  await client.query(EMPTY_DRAFTS, [conversations.map((each) => `conversation/${each}`)]);
  await client.query('DELETE FROM mail_due WHERE conversation = ANY($1)', [conversations]);
  await client.query(
    `DELETE FROM attachment WHERE (owner_type = 'customer' AND owner IN (${THEM}) AND conversation IS NULL) OR conversation = ANY($2)`,
    [id, conversations],
  );
  await client.query(`DELETE FROM visit WHERE customer IN (${THEM})`, [id]);
  await client.query(`DELETE FROM customer_note WHERE customer IN (${THEM})`, [id]);
  await client.query(
    `UPDATE customer SET name = '#' || right($1, 5), identity = NULL, email = NULL, language = NULL, device = NULL,
            attributes = '{}', last_heard_at = NULL WHERE id = $1 OR merged_into = $1`,
    [id],
  );
  await client.query(`DELETE FROM search_customer WHERE customer IN (${THEM})`, [id]);
}
