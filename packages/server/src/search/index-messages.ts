import type { Attachment } from '@heed/protocol';
import type pg from 'pg';
import { vectorOf } from './words.ts';

/** So many logs, and items of them, are read into the index in one transaction. */
const STREAMS = 500;
const ITEMS = 4_000;

interface State {
  scanned: string | null;
  since: Date;
}

interface Behind {
  stream: string;
  /** Read up to here. */
  n: number;
  head: number;
}

interface ItemRow {
  stream: string;
  n: number;
  kind: string;
  written_by: string;
  at: Date;
  json: string;
  target: number | null;
  target_kind: string | null;
}

interface Row {
  stream: string;
  n: number;
  part: 'text' | 'files';
  shows: number;
  kind: string;
  writtenBy: string;
  at: Date;
  words: string;
}

const LOOK = { name: 'search-state', text: 'SELECT scanned, since FROM search_state' };
const BEGIN = {
  name: 'search-begin',
  text: `INSERT INTO search_state (scanned, customers_scanned, since) VALUES ('conversation/', '', '-infinity')`,
};

/**
 * Whatever a transaction writes it writes after it began. So whoever looks after this moment at the keys of sends up to
 * the moment given misses none, however long somebody takes to commit; the second is for what is between an id and a key.
 */
const HORIZON = {
  name: 'search-horizon',
  text: `SELECT least(clock_timestamp(), min(xact_start)) - interval '1 second' AS since
           FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL`,
};

/** All logs in the order of their names, a stretch at a time: at the beginning, and after a crash. */
const SCAN = {
  name: 'search-scan',
  text: `
SELECT s.name AS stream, coalesce(p.n, 0) AS n, s.n AS head FROM stream s LEFT JOIN search_point p ON p.stream = s.name
 WHERE s.name > $1 AND s.name < 'conversation0' ORDER BY s.name LIMIT ${STREAMS}`,
};

/** The logs that were written to since: by way of the keys of sends, which have an index by time already. */
const CHANGED = {
  name: 'search-changed',
  text: `
SELECT s.name AS stream, coalesce(p.n, 0) AS n, s.n AS head
  FROM (SELECT DISTINCT 'conversation/' || substr(coalesce(leads_to, stream), strpos(coalesce(leads_to, stream), '/') + 1) AS name
          FROM send_key WHERE at >= $1) k
  JOIN stream s ON s.name = k.name LEFT JOIN search_point p ON p.stream = s.name
 WHERE s.n > coalesce(p.n, 0) ORDER BY s.name LIMIT ${STREAMS}`,
};

/** A body that is read is kept from being erased until it is in the index, so that it goes from there as well. */
const ITEMS_OF = {
  name: 'search-items',
  text: `
SELECT i.stream, i.n, i.kind, i.actor_type AS written_by, coalesce(t.at, i.at) AS at, b.json, t.n AS target, t.kind AS target_kind
  FROM unnest($1::text[], $2::int[], $3::int[]) AS u(stream, n, head)
  JOIN item i ON i.stream = u.stream AND i.n > u.n AND i.n <= u.head AND i.kind IN ('message', 'note', 'edited')
  JOIN body b ON b.stream = i.stream AND b.n = i.n
  LEFT JOIN item t ON i.kind = 'edited' AND t.stream = i.stream AND t.n = (b.json::json ->> 'target')::int
 ORDER BY i.stream, i.n LIMIT ${ITEMS} FOR KEY SHARE OF b`,
};

const DROP = {
  name: 'search-drop',
  text: `DELETE FROM search_message m USING unnest($1::text[], $2::int[]) AS u(stream, shows)
          WHERE m.stream = u.stream AND m.shows = u.shows AND m.part = 'text'`,
};
const INSERT = {
  name: 'search-insert',
  text: `
INSERT INTO search_message (stream, n, part, shows, kind, written_by, at, words)
SELECT stream, n, part, shows, kind, written_by, at, words::tsvector
  FROM unnest($1::text[], $2::int[], $3::text[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::text[])
    AS u(stream, n, part, shows, kind, written_by, at, words)
ON CONFLICT DO NOTHING`,
};
const POINTS = {
  name: 'search-points',
  text: `INSERT INTO search_point (stream, n) SELECT * FROM unnest($1::text[], $2::int[])
         ON CONFLICT (stream) DO UPDATE SET n = excluded.n`,
};

