import type { CustomerConversation, CustomerNote, CustomerPage, CustomerRow } from '@heed/protocol';
import type pg from 'pg';
import { timeOf } from '../domain/clock.ts';
import type { Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';

/** CON9; `$1` an admin, `$2` their queues, `$3` their id. */
const READABLE = `($1 OR c.queue = ANY($2) OR c.holder = 'agent:' || $3
  OR EXISTS (SELECT FROM mention r WHERE r.conversation = c.id AND r.agent = $3))`;
const readerOf = (who: Who) => [who.isAdmin, [...who.queues.keys()], who.id];

const MOST = 200;

/** The first reply to a first message, and the last rating, are read from the log: by its key, a few rows each. */
const CONVERSATIONS = `
SELECT c.id, c.number, c.queue, CASE WHEN c.status <> 'open' THEN c.status WHEN c.unanswered > 0 THEN 'unanswered' ELSE 'open' END AS state,
       c.started_at, c.preview, c.holder, c.labels, c.waiting_since, c.due_at, ${READABLE} AS may_read,
       (SELECT (b.json::json ->> 'score')::int FROM item i JOIN body b ON b.stream = i.stream AND b.n = i.n
         WHERE i.stream = 'conversation/' || c.id AND i.kind = 'rated' ORDER BY i.n DESC LIMIT 1) AS rating,
       (SELECT extract(epoch FROM reply.at - asked.at) * 1000 FROM
         (SELECT i.n, i.at FROM item i WHERE i.stream = 'conversation/' || c.id AND i.kind = 'message' AND i.actor_type = 'customer' ORDER BY i.n LIMIT 1) asked,
         LATERAL (SELECT i.at FROM item i WHERE i.stream = 'conversation/' || c.id AND i.n > asked.n AND i.kind = 'message' AND i.actor_type IN ('agent', 'bot') ORDER BY i.n LIMIT 1) reply) AS first_reply
  FROM conversation c WHERE c.customer = $4 ORDER BY c.started_at DESC LIMIT ${MOST}`;

const NOTES = `
SELECT n.id, n.author, a.name, n.text, n.at FROM customer_note n JOIN agent a ON a.id = n.author
 WHERE n.customer = $1 ORDER BY n.at DESC, n.id LIMIT 200`;

/** Everything about a customer; undefined where there is none that this reader may know of. Who was merged is the other. */
export async function customerPage(pool: pg.Pool, who: Who, asked: string): Promise<CustomerPage | undefined> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT coalesce(merged_into, id) AS id FROM customer WHERE id = $1',
    [asked],
  );
  const id = rows[0]?.id ?? asked;
  const [about, conversations, notes, visits] = await Promise.all([
    pool.query('SELECT * FROM customer WHERE id = $1', [id]),
    pool.query(CONVERSATIONS, [...readerOf(who), id]),
    pool.query(NOTES, [id]),
    pool.query('SELECT url, title, at FROM visit WHERE customer = $1 ORDER BY at DESC LIMIT 50', [id]),
  ]);
  const row = about.rows[0];
  const isKnown = who.isAdmin || conversations.rows.some((each) => each.may_read);
  if (!row || !isKnown) return undefined;
  return {
    id,
    inbox: row.inbox,
    name: row.name,
    email: row.email,
    verified: row.identity !== null,
    language: row.language,
    device: row.device,
    attributes: row.attributes,
    createdAt: timeOf(row.created_at.getTime()),
    lastHeardAt: timeIn(row.last_heard_at),
    visits: visits.rows.map(({ url, title, at }) => ({ url, title, at: timeOf(at.getTime()) })),
    conversations: conversations.rows.map(conversationOf),
    notes: notes.rows.map((each) => noteOf(who, each)),
  };
}

function timeIn(date: Date | null): string | null {
  return date === null ? null : timeOf(date.getTime());
}

/** Past conversations outside one's queues show date and queue only (CON9). */
// biome-ignore lint/suspicious/noExplicitAny: a row of the statement above
function conversationOf(row: any): CustomerConversation {
  const mayRead: boolean = row.may_read;
  return {
    conversation: row.id,
    number: row.number,
    queue: row.queue,
    state: mayRead ? row.state : 'resolved',
    startedAt: timeOf(row.started_at.getTime()),
    mayRead,
    preview: mayRead ? row.preview : null,
    holder: mayRead ? row.holder : null,
    labels: mayRead ? row.labels : [],
    rating: mayRead ? row.rating : null,
    firstReplyMs: mayRead && row.first_reply !== null ? Math.round(Number(row.first_reply)) : null,
    waitingSince: mayRead ? timeIn(row.waiting_since) : null,
    dueAt: mayRead ? timeIn(row.due_at) : null,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the statement above
function noteOf(who: Who, row: any): CustomerNote {
  const { id, author, name, text, at } = row;
  const mayErase = who.isAdmin || author === who.id;
  return { id, author: { id: author, name }, text, at: timeOf(at.getTime()), mayErase };
}

/** Writes down what the team should know of somebody; the same id again changes nothing. */
export async function addNote(
  pool: pg.Pool,
  who: Who,
  customer: string,
  note: { id: string; text: string },
): Promise<void> {
  if (!(await mayKnow(pool, who, customer))) throw new HeedError('not_found', 'There is no such customer.');
  await pool.query(
    'INSERT INTO customer_note (id, customer, author, text) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING',
    [note.id, customer, who.id, note.text],
  );
}

/** Erases a note: its author may, and an admin. */
export async function eraseNote(pool: pg.Pool, who: Who, id: string): Promise<void> {
  const { rowCount } = await pool.query('DELETE FROM customer_note WHERE id = $1 AND ($2 OR author = $3)', [
    id,
    who.isAdmin,
    who.id,
  ]);
  if (rowCount === 0) throw new HeedError('not_found', 'There is no such note of yours.');
}

/** Whether this reader may read a conversation of theirs, and so know of them (CON9). */
export async function mayKnow(pool: pg.Pool, who: Who, customer: string): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT FROM customer u WHERE u.id = $4 AND ($1 OR EXISTS (SELECT FROM conversation c WHERE c.customer = u.id AND ${READABLE}))`,
    [...readerOf(who), customer],
  );
  return rows.length > 0;
}

const LISTED = 100;

/** The customers whom this reader may know of, by their newest conversation. */
export async function customerList(pool: pg.Pool, who: Who): Promise<CustomerRow[]> {
  const { rows } = await pool.query(
    `SELECT u.id, u.name, u.email, u.identity IS NOT NULL AS verified, u.last_heard_at AS heard,
            count(*)::int AS conversations, bool_or(x.unanswered > 0) AS waiting
       FROM (SELECT c.customer, c.unanswered FROM conversation c WHERE ${READABLE}
              ORDER BY c.started_at DESC LIMIT 1000) x
       JOIN customer u ON u.id = x.customer
      GROUP BY u.id ORDER BY u.last_heard_at DESC NULLS LAST, u.id LIMIT ${LISTED}`,
    readerOf(who),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    verified: row.verified,
    lastHeardAt: timeIn(row.heard),
    conversations: row.conversations,
    isWaiting: row.waiting,
  }));
}
