import type { Actor, ConversationState, Customer, Item, Point, Read, Stream } from '@heed/protocol';
import { streamId } from '@heed/protocol';
import type pg from 'pg';
import { listItemId } from '../domain/chain.ts';
import type { Access } from '../domain/permission.ts';
import { claims } from './claims.ts';
import { gathering } from './gathering.ts';
import { type ListStretch, type LogStretch, PACE, type Reading, type SnapshotRows } from './reading.ts';

const HEADS = { name: 'heads', text: 'SELECT name, n, h FROM stream WHERE name = ANY($1)' };
const ACCESS = {
  name: 'access',
  text: `SELECT id, customer, queue, holder, ARRAY(SELECT m.agent FROM mention m WHERE m.conversation = c.id) AS mentioned
           FROM conversation c WHERE id = ANY($1)`,
};

/** One SELECT for items of a log with their bodies and their authors' names as of now (STR2). */
const ITEM_COLUMNS = `i.n, i.h, i.id, i.kind, i.actor_type, i.actor, i.at, b.json,
  CASE i.actor_type WHEN 'customer' THEN cu.name WHEN 'system' THEN '' ELSE ag.name END AS actor_name`;
const ITEM_JOINS = `LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
  LEFT JOIN customer cu ON i.actor_type = 'customer' AND cu.id = i.actor
  LEFT JOIN agent ag ON i.actor_type IN ('agent', 'bot') AND ag.id = i.actor`;

const AFTER = {
  name: 'items-after',
  text: `
SELECT s.n AS head_n, s.h AS head_h, s.birth, p.h AS prev_h, x.*
  FROM stream s
  LEFT JOIN item p ON p.stream = s.name AND p.n = $2
  LEFT JOIN LATERAL (SELECT ${ITEM_COLUMNS} FROM item i ${ITEM_JOINS} WHERE i.stream = s.name AND i.n > $2 ORDER BY i.n LIMIT $3) x ON true
 WHERE s.name = $1 ORDER BY x.n`,
};
const BEFORE = {
  name: 'items-before',
  text: `
SELECT s.n AS head_n, s.h AS head_h, s.birth, x.*
  FROM stream s
  LEFT JOIN LATERAL (SELECT ${ITEM_COLUMNS} FROM item i ${ITEM_JOINS} WHERE i.stream = s.name AND i.n < $2 ORDER BY i.n DESC LIMIT $3) x ON true
 WHERE s.name = $1 ORDER BY x.n`,
};
/**
 * Who is so close behind is told by way of the list's points. Most of the points of long ago are superseded: from there
 * on the entries are looked through, of which there are as many as conversations.
 */
const NEARBY = 200;
const LIST_AFTER = {
  name: 'list-after',
  text: `
SELECT s.n AS head_n, s.h AS head_h, s.birth, s.floor, p.h AS prev_h, x.*,
       (SELECT max(e.n) FROM entry e WHERE e.list = s.name AND e.n <= $2 AND $2 > 0) AS kept_before
  FROM stream s
  LEFT JOIN list_point p ON p.list = s.name AND p.n = $2
  LEFT JOIN LATERAL (
    (SELECT l.n, l.h, l.at, e.conversation, e.kind, coalesce(e.body, c.entry) AS body FROM list_point l
       JOIN entry e ON e.list = l.list AND e.conversation = l.conversation AND e.n = l.n
       JOIN conversation c ON c.id = e.conversation
      WHERE l.list = s.name AND l.n > $2 AND s.n - $2 <= ${NEARBY} ORDER BY l.n LIMIT $3)
    UNION ALL
    (SELECT l.n, l.h, l.at, e.conversation, e.kind, coalesce(e.body, c.entry)
       FROM (SELECT * FROM entry e WHERE e.list = s.name AND e.n > $2 AND s.n - $2 > ${NEARBY} ORDER BY e.n LIMIT $3) e
       JOIN list_point l ON l.list = e.list AND l.n = e.n
       JOIN conversation c ON c.id = e.conversation)) x ON true
 WHERE s.name = $1 ORDER BY x.n`,
};

const SNAPSHOT = {
  name: 'snapshot',
  text: `
SELECT s.n, s.h, s.birth, to_json(c) AS conversation, ${claims('c')} AS claims, to_json(who) AS customer,
  (SELECT json_agg(x ORDER BY x.n) FROM
    (SELECT ${ITEM_COLUMNS} FROM item i ${ITEM_JOINS} WHERE i.stream = s.name ORDER BY i.n DESC LIMIT $3) x) AS items,
  CASE WHEN s.name = 'conversation/' || c.id THEN
    (SELECT json_agg(v ORDER BY v.at DESC) FROM
      (SELECT url, title, referrer, at FROM visit WHERE customer = c.customer ORDER BY at DESC LIMIT 50) v) END AS visits,
  CASE WHEN s.name = 'conversation/' || c.id THEN
    (SELECT json_agg(p ORDER BY p."startedAt" DESC) FROM
      (SELECT id AS conversation, number, queue, status, started_at AS "startedAt", preview FROM conversation o
        WHERE o.customer = c.customer AND o.id <> c.id ORDER BY started_at DESC LIMIT 20) p) END AS past
  FROM stream s
  LEFT JOIN conversation c ON c.id = $2
  LEFT JOIN customer who ON who.id = c.customer
 WHERE s.name = $1`,
};

