import type pg from 'pg';
import { birthHash, listItemId, nextListHash } from '../domain/chain.ts';
import type { Findings } from './findings.ts';
import { Rows } from './rows.ts';

interface ListRow {
  name: string;
  birth: string;
  n: number;
  h: string;
  floor: number;
}

interface PointRow {
  list: string;
  n: number;
  h: string;
  conversation: string;
  /** The hash of the conversation's head by then; null where the item was stored before hashes covered it. */
  head: string | null;
  /** The number of the conversation's entry on this list. */
  entry_n: number | null;
}

const LISTS = "SELECT name, birth, n, h, floor FROM stream WHERE name >= 'list/' AND name < 'list0' ORDER BY name";
const POINTS = `
SELECT p.list, p.n, p.h, p.conversation, p.head, e.n AS entry_n
  FROM list_point p LEFT JOIN entry e ON e.list = p.list AND e.conversation = p.conversation ORDER BY p.list, p.n`;

/** Recomputes the chain of every list from its floor on (STR2, LST2). */
export async function verifyLists(client: pg.ClientBase, findings: Findings): Promise<void> {
  const points = new Rows<PointRow>(client, 'verify_points', POINTS);
  for await (const list of new Rows<ListRow>(client, 'verify_lists', LISTS)) {
    findings.count('lists');
    await skipOrphans(findings, points, list.name);
    await verifyList(findings, points, list);
  }
  await skipOrphans(findings, points, undefined);
}

async function skipOrphans(findings: Findings, points: Rows<PointRow>, until: string | undefined): Promise<void> {
  for await (const { list, n } of points.while((row) => until === undefined || row.list < until))
    findings.wrong('orphan_point', list, n, 'The point belongs to no list.');
}

async function verifyList(findings: Findings, points: Rows<PointRow>, list: ListRow): Promise<void> {
  let at = { n: 0, h: birthHash(list.name, list.birth) };
  for await (const row of points.while((each) => each.list === list.name)) {
    findings.count('points');
    // Below the floor only the points of what still stands are kept; the chain is whole from the floor on.
    if (row.n > list.floor) verifyPoint(findings, row, at);
    if (row.n >= list.floor) at = { n: row.n, h: row.h };
    const isNewest = row.entry_n === null ? row.n <= list.floor : row.entry_n >= row.n;
    if (!isNewest) findings.wrong('entry_old', list.name, row.n, `The entry of ${row.conversation} is an older one.`);
  }
  if (at.n !== list.n || at.h !== list.h)
    findings.wrong('head_wrong', list.name, list.n, `The list's head is ${list.n}; its last point ${at.n}, ${at.h}.`);
}

function verifyPoint(findings: Findings, row: PointRow, before: { n: number; h: string }): void {
  if (row.n !== before.n + 1) {
    findings.wrong('gap', row.list, row.n, `After number ${before.n} comes ${row.n}.`);
    return;
  }
  const h = nextListHash(before.h, row.n, listItemId(row.conversation, row.n), row.head);
  if (h !== row.h)
    findings.wrong('hash_wrong', row.list, row.n, `The point's hash is ${row.h}; by what stands before it, ${h}.`);
}
