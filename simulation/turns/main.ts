import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openEmbedded } from '../../packages/server/src/database/embedded.ts';
import { migrate } from '../../packages/server/src/database/migrate.ts';
import { silentLog } from '../../packages/server/src/log.ts';
import { playDay } from '../day/day.ts';
import { escalate } from '../orders/escalation.ts';
import { raceHandOuts, raceTakes } from '../orders/races.ts';
import { playWorlds } from '../prove/worlds.ts';
import { race } from './races.ts';
import { playStar } from './star.ts';

const { values } = parseArgs({
  options: {
    /** One part instead of all. */
    only: { type: 'string' },
    file: { type: 'string', multiple: true, default: [] },
    conversations: { type: 'string' },
    agents: { type: 'string', default: '20' },
    worlds: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '1000' },
    races: { type: 'string', default: '500' },
    clocks: { type: 'string', default: '100' },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const { worlds, rounds, races, clocks, conversations, agents, seconds, seed } = values;
const root = join(import.meta.dirname, '../..');

interface Result {
  failures: string[];
}

const PARTS: Record<string, () => Promise<Result>> = {
  worlds: () => playSome(Number(worlds), Number(seed)),
  takes: () => onDatabase((connection) => raceTakes(connection, Number(rounds))),
  'hand-outs': () => onDatabase((connection) => raceHandOuts(connection, Number(rounds), Number(seed))),
  escalation: () => onDatabase((connection) => escalate(connection, Number(clocks), Number(seed))),
  races: () => race(Number(races), Number(seed)),
  replay: () => {
    const dying = Math.floor(Number(agents) / 4);
    return playStar({
      file: values.file[0] ?? '',
      conversations: Number(conversations ?? 400),
      agents: Number(agents),
      dying,
      returning: Math.ceil(dying / 2),
      capacity: 4,
      lastsMs: Number(seconds ?? 150) * 1_000,
      seed: Number(seed),
      chromium: process.env.HEED_CHROMIUM,
    });
  },
  day: () => {
    const count = Number(conversations ?? 200);
    const lastsMs = Number(seconds ?? 4 * count) * 1_000;
    const chromium = process.env.HEED_CHROMIUM ?? '';
    return playDay({ files: values.file, conversations: count, lastsMs, seed: Number(seed), chromium });
  },
};

/** These play a record of conversations; one of them needs a browser. */
const NEED_FILE = ['replay', 'day'];

async function playSome(count: number, from: number): Promise<Result> {
  const { played, figures, broken, crashed } = await playWorlds({ root, from, count, processes: 2 });
  const failures = broken.map(({ seed: of, violations: [first] }) => `seed ${of}: ${first?.rule} ${first?.what}`);
  return { ...figures, played, failures: crashed === undefined ? failures : [...failures, crashed] } as Result;
}

/** Runs on a database of its own. */
async function onDatabase<T extends Result>(run: (connection: pg.ClientConfig) => Promise<T>): Promise<T> {
  // Not os.tmpdir(): PostgreSQL's own account must be able to go there when this runs as root.
  const folder = mkdtempSync('/tmp/heed-turns-');
  chmodSync(folder, 0o755);
  const embedded = await openEmbedded(join(folder, 'data'), silentLog);
  try {
    const pool = new pg.Pool({ ...embedded.connection, max: 1 });
    await migrate(pool);
    await pool.end();
    return await run(embedded.connection);
  } finally {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function missingFor(name: string): string | undefined {
  if (NEED_FILE.includes(name) && values.file.length === 0)
    return '--file FILE names a record of conversations, as for heed replay; a day may have several.';
  return name === 'day' && !process.env.HEED_CHROMIUM ? '--browser gives it the Chromium that it works in.' : undefined;
}

const { only } = values;
const names = only === undefined ? Object.keys(PARTS) : [only];
if (only !== undefined && !(only in PARTS)) {
  console.error(`There is no part ${only}; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}
for (const name of names) {
  const missing = missingFor(name);
  if (missing !== undefined) {
    console.log(`${name}: left out; ${missing}`);
    if (only === name) process.exitCode = 2;
    continue;
  }
  const began = Date.now();
  const { failures, ...figures } = await (PARTS[name] as () => Promise<Result>)();
  const took = Math.round((Date.now() - began) / 100) / 10;
  console.log(`${name}: ${JSON.stringify({ ...figures, seconds: took, failures: failures.length })}`);
  for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}
