import type pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { indexCustomers } from './index-customers.ts';
import { indexMessages } from './index-messages.ts';

const EVERY_MS = 1_000;
/** Any number that nothing else in the database uses; it spells "find". */
const LOCK = 0x66696e64;

/**
 * Reads what was written into the index of the search, a moment later and beside the path of the messages, so that
 * finding costs nobody who writes (decision 0008). One node at a time. Gives the closer.
 */
export function startIndexing(pool: pg.Pool, clock: Clock, log: Log): () => Promise<void> {
  let round: Promise<void> | undefined;
  let isOver = false;
  const work = async () => {
    for (let isMore = true; isMore && !isOver; ) {
      const begun = performance.now();
      isMore = await indexSome(pool);
      // Half of the time at most: who writes goes first, and what is left over is read in when they are done.
      if (isMore) await new Promise((resolve) => setTimeout(resolve, performance.now() - begun));
    }
  };
  const stop = clock.every(EVERY_MS, () => {
    round ??= work()
      .catch((error: unknown) => {
        if (!isOver)
          log.warn({ error: String(error) }, 'The search could not be brought up to date; it is tried again.');
      })
      .finally(() => {
        round = undefined;
      });
  });
  return async () => {
    isOver = true;
    stop();
    await round;
  };
}

/** One step; tells whether there is more to do. Nothing is done where another node is at it. */
export async function indexSome(pool: pg.Pool): Promise<boolean> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    // What is derived may be lost with a crash, so nobody waits for the disk.
    await client.query('SET LOCAL synchronous_commit = off');
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [LOCK]);
    let isMore = false;
    if (rows[0]?.mine) {
      const [messages, customers] = [await indexMessages(client), await indexCustomers(client)];
      isMore = messages || customers;
    }
    await client.query('COMMIT');
    broken = false;
    return isMore;
  } finally {
    client.release(broken);
  }
}
