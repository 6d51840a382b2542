import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openEmbedded } from '../../packages/server/src/database/embedded.ts';
import { migrate } from '../../packages/server/src/database/migrate.ts';
import { silentLog } from '../../packages/server/src/log.ts';
import { escalate } from './escalation.ts';
import { raceHandOuts, raceTakes } from './races.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1000' },
    clocks: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
});
const [rounds, clocks, seed] = [values.rounds, values.clocks, values.seed].map(Number) as [number, number, number];

// Not os.tmpdir(): PostgreSQL's own account must be able to go there when this runs as root.
const folder = mkdtempSync('/tmp/heed-orders-');
chmodSync(folder, 0o755);

/** Runs one play on a database of its own, and says what it came to. */
async function play<T extends { failures: string[] }>(
  name: string,
  run: (connection: pg.ClientConfig) => Promise<T>,
): Promise<boolean> {
  const embedded = await openEmbedded(join(folder, name), silentLog);
  try {
    const pool = new pg.Pool({ ...embedded.connection, max: 1 });
    await migrate(pool);
    await pool.end();
    const began = Date.now();
    const { failures, ...figures } = await run(embedded.connection);
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    console.log(`${name}: ${JSON.stringify({ ...figures, seconds, failures: failures.length })}`);
    for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`);
    return failures.length === 0;
  } finally {
    await embedded.close();
  }
}

try {
  const whole = [
    await play('escalation', (connection) => escalate(connection, clocks, seed)),
    await play('takes', (connection) => raceTakes(connection, rounds)),
    await play('hand-outs', (connection) => raceHandOuts(connection, rounds, seed)),
  ];
  process.exitCode = whole.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
