import { mkdtempSync, rmSync } from 'node:fs';
import type { Send } from '@heed/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, makePool } from '../database/connect.ts';
import { type Embedded, openEmbedded } from '../database/embedded.ts';
import { migrate } from '../database/migrate.ts';
import type { Who } from '../domain/permission.ts';
import { silentLog } from '../log.ts';
import { type Company, EPOCH } from '../store/contract/company.ts';
import { foundInPostgres } from '../store/contract/in-postgres.ts';
import { verifyDatabase } from '../verify/verify.ts';
import type { Outcome } from './command.ts';
import { Ledger } from './ledger.ts';

/** So long a statement may go unanswered here; a server of its own, since all of it is stopped. */
const ANSWER_MS = 1_000;
const CY: Who = {
  type: 'customer',
  id: 'cy',
  name: 'Cy',
  terminal: 't',
  isAdmin: false,
  queues: new Map(),
  inbox: 'shop',
};

let data: string;
let cluster: Embedded;
let database: Database;
let company: Company;
let stopped: number[] = [];

beforeAll(async () => {
  // Not os.tmpdir(): PostgreSQL's own account must be able to go there when the tests run as root.
  data = mkdtempSync('/tmp/heed-hanging-');
  cluster = await openEmbedded(data, silentLog);
  const { pool, connection } = makePool({ ...cluster.connection, query_timeout: ANSWER_MS }, 4, silentLog);
  database = { pool, connection, gate: {}, mode: 'embedded', close: () => pool.end() };
  await migrate(pool);
  company = await (await foundInPostgres(database))();
});
afterAll(async () => {
  goOn();
  await database.close();
  await cluster.close();
  rmSync(data, { recursive: true, force: true });
});

/** Stops the server and every connection of ours in it: they answer nothing and close nothing. */
async function hang(): Promise<void> {
  const { rows } = await database.pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'",
  );
  stopped = [cluster.pid(), ...rows.map(({ pid }) => pid)];
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
}

function goOn(): void {
  for (const pid of stopped.reverse()) process.kill(pid, 'SIGCONT');
  stopped = [];
}

test('SND5 a server that hangs answers nothing: sends are unavailable, and go on when it does', async () => {
  const ground = { epoch: EPOCH, graceMs: 60_000, textBytes: 16_384, directory: company.directory };
  const options = { store: company.ledger, ground, log: silentLog, slots: 2, batchMax: 10, publish: () => undefined };
  const ledger = new Ledger(options);
  const send = (s: string, id: string, body: object): Promise<Outcome> => {
    const frame: Send = { t: 'send', id, s, epoch: EPOCH, kind: 'message', body, attempt: 1 };
    return ledger.submit({ do: 'send', who: CY, send: frame });
  };
  const begun = await send('chat/new', 'first', { text: 'Hello', inbox: 'shop' });
  if (begun.do !== 'sent') throw new Error(JSON.stringify(begun));
  // As on a busy node, connections are open: a new one would be given up after its own, longer time.
  await Promise.all(Array.from({ length: 4 }, () => database.pool.query('SELECT pg_sleep(0.2)')));
  await hang();
  const other = { text: 'Another matter', inbox: 'shop' };
  const [second, fourth, read] = await Promise.all([
    send(begun.s, 'second', { text: 'Are you there?' }),
    send('chat/new', 'fourth', other),
    company.reading.heads([begun.s]).catch(String),
  ]);
  const unavailable = { do: 'refused', code: 'unavailable' };
  expect([second, fourth]).toEqual([unavailable, unavailable]);
  expect(read).toMatch(/timeout/);
  goOn();
  expect(await send(begun.s, 'second', { text: 'Are you there?' })).toMatchObject({ do: 'sent', at: { n: 2 } });
  expect(await send('chat/new', 'fourth', other)).toMatchObject({ do: 'sent' });
  expect((await company.reading.after(begun.s, 0, 10))?.items.map(({ id }) => id)).toEqual(['first', 'second']);
  expect((await verifyDatabase(database.pool)).findings).toEqual([]);
});
