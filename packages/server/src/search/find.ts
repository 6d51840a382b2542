import type {
  ActorType,
  Attachment,
  FoundConversation,
  FoundCustomer,
  SearchHit,
  SearchResults,
  SearchState,
  SearchWhere,
} from '@heed/protocol';
import type pg from 'pg';
import { timeOf } from '../domain/clock.ts';
import type { Who } from '../domain/permission.ts';
import { codeOf } from '../errors.ts';
import type { Directory } from '../store/directory.ts';
import { excerptOf, type Fit, findIn } from './excerpt.ts';
import {
  customerQuery,
  likeness,
  phraseQuery,
  similarQuery,
  type Term,
  termsOf,
  termsQuery,
  wordsOf,
} from './words.ts';

/** What somebody looks for. */
export interface Search {
  q: string;
  where?: SearchWhere[] | undefined;
  queues?: string[] | undefined;
  states?: SearchState[] | undefined;
  /** Written by which side. */
  from?: 'customer' | 'team' | undefined;
  since?: string | undefined;
  label?: string | undefined;
}

/** So many places are counted, so many are shown; with fewer than `FEW` in one piece, words are looked for apart. */
const MOST = 400;
const SHOWN = 60;
const FEW = 20;
/** Who asks for so many terms, and they stand somewhere in one piece, asked for that. */
const PHRASE = 3;
/** More words than these make nothing more exact. */
const MOST_WORDS = 24;
/** What stands in more places is met sooner from the newest on than by reading all of them. */
const COMMON = 6_000;
/** Names that may be misspelt have no more words. */
const NAME = 4;
/** What is not found by then is too common to be looked for; what was found is shown. */
const LONGEST_MS = 1_500;

interface TextRow {
  stream: string;
  n: number;
  json: string;
  actor_type: ActorType;
  actor: string;
  customer_name: string | null;
}

interface CustomerRow {
  id: string;
  name: string;
  email: string | null;
  verified: boolean;
  heard: Date | null;
  conversation: string | null;
}

interface HitRow {
  conversation: string;
  stream: string;
  n: number;
  shows: number;
  part: 'text' | 'files';
  kind: string;
  at: Date;
  queue: string;
  state: SearchState;
}

const STATE = `CASE WHEN c.status <> 'open' THEN c.status WHEN c.unanswered > 0 THEN 'unanswered' ELSE 'open' END`;
/** CON9; `$1` an admin, `$2` their queues, `$3` their id. */
const READABLE = `($1 OR c.queue = ANY($2) OR c.holder = 'agent:' || $3
  OR EXISTS (SELECT FROM mention r WHERE r.conversation = c.id AND r.agent = $3))`;

const HIT = `c.id AS conversation, m.stream, m.n, m.shows, m.part, m.kind, m.at, c.queue, ${STATE} AS state`;
const WRITTEN = `($5::timestamptz IS NULL OR m.at >= $5) AND ($6::text IS NULL OR ($6 = 'customer') = (m.written_by = 'customer'))
   AND ($8::text[] IS NULL OR (CASE WHEN m.part = 'files' THEN 'files' WHEN m.kind = 'note' THEN 'notes' ELSE 'messages' END) = ANY($8))`;
const CHOSEN = `${READABLE} AND ($7::text IS NULL OR $7 = ANY(c.labels))
   AND ($9::text[] IS NULL OR c.queue = ANY($9)) AND ($10::text[] IS NULL OR ${STATE} = ANY($10))`;

/**
 * By the index of words alone, the newest of up to `COMMON` places; of more nothing but that they are more. In one statement with an order and
 * a limit the planner takes words that are rare together for common ones, and reads every message from the newest on.
 */
