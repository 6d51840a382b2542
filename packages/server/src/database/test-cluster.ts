import { mkdtempSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { silentLog } from '../log.ts';
import { makePool } from './connect.ts';
import { openEmbedded } from './embedded.ts';
import { migrate } from './migrate.ts';
import type { TestConnection } from './test-database.ts';

/** Vitest calls this once per run: one cluster for all tests that need PostgreSQL, gone when they are done. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Not os.tmpdir(): PostgreSQL's own account must be able to go there when the tests run as root.
  const data = mkdtempSync('/tmp/heed-test-');
  const cluster = await openEmbedded(data, silentLog);
  const { pool } = makePool(cluster.connection, 2, silentLog);
  await migrate(pool);
  // A database is only copied while nobody is connected to it.
  await pool.end();
  project.provide('heedConnection', cluster.connection as TestConnection);
  return async () => {
    await cluster.close();
    rmSync(data, { recursive: true, force: true });
  };
}
