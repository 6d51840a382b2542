import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '@heed/protocol';
import type pg from 'pg';
import { ulid } from 'ulid';
import type { Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';
import type { Command, Outcome } from '../ledger/command.ts';
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

/**
 * Erases a person: what they and the team wrote in their conversations with its files, and what is known of them. That
 * it was done, when and by whom, stays. Asked again, it goes on where it was.
 */
export async function eraseCustomer(erasing: Erasing, who: Who, id: string): Promise<void> {
  const { pool } = erasing;
  if (!who.isAdmin) throw new HeedError('forbidden', 'Only an admin erases a person.');
  const { rows } = await pool.query('SELECT FROM customer WHERE id = $1 AND merged_into IS NULL', [id]);
  if (rows.length === 0) throw new HeedError('not_found', 'There is no such customer.');
  // Nobody writes on meanwhile.
  await endSessions(erasing, id);
  const conversations = await pool.query<{ id: string }>(
    'SELECT id FROM conversation WHERE customer = $1 ORDER BY id',
    [id],
  );
  for (const conversation of conversations.rows) {
    await eraseSaid(erasing, who, conversation.id);
    await close(erasing, who, conversation.id);
  }
  await inTransaction(pool, (client) => forget(client, who, id));
}

async function endSessions({ pool, endSession }: Erasing, id: string): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    "DELETE FROM session WHERE person_type = 'customer' AND person = $1 RETURNING id",
    [id],
  );
  for (const session of rows) endSession(session.id);
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
  return new HeedError(code, 'Not all of it could be erased yet. Ask again: it goes on where it was.');
}

/** What is known of them beside what was said, with what others had begun to write to them. */
async function forget(client: pg.PoolClient, who: Who, id: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM conversation WHERE customer = $1', [id]);
  const conversations = rows.map((row) => row.id);
  await client.query('DELETE FROM draft WHERE stream = ANY($1)', [conversations.map((each) => `conversation/${each}`)]);
  await client.query('DELETE FROM mail_due WHERE conversation = ANY($1)', [conversations]);
  await client.query(
    "DELETE FROM attachment WHERE conversation = ANY($1) OR (owner_type = 'customer' AND owner = $2 AND conversation IS NULL)",
    [conversations, id],
  );
  await client.query('DELETE FROM visit WHERE customer = $1', [id]);
  await client.query('DELETE FROM customer_note WHERE customer = $1', [id]);
  await client.query(
    `UPDATE customer SET name = '#' || right($1, 5), identity = NULL, email = NULL, language = NULL, device = NULL,
            attributes = '{}', last_heard_at = NULL WHERE id = $1 OR merged_into = $1`,
    [id],
  );
  await client.query(
    'DELETE FROM search_customer WHERE customer IN (SELECT id FROM customer WHERE id = $1 OR merged_into = $1)',
    [id],
  );
  await audit(client, 'agent', who.id, 'erased', id, { conversations: conversations.length });
}
