import { type Stream, streamId, streamType } from '@heed/protocol';
import pg from 'pg';
import { waitsForEver } from '../database/connect.ts';
import { codeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { Findings, type Verdict } from './findings.ts';
import { verifyLists } from './lists.ts';
import { LogChain, type LogRow, rowsOf } from './log-chain.ts';
import { Rows } from './rows.ts';

/** A stream is looked at again no sooner than this: what a window reports once it may report often. */
const AGAIN_MS = 60_000;
const MOST_WAITING = 100;

/** Recomputes the chains of one conversation and of what its customer sees, or those of all lists, as of one moment. */
export async function examineStream(pool: pg.Pool, s: Stream): Promise<Verdict> {
  const client = await pool.connect();
  const findings = new Findings();
  try {
    waitsForEver(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query("SELECT set_config('statement_timeout', '0', true)");
    if (streamType(s) === 'list') await verifyLists(client, findings);
    else for (const type of ['conversation', 'chat']) await examineLog(client, findings, `${type}/${streamId(s)}`);
    return findings.verdict;
  } finally {
    // The transaction has written nothing, whether it ended well or not.
    client.release(true);
  }
}

async function examineLog(client: pg.ClientBase, findings: Findings, s: Stream): Promise<void> {
  const { rows } = await client.query<{ birth: string; n: number; h: string }>(
    'SELECT birth, n, h FROM stream WHERE name = $1',
    [s],
  );
  const head = rows[0];
  if (!head) return;
  const chain = new LogChain(findings, s, head.birth);
  const cursor = `examine_${s.slice(0, s.indexOf('/'))}`;
  for await (const row of new Rows<LogRow>(client, cursor, rowsOf(pg.escapeLiteral(s)))) chain.next(row);
  chain.end(head);
}

/**
 * What an agent's window that held something else than the log sets off (EPO3): the stream's chain is recomputed, one
 * stream at a time. Where it is broken nothing more is added to the conversation, on any node, until somebody has looked.
 */
export function examiner(parts: { pool: pg.Pool; log: Log; damaged: () => void }): (s: Stream) => void {
  const lastAt = new Map<Stream, number>();
  let waiting = 0;
  let line = Promise.resolve();
  const examine = async (s: Stream): Promise<void> => {
    const { wrong, findings } = await examineStream(parts.pool, s);
    const fields = { s, wrong, findings: findings.slice(0, 5) };
    if (wrong === 0) return parts.log.warn(fields, 'A window differed from a log whose chain is whole.');
    parts.damaged();
    parts.log.error(fields, 'The chain of a log is broken; nothing more is added to it.');
    if (streamType(s) === 'list') return;
    await parts.pool.query(
      'UPDATE conversation SET damaged_at = clock_timestamp() WHERE id = $1 AND damaged_at IS NULL',
      [streamId(s)],
    );
  };
  return (s) => {
    const now = performance.now();
    if (waiting >= MOST_WAITING || now - (lastAt.get(s) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    if (lastAt.size > 10 * MOST_WAITING) lastAt.clear();
    lastAt.set(s, now);
    waiting++;
    line = line
      .then(() => examine(s))
      .catch((error: unknown) => parts.log.warn({ s, code: codeOf(error) }, 'A log could not be examined.'))
      .finally(() => {
        waiting--;
      });
  };
}

/** How many conversations are stopped. */
export async function countStopped(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ stopped: number }>(
    'SELECT count(*)::int AS stopped FROM conversation WHERE damaged_at IS NOT NULL',
  );
  return rows[0]?.stopped ?? 0;
}

/** Lets the stopped ones go on, and says how many: once all that can be recomputed was found right. */
export async function releaseStopped(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query('UPDATE conversation SET damaged_at = NULL WHERE damaged_at IS NOT NULL');
  return rowCount ?? 0;
}