const PLACES = {
  name: 'places',
  text: `
SELECT id, substr(holder, 7) AS queue, row_number() OVER (PARTITION BY holder ORDER BY priority DESC, coalesce(waiting_since, 'infinity'), entered_at, id) AS place
  FROM conversation WHERE holder >= 'queue:' AND holder < 'queue;' AND status = 'open' LIMIT $1`,
};
/** The first of a line waits from when it came, or from when the one before it was served. */
const PACES = {
  name: 'paces',
  text: `
SELECT q.id AS queue, avg(t.ms) AS ms FROM queue q CROSS JOIN LATERAL (
  SELECT extract(epoch FROM s.at - greatest(s.entered_at, lag(s.at) OVER (ORDER BY s.at))) * 1000 AS ms,
         row_number() OVER (ORDER BY s.at DESC) AS i
    FROM (SELECT at, entered_at FROM served
           WHERE queue = q.id AND at >= date_trunc('day', now(), coalesce(q.hours->>'zone', 'UTC'))
           ORDER BY at DESC LIMIT ${PACE.newest + 1}) s) t
 WHERE t.i <= ${PACE.newest} GROUP BY q.id HAVING count(*) >= ${PACE.fewest}`,
};
const BIRTH = { name: 'birth', text: 'SELECT birth FROM stream WHERE name = $1' };
const LIST_ACTOR: Actor = { type: 'system', id: 'system', name: '' };

/** Reads from PostgreSQL. */
export function postgresReading(pool: pg.Pool): Reading {
  const heads = gathering((names: Stream[]) => headsOf(pool, names));
  const access = gathering((conversations: string[]) => accessOf(pool, conversations));
  const reads = gathering((streams: Stream[]) => readsOf(pool, streams));
  return {
    heads: async (names) => only(names, await heads(names)),
    access: async (conversations) => only(conversations, await access(conversations)),
    after: (s, n, limit) => after(pool, s, n, limit),
    before: (s, n, limit) => before(pool, s, n, limit),
    listAfter: (s, n, limit) => listAfter(pool, s, n, limit),
    snapshot: (s, limit) => snapshot(pool, s, limit),
    birth: async (s) => (await pool.query({ ...BIRTH, values: [s] })).rows[0]?.birth,
    places: async (most) => {
      const { rows } = await pool.query({ ...PLACES, values: [most] });
      return new Map(rows.map((row) => [row.id, { queue: row.queue, place: Number(row.place) }]));
    },
    paces: async () => {
      const { rows } = await pool.query<{ queue: string; ms: string }>(PACES);
      return new Map(rows.map(({ queue, ms }) => [queue, Number(ms)]));
    },
    reads: async (streams) => [...only(streams, await reads(streams)).values()].flat(),
  };
}

/** Of what was found for many, what one asked for. */
function only<K, V>(keys: readonly K[], found: ReadonlyMap<K, V>): Map<K, V> {
  return new Map(keys.filter((key) => found.has(key)).map((key) => [key, found.get(key) as V]));
}

async function headsOf(pool: pg.Pool, names: Stream[]): Promise<Map<Stream, Point>> {
  const { rows } = await pool.query({ ...HEADS, values: [names] });
  return new Map(rows.map((row) => [row.name, { n: row.n, h: row.h }]));
}

async function accessOf(pool: pg.Pool, conversations: string[]): Promise<Map<string, Access>> {
  const { rows } = await pool.query({ ...ACCESS, values: [conversations] });
  return new Map(rows.map((row) => [row.id, { ...row, mentioned: new Set<string>(row.mentioned) }]));
}

async function after(pool: pg.Pool, s: Stream, n: number, limit: number): Promise<LogStretch | undefined> {
  const { rows } = await pool.query({ ...AFTER, values: [s, n, limit] });
  const first = rows[0];
  if (!first) return undefined;
  const items = rows.filter((row) => row.n !== null).map(itemOf);
  return { head: { n: first.head_n, h: first.head_h }, birth: first.birth, edge: first.prev_h, items };
}

async function before(pool: pg.Pool, s: Stream, n: number, limit: number): Promise<LogStretch | undefined> {
  const { rows } = await pool.query({ ...BEFORE, values: [s, n, limit] });
  const first = rows[0];
  if (!first) return undefined;
  const items = rows.filter((row) => row.n !== null).map(itemOf);
  return { head: { n: first.head_n, h: first.head_h }, birth: first.birth, edge: null, items };
}