const FEWER = `
WITH m AS MATERIALIZED (
  SELECT m.stream, m.n, m.shows, m.part, m.kind, m.at FROM search_message m
   WHERE m.words @@ $4::tsquery AND ${WRITTEN} LIMIT ${COMMON + 1}
), found AS MATERIALIZED (
  SELECT count(*)::int AS places FROM m
), hit AS MATERIALIZED (
  SELECT ${HIT} FROM m JOIN conversation c ON c.id = substr(m.stream, 14)
   WHERE (SELECT places FROM found) <= ${COMMON} AND ${CHOSEN} ORDER BY m.at DESC LIMIT ${MOST}
)
SELECT found.places, hit.* FROM found LEFT JOIN hit ON true ORDER BY hit.at DESC`;

/** From the newest on: what is common is met soon. */
const NEWEST = `
SELECT ${HIT} FROM search_message m JOIN conversation c ON c.id = substr(m.stream, 14)
 WHERE m.words @@ $4::tsquery AND ${WRITTEN} AND ${CHOSEN} ORDER BY m.at DESC LIMIT ${MOST}`;

/** What is shown of a hit is read as it is now: what was erased a moment ago is not there. */
const TEXTS = `
SELECT u.stream, u.n, b.json, i.actor_type, i.actor, cu.name AS customer_name
  FROM unnest($1::text[], $2::int[], $3::int[]) AS u(stream, n, shows)
  JOIN body b ON b.stream = u.stream AND b.n = u.n
  JOIN item i ON i.stream = u.stream AND i.n = u.shows
  LEFT JOIN customer cu ON i.actor_type = 'customer' AND cu.id = i.actor`;

const CONVERSATIONS = `
SELECT c.id, c.number, c.queue, c.holder, ${STATE} AS state, cu.id AS customer, cu.name, s.at
  FROM conversation c JOIN customer cu ON cu.id = c.customer JOIN stream s ON s.name = 'conversation/' || c.id
 WHERE c.id = ANY($4) AND ${READABLE}`;

const BY_NUMBER = `SELECT c.id FROM conversation c WHERE c.number = $4 AND ${READABLE}`;

const CUSTOMERS = `
SELECT cu.id, cu.name, cu.email, cu.identity IS NOT NULL AS verified, cu.last_heard_at AS heard, newest.id AS conversation
  FROM search_customer f JOIN customer cu ON cu.id = f.customer
  LEFT JOIN LATERAL (SELECT c.id FROM conversation c WHERE c.customer = cu.id AND ${READABLE}
                      ORDER BY c.started_at DESC LIMIT 1) newest ON true
 WHERE f.words @@ $4::tsquery AND ($1 OR newest.id IS NOT NULL)
 ORDER BY ts_rank(f.words, $4::tsquery) DESC, cu.last_heard_at DESC NULLS LAST LIMIT 60`;

/** Finds words in what somebody may read, and customers by what is known of them (CON9). */
export class Finder {
  readonly #pool: pg.Pool;
  readonly #directory: Directory;

  constructor(pool: pg.Pool, directory: Directory) {
    this.#pool = pool;
    this.#directory = directory;
  }

  async find(who: Who, search: Search): Promise<SearchResults> {
    const terms = termsOf(wordsOf(search.q).slice(0, MOST_WORDS));
    const isAsked = terms.length > 0;
    const reader = [who.isAdmin, [...who.queues.keys()], who.id];
    const [number, hits, customers] = await Promise.all([
      this.#byNumber(reader, search.q),
      isAsked ? this.#hits(reader, search, terms) : NOTHING,
      isAsked ? this.#customers(reader, terms.flat()) : [],
    ]);
    const shown = await this.#shown(hits.rows, search, terms);
    const ids = [...new Set([...number, ...shown.map(({ row }) => row.conversation)])];
    const conversations = await this.#conversations(reader, ids, shown);
    return { conversations, customers, counts: countsOf(hits.all, customers.length), isMore: hits.all.length >= MOST };
  }

