import type pg from 'pg';
import { waitsForEver } from '../database/connect.ts';
import { Findings, type Verdict } from './findings.ts';
import { verifyKeys } from './keys.ts';
import { verifyLineage } from './lineage.ts';
import { verifyLists } from './lists.ts';
import { verifyLogs } from './logs.ts';

/**
 * Recomputes from the tables everything that can be recomputed: chains, states, what replies cover, lists, clocks, keys,
 * epochs (I2, I3, I6, I7, I11, I12). All of it is read at one moment, so that running traffic causes no false alarm, and in bounded memory.
 */
export async function verifyDatabase(pool: pg.Pool): Promise<Verdict> {
  const client = await pool.connect();
  const findings = new Findings();
  try {
    waitsForEver(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query("SELECT set_config('statement_timeout', '0', true)");
    await verifyLogs(client, findings);
    await verifyLists(client, findings);
    await verifyKeys(client, findings);
    await verifyLineage(client, findings);
    return findings.verdict;
  } finally {
    // The transaction has written nothing, whether it ended well or not.
    client.release(true);
  }
}

/** Whether there was something to check, and nothing of it was wrong. */
export function isSound({ checked, wrong }: Verdict): boolean {
  return wrong === 0 && checked.conversations > 0 && checked.items > 0;
}