async function listAfter(pool: pg.Pool, s: Stream, n: number, limit: number): Promise<ListStretch | undefined> {
  const { rows } = await pool.query({ ...LIST_AFTER, values: [s, n, limit] });
  const first = rows[0];
  if (!first) return undefined;
  const items = rows.filter((row) => row.n !== null).map(listItemOf);
  const head = { n: first.head_n, h: first.head_h };
  const keptBefore = Math.max(first.kept_before ?? 0, 0);
  return { head, birth: first.birth, edge: first.prev_h, floor: first.floor, keptBefore, items };
}

// biome-ignore lint/suspicious/noExplicitAny: the row's shape is the query above
function listItemOf(row: any): Item {
  const id = listItemId(row.conversation, row.n);
  const body = JSON.parse(row.body);
  return { n: row.n, h: row.h, id, kind: row.kind, actor: LIST_ACTOR, at: row.at.toISOString(), body };
}

async function snapshot(pool: pg.Pool, s: Stream, limit: number): Promise<SnapshotRows | undefined> {
  const { rows } = await pool.query({ ...SNAPSHOT, values: [s, streamId(s), limit] });
  const row = rows[0];
  if (!row?.conversation) return undefined;
  return {
    head: { n: row.n, h: row.h },
    birth: row.birth,
    items: ((row.items ?? []) as StoredItem[]).map((item) => itemOf({ ...item, at: new Date(item.at) })),
    state: conversationState({ ...row.conversation, claims: row.claims }),
    lastHolder: row.conversation.last_holder,
    customer: customerOf(row),
  };
}

/** An item as JSON from the database has it. */
type StoredItem = { at: string } & Record<string, unknown>;

// biome-ignore lint/suspicious/noExplicitAny: the row's shape is the snapshot's query
function customerOf(row: any): Customer {
  const { customer } = row;
  const time = (at: string | null) => (at === null ? null : new Date(at).toISOString());
  return {
    id: customer.id,
    name: customer.name,
    email: customer.email,
    verified: customer.identity !== null,
    language: customer.language,
    device: customer.device,
    attributes: customer.attributes,
    createdAt: new Date(customer.created_at).toISOString(),
    lastHeardAt: time(customer.last_heard_at),
    visits: (row.visits ?? []).map((visit: Customer['visits'][number]) => ({
      ...visit,
      at: new Date(visit.at).toISOString(),
    })),
    past: (row.past ?? []).map((past: Customer['past'][number]) => ({
      ...past,
      startedAt: new Date(past.startedAt).toISOString(),
    })),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the table conversation
function conversationState(row: any): ConversationState {
  return {
    status: row.status,
    holder: row.holder,
    queue: row.queue,
    labels: row.labels,
    answeredUpTo: row.answered_up_to,
    unanswered: (row.claims ?? []).map(([n]: [number]) => n),
  };
}

const READS = `
SELECT r.stream AS s, r.actor_type, r.actor, r.n, r.at FROM read_mark r WHERE r.stream = ANY($1)
UNION ALL
SELECT 'conversation/' || substr(r.stream, 6), r.actor_type, r.actor, coalesce(i.shows, 0), r.at
  FROM read_mark r LEFT JOIN item i ON i.stream = r.stream AND i.n = r.n
 WHERE r.stream = ANY($2) AND r.actor_type = 'customer'
UNION ALL
SELECT 'chat/' || substr(r.stream, 14), r.actor_type, r.actor,
       coalesce((SELECT max(i.n) FROM item i WHERE i.stream = 'chat/' || substr(r.stream, 14) AND i.shows <= r.n), 0), r.at
  FROM read_mark r WHERE r.stream = ANY($3) AND r.actor_type <> 'customer'`;

/** Each window has reads in its own numbers: the team's in a chat, the customer's in a conversation. */
async function readsOf(pool: pg.Pool, streams: Stream[]): Promise<Map<Stream, [Stream, ...Read][]>> {
  const conversations = streams.filter((s) => s.startsWith('conversation/'));
  const chats = streams.filter((s) => s.startsWith('chat/'));
  const values = [
    streams,
    conversations.map((s) => `chat/${streamId(s)}`),
    chats.map((s) => `conversation/${streamId(s)}`),
  ];
  const { rows } = await pool.query({ name: 'reads', text: READS, values });
  const known = rows
    .filter((row) => row.n > 0)
    .map((row): [Stream, ...Read] => [row.s, `${row.actor_type}:${row.actor}`, row.n, row.at.toISOString()]);
  return Map.groupBy(known, ([s]) => s);
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the item columns above
function itemOf(row: any): Item {
  const actor: Actor = { type: row.actor_type, id: row.actor, name: row.actor_name ?? '' };
  const base = { n: row.n, h: row.h, id: row.id, kind: row.kind, actor, at: row.at.toISOString() };
  return row.json === null ? { ...base, erased: true } : { ...base, body: JSON.parse(row.json) };
}
