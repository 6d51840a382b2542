import type {
  Actor,
  ChatState,
  ConversationState,
  Customer,
  Item,
  Point,
  Read,
  Snapshot,
  Stream,
  Update,
} from '@heed/protocol';
import { streamId, streamType } from '@heed/protocol';
import type pg from 'pg';
import { birthHash, listItemId } from '../domain/chain.ts';
import type { Access } from '../domain/permission.ts';
import { claims } from './claims.ts';
import type { Directory } from './directory.ts';

export interface ReadLimits {
  updateItems: number;
  updateBytes: number;
  snapshotItems: number;
  farBehindItems: number;
}

const LIST_ACTOR: Actor = { type: 'system', id: 'system', name: '' };

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
const LIST_AFTER = {
  name: 'list-after',
  text: `
SELECT s.n AS head_n, s.h AS head_h, s.birth, s.floor, p.h AS prev_h, x.*,
       (SELECT max(e.n) FROM entry e WHERE e.list = s.name AND e.n <= $2) AS kept_before
  FROM stream s
  LEFT JOIN list_point p ON p.list = s.name AND p.n = $2
  LEFT JOIN LATERAL (
    SELECT l.n, l.h, l.at, e.conversation, e.kind, e.body FROM list_point l
      JOIN entry e ON e.list = l.list AND e.conversation = l.conversation AND e.n = l.n
     WHERE l.list = s.name AND l.n > $2 ORDER BY l.n LIMIT $3) x ON true
 WHERE s.name = $1 ORDER BY x.n`,
};

/** The largest number that a stream can have in the tables. */
const LONGEST = 2 ** 31 - 1;

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

/** Reads streams as terminals get them: stretches after or before a point, snapshots, heads. */
export class Streams {
  readonly #pool: pg.Pool;
  readonly #limits: ReadLimits;
  readonly #directory: Directory;
  readonly epoch: string;

  constructor(pool: pg.Pool, epoch: string, limits: ReadLimits, directory: Directory) {
    this.#pool = pool;
    this.epoch = epoch;
    this.#limits = limits;
    this.#directory = directory;
  }

  /** The heads of streams, in one query; those that do not exist are missing. */
  async heads(names: Stream[]): Promise<Map<Stream, Point>> {
    if (names.length === 0) return new Map();
    const { rows } = await this.#pool.query({ ...HEADS, values: [names] });
    return new Map(rows.map((row) => [row.name, { n: row.n, h: row.h }]));
  }

  /** What permissions need of conversations, in one query. */
  async access(conversations: string[]): Promise<Map<string, Access>> {
    if (conversations.length === 0) return new Map();
    const { rows } = await this.#pool.query({ ...ACCESS, values: [conversations] });
    return new Map(rows.map((row) => [row.id, { ...row, mentioned: new Set<string>(row.mentioned) }]));
  }

  /**
   * What follows a point: an update; a snapshot where the point is not known or too far behind (CMP8, CMP10); undefined
   * where there is no such stream.
   */
  async after(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    // No stream is as long as that; the point is as unknown as one with another hash.
    if (after.n > LONGEST) after = { n: LONGEST, h: '?' };
    return streamType(s) === 'list' ? this.#listAfter(s, after) : this.#logAfter(s, after);
  }

