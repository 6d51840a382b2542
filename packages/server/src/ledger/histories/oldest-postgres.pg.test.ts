import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, makePool } from '../../database/connect.ts';
import { type Embedded, openEmbedded } from '../../database/embedded.ts';
import { migrate } from '../../database/migrate.ts';
import { silentLog } from '../../log.ts';
import { contract } from '../../store/contract/cases.ts';
import type { Opens } from '../../store/contract/company.ts';
import { foundInPostgres } from '../../store/contract/in-postgres.ts';
import { playInOrder, playSideBySide } from './play.ts';

const OLDEST = 15;

/** Whether Debian's PostgreSQL of that version is here; CI installs it where it is not, and fails where it cannot. */
function isHere(): boolean {
  const initdb = `/usr/lib/postgresql/${OLDEST}/bin/initdb`;
  if (existsSync(initdb) || process.env.CI !== 'true') return existsSync(initdb);
  const [program, ...words] = process.getuid?.() === 0 ? ['apt-get'] : ['sudo', '-n', 'apt-get'];
  for (const what of [['update'], ['install', '-y', '--no-install-recommends', `postgresql-${OLDEST}`]])
    execFileSync(program as string, [...words, '-q', ...what], { stdio: 'inherit' });
  return existsSync(initdb);
}

const here = isHere();
if (process.env.CI === 'true' && !here) throw new Error(`PostgreSQL ${OLDEST} is not here and could not be installed.`);
const title = here ? `PostgreSQL ${OLDEST}` : `PostgreSQL ${OLDEST} is not here: apt-get install postgresql-${OLDEST}`;

/** The oldest PostgreSQL that Heed runs on, where Debian's is installed: SQL keeps to what it has. */
describe.skipIf(!here)(title, () => {
  let data: string;
  let cluster: Embedded;
  let database: Database;
  let open: Opens;

  beforeAll(async () => {
    // Not os.tmpdir(): PostgreSQL's own account must be able to go there when the tests run as root.
    data = mkdtempSync('/tmp/heed-oldest-');
    cluster = await openEmbedded(data, silentLog, OLDEST);
    const { pool, connection } = makePool(cluster.connection, 5, silentLog);
    database = { pool, connection, gate: {}, mode: 'embedded', close: () => pool.end() };
    await migrate(pool);
    open = await foundInPostgres(database);
  });
  afterAll(async () => {
    await database?.close();
    await cluster?.close();
    rmSync(data, { recursive: true, force: true });
  });

  test('it is that version', async () => {
    const { rows } = await database.pool.query("SELECT current_setting('server_version_num')::int / 10000 AS major");
    expect(rows).toEqual([{ major: OLDEST }]);
  });

  contract(() => open());

  test('STR2 SND3 the same commands in order come to the same as in memory', async () => {
    for (let seed = 101; seed <= 104; seed++) await playInOrder(database, open, seed);
  });

  test('STR1 GRD6 LST1 two nodes at once: what was committed could have happened one after the other', async () => {
    await playSideBySide(database, open, 101);
  });
});
