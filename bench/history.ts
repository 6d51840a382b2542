import type pg from 'pg';
import { startChild } from './child.ts';
import { withDatabase } from './database.ts';
import { median } from './figures.ts';
import type { Figures } from './load.ts';
import { type BenchServer, startBenchServer } from './server.ts';
import { heedOver, type System } from './systems.ts';
import { atLeast, atMost, type Findings, rounded } from './targets.ts';

/** So many conversations in one statement. */
const PER_STATEMENT = 2_500;
const CUSTOMERS = 5_000;
/** Windows that are opened, so many at once. */
const OPENED = { conversations: 600, lists: 100, atOnce: 4 };

export interface HistoryOptions {
  conversations: number;
  messagesEach: number;
  rounds: number;
  seconds: number;
}

/** A server with a past beside one without: how fast windows open, and whether messages are any slower. */
export async function benchHistory(options: HistoryOptions): Promise<Findings> {
  const shape = { conversations: 200, agents: 10 };
  const old = await startBenchServer(shape.agents);
  const began = performance.now();
  const ids = await withDatabase(old.folder, (client) => fill(client, options));
  const filledSeconds = (performance.now() - began) / 1_000;
  const systems: System[] = [await heedOver(old, shape)];
  const desks = startChild('crowd.ts');
  try {
    const opened = await openWindows(old, desks, ids);
    systems.push(await heedOver(await startBenchServer(shape.agents), shape));
    const [before, after] = await beside(systems, options);
    return {
      figures: {
        messages: options.conversations * options.messagesEach,
        conversations: options.conversations,
        filledSeconds: rounded(filledSeconds),
        ...opened,
        closedPerSecond: rounded(before.closed),
        closedPerSecondWithoutPast: rounded(after.closed),
        storedPerSecond: rounded(before.stored),
        storedPerSecondWithoutPast: rounded(after.stored),
      },
      targets: [
        atMost('history: a conversation opened, p99 in ms', opened.conversation.p99, 50),
        atMost('history: a list opened, p99 in ms', opened.list.p99, 50),
        atLeast('history: closed beside a server without a past', rounded(before.closed / after.closed, 2), 0.8),
        atLeast('history: stored beside a server without a past', rounded(before.stored / after.stored, 2), 0.8),
      ],
    };
  } finally {
    desks.kill();
    for (const system of systems) await system.close();
  }
}

interface Rates {
  closed: number;
  stored: number;
}

async function beside(systems: System[], { rounds, seconds }: HistoryOptions): Promise<[Rates, Rates]> {
  const found = systems.map(() => ({ closed: [] as number[], stored: [] as number[] }));
  // The first round warms up.
  for (let round = 0; round <= rounds; round++)
    for (const [index, system] of systems.entries())
      for (const kind of ['closed', 'stored'] as const) {
        const { perSecond } = await system.ask<Figures>({ do: kind, seconds });
        if (round > 0) found[index]?.[kind].push(perSecond);
      }
  const [past, fresh] = found.map(({ closed, stored }) => ({ closed: median(closed), stored: median(stored) }));
  return [past as Rates, fresh as Rates];
}

async function openWindows(server: BenchServer, desks: ReturnType<typeof startChild>, ids: string[]) {
  const { url, key, agents } = server;
  const { queues } = await desks.ask<{ queues: string[] }>({
    do: 'desks',
    address: { url, key, agents },
    count: OPENED.atOnce,
    streams: [],
  });
  const some = Array.from({ length: OPENED.conversations }, (_, i) => ids[(i * 7_919) % ids.length] as string);
  const ask = async (streams: string[]) => {
    const { p50, p99 } = await desks.ask<Figures>({ do: 'open', streams, atOnce: OPENED.atOnce });
    return { p50: rounded(p50), p99: rounded(p99) };
  };
  // The first of each kind are for the plans of their statements.
  await ask(some.slice(0, 40));
  const conversation = await ask(some.slice(40).map((id) => id));
  const list = await ask(Array.from({ length: OPENED.lists }, () => `list/open:${queues[0]}`));
  return { conversation, list };
}

/** Resolved conversations with their chats and keys, of months ago; gives the names of their streams. */
async function fill(client: pg.Client, { conversations, messagesEach }: HistoryOptions): Promise<string[]> {
  const { rows } = await client.query<{ inbox: string; queue: string }>('SELECT id AS inbox, queue FROM inbox');
  const { inbox, queue } = rows[0] as { inbox: string; queue: string };
  await client.query(
    `INSERT INTO customer (id, inbox, name) SELECT 'past' || i, $1, 'Customer ' || i FROM generate_series(0, ${CUSTOMERS - 1}) AS i`,
    [inbox],
  );
  for (let from = 0; from < conversations; from += PER_STATEMENT)
    await client.query(FILL, [from, Math.min(PER_STATEMENT, conversations - from), messagesEach, inbox, queue]);
  await client.query('ANALYZE');
  return Array.from({ length: conversations }, (_, i) => `conversation/PAST${i}`);
}

const AT = "clock_timestamp() - interval '90 days'";
const FILL = `
WITH past AS MATERIALIZED (
  SELECT i, 'PAST' || i AS id, 'past' || i % ${CUSTOMERS} AS customer FROM generate_series($1::int, $1::int + $2::int - 1) AS i
), said AS MATERIALIZED (
  SELECT s.name AS stream, n, past.customer, md5(s.name || n) AS h, n % 2 = 1 AS asks, s.is_chat
    FROM past CROSS JOIN LATERAL (VALUES ('conversation/' || id, false), ('chat/' || id, true)) AS s(name, is_chat),
         generate_series(1, $3::int) AS n
), begun AS (
  INSERT INTO conversation (id, number, customer, inbox, queue, status, answered_up_to, last_customer_n, preview, started_at, entered_at)
  SELECT id, nextval('conversation_number'), customer, $4, $5, 'resolved', $3::int, $3::int - 1, 'What they said last', ${AT}, ${AT} FROM past
), streams AS (
  INSERT INTO stream (name, birth, n, h, at)
  SELECT stream, (SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1), n, left(h, 16), ${AT} FROM said WHERE n = $3::int
), items AS (
  INSERT INTO item (stream, n, h, id, kind, actor_type, actor, terminal, at, body_hash, shows)
  SELECT stream, n, left(h, 16), left(h, 26), 'message', CASE WHEN asks THEN 'customer' ELSE 'agent' END,
         CASE WHEN asks THEN customer ELSE 'somebody' END, 'past', ${AT}, h, CASE WHEN is_chat THEN n END FROM said
), bodies AS (
  INSERT INTO body (stream, n, salt, json)
  SELECT stream, n, decode(h, 'hex'), '{"text":"' || repeat(h, 4) || '"}' FROM said
)
INSERT INTO send_key (stream, actor, id, n, h, body_hash, at)
SELECT stream, CASE WHEN asks THEN customer ELSE 'somebody' END, left(h, 26), n, left(h, 16), left(h, 22), ${AT}
  FROM said WHERE is_chat = asks`;