  async #logAfter(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    const { rows } = await this.#pool.query({ ...AFTER, values: [s, after.n, this.#limits.updateItems] });
    const first = rows[0];
    if (!first) return undefined;
    const known = after.n === 0 ? birthHash(s, first.birth) : first.prev_h;
    // A terminal that holds nothing names no hash; it begins with a snapshot, which says more than its items.
    const head = { n: first.head_n, h: first.head_h };
    const far = head.n - after.n > this.#limits.farBehindItems;
    if (known === null || known !== after.h || far) return this.snapshot(s);
    const items = this.fit(rows.filter((row) => row.n !== null).map(itemOf));
    return { t: 'update', s, epoch: this.epoch, prev: after, items, head };
  }

  /** The items after a true point as an update, however far it is behind: what `held` brings (GRD3). */
  async stretch(s: Stream, after: Point): Promise<Update | undefined> {
    const { rows } = await this.#pool.query({ ...AFTER, values: [s, after.n, this.#limits.updateItems] });
    const first = rows[0];
    if (!first) return undefined;
    const prev = after.n === 0 ? { n: 0, h: birthHash(s, first.birth) } : after;
    const items = this.fit(rows.filter((row) => row.n !== null).map(itemOf));
    return { t: 'update', s, epoch: this.epoch, prev, items, head: { n: first.head_n, h: first.head_h } };
  }

  /** LST2: the newest item of each conversation; below the floor an empty snapshot, then the entries from 0. */
  async #listAfter(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    const { rows } = await this.#pool.query({ ...LIST_AFTER, values: [s, after.n, this.#limits.updateItems] });
    const first = rows[0];
    if (!first) return undefined;
    const birth = birthHash(s, first.birth);
    const known = after.n === 0 ? birth : first.prev_h;
    const begins = after.n === 0 && after.h === '';
    if (begins) after = { n: 0, h: birth };
    if (known === null || known !== after.h || (after.n > 0 && after.n < first.floor)) {
      const at = { n: 0, h: birth };
      return { t: 'snapshot', s, epoch: this.epoch, before: at, items: [], at, state: null };
    }
    let kept = Math.max(first.kept_before ?? 0, 0);
    const items = rows
      .filter((row) => row.n !== null)
      .map((row): Item => {
        const n0 = kept + 1;
        kept = row.n;
        const id = listItemId(row.conversation, row.n);
        return {
          n: row.n,
          h: row.h,
          id,
          kind: row.kind,
          actor: LIST_ACTOR,
          at: row.at.toISOString(),
          body: JSON.parse(row.body),
          n0,
        };
      });
    return {
      t: 'update',
      s,
      epoch: this.epoch,
      prev: after,
      items: this.fit(items),
      head: { n: first.head_n, h: first.head_h },
    };
  }

  /** As many as fit into one update: 100 items or 128 KB, at least one (CON5). */
  fit(items: Item[]): Item[] {
    let bytes = 0;
    const end = items.findIndex((item, index) => {
      bytes += Buffer.byteLength(JSON.stringify(item));
      return index > 0 && bytes > this.#limits.updateBytes;
    });
    return end === -1 ? items : items.slice(0, end);
  }

  /** The newest items below a number, as an update that ends at `before` − 1 (CMP11). */
  async before(s: Stream, before: number, limit?: number): Promise<Update | undefined> {
    if (streamType(s) === 'list') return undefined;
    const wanted = Math.min(limit ?? this.#limits.snapshotItems, this.#limits.updateItems);
    const { rows } = await this.#pool.query({ ...BEFORE, values: [s, Math.min(before, LONGEST), wanted] });
    const first = rows[0];
    if (!first) return undefined;
    const items = this.#fitNewest(rows.filter((row) => row.n !== null).map(itemOf));
    const prev = await this.#pointBefore(s, items[0], first.birth);
    return { t: 'update', s, epoch: this.epoch, prev, items, head: { n: first.head_n, h: first.head_h } };
  }

  #fitNewest(items: Item[]): Item[] {
    return this.fit(items.toReversed()).toReversed();
  }

  async #pointBefore(s: Stream, first: Item | undefined, birth: string): Promise<Point> {
    const n = (first?.n ?? 1) - 1;
    if (n === 0) return { n, h: birthHash(s, birth) };
    const { rows } = await this.#pool.query({
      name: 'point',
      text: 'SELECT h FROM item WHERE stream = $1 AND n = $2',
      values: [s, n],
    });
    return { n, h: rows[0]?.h ?? '' };
  }

  /**
   * The newest items with the state they lead to, the reads, and who the customer is (§3). One statement, so that
   * neither is newer than the other, and no connection is held while we think.
   */
  async snapshot(s: Stream): Promise<Snapshot | undefined> {
    if (streamType(s) === 'list') return this.#emptyList(s);
    const { rows } = await this.#pool.query({ ...SNAPSHOT, values: [s, streamId(s), this.#limits.snapshotItems + 1] });
    const row = rows[0];
    if (!row?.conversation) return undefined;
    const all = ((row.items ?? []) as StoredItem[]).map((item) => itemOf({ ...item, at: new Date(item.at) }));
    const items = this.#fitNewest(all.slice(-this.#limits.snapshotItems));
    const last = all[all.length - items.length - 1];
    const before = last ? { n: last.n, h: last.h } : { n: 0, h: birthHash(s, row.birth) };
    const reads = (await this.reads([s])).map(([, ...read]): Read => read);
    const base = { t: 'snapshot' as const, s, epoch: this.epoch, before, items, at: { n: row.n, h: row.h }, reads };
    if (streamType(s) === 'chat') return { ...base, state: this.#chatState(row.conversation) };
    return {
      ...base,
      state: conversationState({ ...row.conversation, claims: row.claims }),
      customer: customerOf(row),
    };
  }

  async #emptyList(s: Stream): Promise<Snapshot | undefined> {
    const { rows } = await this.#pool.query({
      name: 'birth',
      text: 'SELECT birth FROM stream WHERE name = $1',
      values: [s],
    });
    if (!rows[0]) return undefined;
    const at = { n: 0, h: birthHash(s, rows[0].birth) };
    return { t: 'snapshot', s, epoch: this.epoch, before: at, items: [], at, state: null };
  }

  // biome-ignore lint/suspicious/noExplicitAny: a row of the table conversation
  #chatState(row: any): ChatState {
    const holder: string | null = row.status === 'resolved' ? row.last_holder : row.holder;
    const agent = holder?.startsWith('agent:') ? holder.slice('agent:'.length) : null;
    return {
      status: row.status === 'resolved' ? 'resolved' : 'open',
      servedBy: agent === null ? null : { id: agent, name: this.#directory.agentName(agent) },
    };
  }

  /** Reads of streams: of each conversation also its customer's, which count in the chat (CON3). */
  async reads(streams: Stream[]): Promise<[Stream, ...Read][]> {
    return streams.length === 0 ? [] : readsOf(this.#pool, streams);
  }
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
async function readsOf(queryable: pg.ClientBase | pg.Pool, streams: Stream[]): Promise<[Stream, ...Read][]> {
  const conversations = streams.filter((s) => s.startsWith('conversation/'));
  const chats = streams.filter((s) => s.startsWith('chat/'));
  const values = [
    streams,
    conversations.map((s) => `chat/${streamId(s)}`),
    chats.map((s) => `conversation/${streamId(s)}`),
  ];
  const { rows } = await queryable.query({ name: 'reads', text: READS, values });
  return rows
    .filter((row) => row.n > 0)
    .map((row) => [row.s, `${row.actor_type}:${row.actor}`, row.n, row.at.toISOString()]);
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the item columns above
function itemOf(row: any): Item {
  const actor: Actor = { type: row.actor_type, id: row.actor, name: row.actor_name ?? '' };
  const base = { n: row.n, h: row.h, id: row.id, kind: row.kind, actor, at: row.at.toISOString() };
  return row.json === null ? { ...base, erased: true } : { ...base, body: JSON.parse(row.json) };
}