/** Reads some of what is new into the index, in the caller's transaction. Tells whether there is more. */
export async function indexMessages(client: pg.ClientBase): Promise<boolean> {
  const state = await stateOf(client);
  const horizon = (await client.query<{ since: Date }>(HORIZON)).rows[0]?.since;
  const look = state.scanned === null ? { ...CHANGED, values: [state.since] } : { ...SCAN, values: [state.scanned] };
  const looked = (await client.query<Behind>(look)).rows;
  const behind = looked.filter(({ n, head }) => head > n);
  const readAll = behind.length === 0 || (await readIn(client, behind));
  const sawAll = looked.length < STREAMS;
  if (state.scanned !== null) {
    const next = readAll ? (sawAll ? null : looked.at(-1)?.stream) : state.scanned;
    await client.query('UPDATE search_state SET scanned = $1', [next]);
  } else if (readAll && sawAll) {
    await client.query('UPDATE search_state SET since = $1', [horizon]);
  }
  return !readAll || !sawAll;
}

/** As of when nothing has been read in yet, everything is looked at, and what is written meanwhile after that. */
async function stateOf(client: pg.ClientBase): Promise<State> {
  const { rows } = await client.query<State>(LOOK);
  if (rows[0]) return rows[0];
  await client.query(BEGIN);
  await client.query(
    `UPDATE search_state SET since = (SELECT least(clock_timestamp(), min(xact_start)) - interval '1 second'
       FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid())`,
  );
  return stateOf(client);
}

/** Tells whether all of these logs are read up to their heads. */
async function readIn(client: pg.ClientBase, behind: readonly Behind[]): Promise<boolean> {
  const { rows } = await client.query<ItemRow>({
    ...ITEMS_OF,
    values: [behind.map(({ stream }) => stream), behind.map(({ n }) => n), behind.map(({ head }) => head)],
  });
  const readAll = rows.length < ITEMS;
  const last = rows.at(-1);
  await store(client, rows);
  const points = behind.flatMap(({ stream, head }): [string, number][] => {
    if (readAll || !last || stream < last.stream) return [[stream, head]];
    return stream === last.stream ? [[stream, last.n]] : [];
  });
  await client.query({ ...POINTS, values: [points.map(([stream]) => stream), points.map(([, n]) => n)] });
  return readAll;
}

async function store(client: pg.ClientBase, items: readonly ItemRow[]): Promise<void> {
  const rows = new Map<string, Row>();
  const edited: ItemRow[] = [];
  for (const item of items) {
    for (const row of rowsOf(item)) rows.set(`${row.stream} ${row.shows} ${row.part}`, row);
    if (item.target !== null) edited.push(item);
  }
  if (edited.length > 0)
    await client.query({ ...DROP, values: [edited.map(({ stream }) => stream), edited.map(({ target }) => target)] });
  const all = [...rows.values()];
  if (all.length === 0) return;
  await client.query({
    ...INSERT,
    values: [
      all.map((row) => row.stream),
      all.map((row) => row.n),
      all.map((row) => row.part),
      all.map((row) => row.shows),
      all.map((row) => row.kind),
      all.map((row) => row.writtenBy),
      all.map((row) => row.at),
      all.map((row) => row.words),
    ],
  });
}

/** What an item is found by: its words, and the names of its files. */
function rowsOf(item: ItemRow): Row[] {
  const body = JSON.parse(item.json) as { text?: string; attachments?: Attachment[] };
  const { stream, n, at, written_by: writtenBy } = item;
  const kind = (item.target === null ? item.kind : item.target_kind) ?? 'message';
  const common = { stream, n, shows: item.target ?? n, kind, writtenBy, at };
  const row = (part: Row['part'], texts: string[]): Row[] => {
    const words = vectorOf(texts);
    return words === '' ? [] : [{ ...common, part, words }];
  };
  return [
    ...row('text', [body.text ?? '']),
    ...row(
      'files',
      (body.attachments ?? []).map(({ name }) => name),
    ),
  ];
}