  /** All that is found, and of it what the filters leave. */
  async #hits(reader: unknown[], search: Search, terms: readonly Term[]): Promise<{ all: HitRow[]; rows: HitRow[] }> {
    const { where, queues, states } = search;
    const all = await this.#found(reader, { ...search, where: undefined, queues: undefined, states: undefined }, terms);
    if (!where && !queues && !states) return { all, rows: all };
    if (all.length >= MOST) return { all, rows: await this.#found(reader, search, terms) };
    const rows = all.filter(
      (row) =>
        (where?.includes(whereOf(row)) ?? true) &&
        (queues?.includes(row.queue) ?? true) &&
        (states?.includes(row.state) ?? true),
    );
    return { all, rows };
  }

  /**
   * First what says it in one piece; where that is little, what says it with other words between; where that is little
   * too, the last word may go on: what begins with a common word is more than can be read.
   */
  async #found(reader: unknown[], search: Search, terms: readonly Term[]): Promise<HitRow[]> {
    const queries = [phraseQuery(terms.flat()), termsQuery(terms, 'whole'), termsQuery(terms, 'going on')];
    const found = new Map<string, HitRow>();
    for (const [tried, query] of queries.entries()) {
      if (queries.indexOf(query) < tried) continue;
      for (const row of await this.#asked(reader, search, query)) {
        const key = keyOf(row);
        if (!found.has(key)) found.set(key, row);
      }
      if (found.size >= FEW || (tried === 0 && found.size > 0 && terms.length >= PHRASE)) break;
    }
    return [...found.values()];
  }

  async #asked(reader: unknown[], search: Search, query: string): Promise<HitRow[]> {
    const { since, from, label, where, queues, states } = search;
    const values = [...reader, query, since ?? null, from ?? null, label ?? null];
    values.push(where ?? null, queues ?? null, states ?? null);
    const rows = await this.#inTime<HitRow & { places: number; n: number | null }>(FEWER, values);
    if ((rows[0]?.places ?? 0) > COMMON) return this.#inTime<HitRow>(NEWEST, values);
    return rows.filter(({ n }) => n !== null);
  }

  /** All in one journey to the database. */
  async #inTime<T extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<T[]> {
    const client = await this.#pool.connect();
    // Compiling a query that takes milliseconds takes longer than the query.
    const begin = `BEGIN READ ONLY; SET LOCAL statement_timeout = ${LONGEST_MS}; SET LOCAL jit = off`;
    const [begun, asked, ended] = await Promise.allSettled([
      client.query(begin),
      client.query<T>(text, values),
      client.query('COMMIT'),
    ]);
    client.release(begun.status === 'rejected' || ended.status === 'rejected');
    if (asked.status === 'fulfilled') return asked.value.rows;
    // Cancelled for taking too long.
    if (codeOf(asked.reason) !== '57014') throw asked.reason;
    return [];
  }

  async #shown(rows: readonly HitRow[], search: Search, terms: readonly Term[]): Promise<Shown[]> {
    const tried = rows.slice(0, SHOWN * 3);
    if (tried.length === 0) return [];
    const texts = await this.#pool.query<TextRow>(TEXTS, [
      tried.map(({ stream }) => stream),
      tried.map(({ n }) => n),
      tried.map(({ shows }) => shows),
    ]);
    const found = new Map(texts.rows.map((row) => [`${row.stream} ${row.n}`, row]));
    const shown = tried.flatMap((row): Shown[] => {
      const text = found.get(`${row.stream} ${row.n}`);
      return text ? this.#hit(row, text, search.q.trim(), terms) : [];
    });
    return shown.sort((a, b) => RANK[a.fit] - RANK[b.fit] || b.row.at.getTime() - a.row.at.getTime()).slice(0, SHOWN);
  }

  #hit(row: HitRow, found: TextRow, asked: string, terms: readonly Term[]): Shown[] {
    const body = JSON.parse(found.json) as { text?: string; attachments?: Attachment[] };
    const text = row.part === 'files' ? (body.attachments ?? []).map(({ name }) => name).join(', ') : (body.text ?? '');
    const { fit, marks } = findIn(text, asked, terms);
    if (fit === 'none') return [];
    const type = found.actor_type;
    const name = type === 'customer' ? (found.customer_name ?? '') : this.#directory.agentName(found.actor);
    const hit = { n: row.shows, where: whereOf(row), by: { type, name }, at: timeOf(row.at.getTime()) };
    return [{ row, fit, hit: { ...hit, excerpt: excerptOf(text, marks) } }];
  }

  async #byNumber(reader: unknown[], q: string): Promise<string[]> {
    const [, digits] = /^\s*#?(\d{1,15})\s*$/u.exec(q) ?? [];
    if (digits === undefined) return [];
    const { rows } = await this.#pool.query<{ id: string }>(BY_NUMBER, [...reader, Number(digits)]);
    return rows.map(({ id }) => id);
  }

  async #conversations(reader: unknown[], ids: string[], shown: readonly Shown[]): Promise<FoundConversation[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.#pool.query(CONVERSATIONS, [...reader, ids]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id): FoundConversation[] => {
      const row = byId.get(id);
      if (!row) return [];
      return [
        {
          conversation: id,
          number: row.number,
          customer: { id: row.customer, name: row.name },
          queue: row.queue,
          state: row.state,
          holder: row.holder,
          lastAt: timeOf(row.at.getTime()),
          hits: shown.filter((each) => each.row.conversation === id).map(({ hit }) => hit),
        },
      ];
    });
  }

  /** Who has these words; where nobody has, who has words much like them. */
  async #customers(reader: unknown[], words: string[]): Promise<FoundCustomer[]> {
    const exact = await this.#inTime<CustomerRow>(CUSTOMERS, [...reader, customerQuery(words)]);
    const isName = exact.length === 0 && words.length <= NAME;
    const similar = isName ? await this.#inTime<CustomerRow>(CUSTOMERS, [...reader, similarQuery(words)]) : [];
    const alike = similar
      .map((row) => ({ row, like: likeness(words, namesOf(row)) }))
      .filter(({ like }) => like >= LIKE)
      .sort((a, b) => b.like - a.like)
      .map(({ row }) => row);
    return [...exact, ...alike].slice(0, 20).map((row) => ({
      id: row.id,
      name: row.name,
      email: row.email,
      verified: row.verified,
      lastHeardAt: row.heard === null ? null : timeOf(row.heard.getTime()),
      conversation: row.conversation,
    }));
  }
}

