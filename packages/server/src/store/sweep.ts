import type pg from 'pg';
import type { Log } from '../log.ts';

const EVERY_MS = 10 * 60_000;
const LEFT_DAYS = 7;
const KEY_DAYS = 400;

/** Drops what is kept for a time only: `left` rows with their points (LST2), old keys (SND3), tokens. Gives the closer. */
export function startSweeping(pool: pg.Pool, log: Log): () => void {
  const timer = setInterval(() => {
    sweep(pool).catch((error: unknown) => log.warn({ error: String(error) }, 'Old rows could not be dropped.'));
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** One sweep, safe on any number of nodes at once. */
export async function sweep(pool: pg.Pool): Promise<void> {
  const old = `clock_timestamp() - interval '${LEFT_DAYS} days'`;
  // The floor first: a terminal below it gets a snapshot, so it can miss nothing of what goes next.
  await pool.query(`
    UPDATE stream s SET floor = p.n FROM (SELECT list, max(n) AS n FROM list_point WHERE at < ${old} GROUP BY list) p
     WHERE s.name = p.list AND s.floor < p.n`);
  // The head's own item stays, however old: without it no terminal could ever reach the head.
  await pool.query(
    `DELETE FROM entry e USING stream s WHERE s.name = e.list AND e.n < s.n AND e.n <= s.floor AND e.kind = 'left' AND e.at < ${old}`,
  );
  await pool.query(`
    DELETE FROM list_point p WHERE p.at < ${old}
       AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.list = p.list AND e.conversation = p.conversation AND e.n = p.n)
       AND p.n < (SELECT floor FROM stream s WHERE s.name = p.list)`);
  await pool.query(`DELETE FROM send_key WHERE at < clock_timestamp() - interval '${KEY_DAYS} days'`);
  await pool.query(`DELETE FROM attachment WHERE conversation IS NULL AND created_at < ${old}`);
  await pool.query("DELETE FROM token WHERE expires_at < clock_timestamp() - interval '1 hour'");
  await pool.query('DELETE FROM session WHERE expires_at < clock_timestamp()');
}
