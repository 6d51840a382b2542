import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { configFrom } from '../packages/server/src/config.ts';
import { openDatabase } from '../packages/server/src/database/connect.ts';
import { migrate } from '../packages/server/src/database/migrate.ts';
import type { Who } from '../packages/server/src/domain/permission.ts';
import { silentLog } from '../packages/server/src/log.ts';
import { Finder } from '../packages/server/src/search/find.ts';
import { indexSome } from '../packages/server/src/search/indexer.ts';
import { postgresDirectory } from '../packages/server/src/store/directory.ts';
import { beginCustomer } from '../packages/server/src/store/people.ts';
import { addInbox, addQueue } from '../packages/server/src/store/team.ts';
import { chance, spanIn, type Text, texts } from './search-texts.ts';

/** So many messages in a conversation, and rows in one statement. */
const PER_CONVERSATION = 20;
const PER_STATEMENT = 20_000;

interface Span {
  language: string;
  span: string;
  /** Which of the messages it stands in. */
  at: number;
}

/**
 * Finds what was said: spans of 3 to 6 words that occur once, among so many messages, by an agent with two of three
 * queues. Says in how many of them the message is among the first five, and how long that took.
 */
export async function benchSearch(options: { messages: number; spans: number; data: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const database = await openDatabase(configFrom({ data: folder }, {}), silentLog);
  try {
    const { pool } = database;
    await migrate(pool);
    const all = await texts(options.data, options.messages);
    const { who, queues } = await fill(pool, all);
    const begun = performance.now();
    while (await indexSome(pool));
    const seconds = (performance.now() - begun) / 1_000;
    await pool.query('VACUUM ANALYZE search_message');
    const directory = postgresDirectory(pool);
    await directory.refresh();
    const finder = new Finder(pool, directory);
    const spans = uniqueSpans(all, options.spans, (at) => conversationOf(at) % queues < 2);
    // The first of each kind read pages that the others find in memory.
    for (const { span } of spans.slice(0, 20)) await finder.find(who, { q: span });
    return { ...(await ask(finder, who, spans)), index: await indexOf(pool, all.length, seconds) };
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function indexOf(pool: pg.Pool, messages: number, seconds: number) {
  const { rows } = await pool.query<{ table: number; words: number; bodies: number }>(
    `SELECT (pg_table_size('search_message') / 1048576)::int AS table,
            (pg_relation_size('search_message_words') / 1048576)::int AS words, (pg_table_size('body') / 1048576)::int AS bodies`,
  );
  return { messagesPerSecond: Math.round(messages / seconds), megabytes: rows[0] };
}

const conversationOf = (at: number) => Math.floor(at / PER_CONVERSATION);
const idOf = (conversation: number) => `bench${String(conversation).padStart(8, '0')}`;

/** Puts the messages where the ledger would have: resolved conversations, without their chats and lists. */
async function fill(pool: pg.Pool, all: readonly Text[]): Promise<{ who: Who; queues: number }> {
  const queues: string[] = [];
  for (const name of ['One', 'Two', 'Three']) queues.push((await addQueue(pool, { name })).id);
  const inbox = await addInbox(pool, { name: 'Bench', queue: queues[0] ?? '' });
  const { customer } = await beginCustomer(pool, inbox.id, 'Somebody', { address: '', device: '' });
  for (let from = 0; from < all.length; from += PER_STATEMENT) {
    const part = all.slice(from, from + PER_STATEMENT);
    const conversations = [...new Set(part.map((_, index) => conversationOf(from + index)))];
    await pool.query(
      `INSERT INTO conversation (id, number, customer, inbox, queue, status, started_at, entered_at)
       SELECT id, number, $3, $4, queue, 'resolved', clock_timestamp(), clock_timestamp()
         FROM unnest($1::text[], $2::int[], $5::text[]) AS u(id, number, queue)`,
      [
        conversations.map(idOf),
        conversations.map((each) => each + 1),
        customer.id,
        inbox.id,
        conversations.map((each) => queues[each % queues.length]),
      ],
    );
    await pool.query(
      `INSERT INTO stream (name, birth, n, h, at)
       SELECT 'conversation/' || id, (SELECT epoch FROM lineage LIMIT 1), ${PER_CONVERSATION}, 'h', clock_timestamp()
         FROM unnest($1::text[]) AS u(id)`,
      [conversations.map(idOf)],
    );
    const values = [
      part.map((_, index) => `conversation/${idOf(conversationOf(from + index))}`),
      part.map((_, index) => ((from + index) % PER_CONVERSATION) + 1),
    ];
    await pool.query(
      `INSERT INTO item (stream, n, h, id, kind, actor_type, actor, at, body_hash)
       SELECT stream, n, 'h', 'i', 'message', 'customer', $3, clock_timestamp(), '' FROM unnest($1::text[], $2::int[]) AS u(stream, n)`,
      [...values, customer.id],
    );
    await pool.query(
      'INSERT INTO body (stream, n, salt, json) SELECT stream, n, $3, json FROM unnest($1::text[], $2::int[], $4::text[]) AS u(stream, n, json)',
      [...values, Buffer.alloc(16), part.map(({ text }) => JSON.stringify({ text: text.replaceAll('\0', '') }))],
    );
  }
  const roles = new Map(queues.slice(0, 2).map((id) => [id, 'agent' as const]));
  const who: Who = { type: 'agent', id: 'bench', name: 'Bench', terminal: 'bench', isAdmin: false, queues: roles };
  return { who, queues: queues.length };
}

/** Spans by language that stand in one message only, and once, checked by exact match over all of them. */
function uniqueSpans(all: readonly Text[], each: number, isReadable: (at: number) => boolean): Span[] {
  const everything = all.map(({ text }) => text).join('\n');
  const pick = chance(3);
  const spans: Span[] = [];
  const byLanguage = Map.groupBy(all.keys(), (at) => all[at]?.language ?? '');
  for (const [language, places] of byLanguage) {
    for (let tries = 0, found = 0; tries < each * 20 && found < each; tries++) {
      const at = places[pick(places.length)] ?? 0;
      const span = isReadable(at) ? spanIn(all[at] as Text, pick) : undefined;
      if (span === undefined || span.includes('\n')) continue;
      const first = everything.indexOf(span);
      if (everything.indexOf(span, first + 1) >= 0) continue;
      spans.push({ language, span, at });
      found++;
    }
  }
  return spans;
}

async function ask(finder: Finder, who: Who, spans: readonly Span[]) {
  const found = new Map<string, { asked: number; first5: number; missed: string[] }>();
  const times: number[] = [];
  for (const { language, span, at } of spans) {
    const before = performance.now();
    const { conversations } = await finder.find(who, { q: span });
    times.push(performance.now() - before);
    const hits = conversations.flatMap(({ conversation, hits }) => hits.map(({ n }) => `${conversation} ${n}`));
    const wanted = `${idOf(conversationOf(at))} ${(at % PER_CONVERSATION) + 1}`;
    const sum = found.get(language) ?? { asked: 0, first5: 0, missed: [] };
    found.set(language, sum);
    sum.asked++;
    if (hits.slice(0, 5).includes(wanted)) sum.first5++;
    else if (sum.missed.length < 3) sum.missed.push(span);
  }
  times.sort((a, b) => a - b);
  const within = (share: number) => Math.round(times[Math.ceil(times.length * share) - 1] ?? 0);
  return {
    foundInFirst5: Object.fromEntries(
      [...found].map(([language, { asked, first5, missed }]) => [
        language,
        { spans: asked, percent: Math.round((first5 / asked) * 1_000) / 10, ...(missed.length > 0 ? { missed } : {}) },
      ]),
    ),
    milliseconds: { p50: within(0.5), p95: within(0.95), p99: within(0.99), longest: within(1) },
  };
}