interface Shown {
  row: HitRow;
  fit: Fit;
  hit: SearchHit;
}

const NOTHING = { all: [], rows: [] };
const RANK: Record<Fit, number> = { written: 0, phrase: 1, words: 2, none: 3 };
/** Half of the stretches: one wrong letter in a name of five is still that name. */
const LIKE = 0.5;

function namesOf(row: CustomerRow): string[] {
  return wordsOf(`${row.name} ${row.email ?? ''}`).map(({ word }) => word);
}

function keyOf({ stream, n, part }: HitRow): string {
  return `${stream} ${n} ${part}`;
}

function whereOf({ part, kind }: HitRow): SearchWhere {
  if (part === 'files') return 'files';
  return kind === 'note' ? 'notes' : 'messages';
}

function countsOf(rows: readonly HitRow[], customers: number): SearchResults['counts'] {
  const counts: SearchResults['counts'] = {
    where: { messages: 0, notes: 0, files: 0, customers },
    queues: {},
    states: { unanswered: 0, open: 0, snoozed: 0, resolved: 0 },
  };
  for (const row of rows) {
    counts.where[whereOf(row)]++;
    counts.queues[row.queue] = (counts.queues[row.queue] ?? 0) + 1;
    counts.states[row.state]++;
  }
  return counts;
}
