import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { type Embedded, openEmbedded } from './embedded.ts';
import { runs } from './process-identity.ts';

const asRoot = process.getuid?.() === 0;
const holder = join(import.meta.dirname, 'test-holder.ts');

let made: string;
let folder: string;
let data: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  made = mkdtempSync('/tmp/heed-embedded-made-');
  await (await openEmbedded(made, silentLog)).close();
});

afterAll(() => {
  rmSync(made, { recursive: true });
});

/** A data folder with a database in it, which takes much less time than making one. */
function madeBefore(): void {
  execFileSync('cp', ['-a', made, data]);
}

beforeEach(() => {
  folder = mkdtempSync('/tmp/heed-embedded-');
  chmodSync(folder, 0o755);
  data = join(folder, 'data');
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.splice(0).map(ended));
  // Whatever a test left running is adopted and, by the last one that leaves, stopped.
  if (existsSync(join(data, 'postgres/cluster'))) await (await openEmbedded(data, silentLog)).close();
  rmSync(folder, { recursive: true, force: true });
});

async function ask<T>(embedded: Embedded, sql: string): Promise<T> {
  const client = new pg.Client(embedded.connection);
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows[0]?.value;
  } finally {
    await client.end();
  }
}

interface Holder {
  readonly child: ChildProcess;
  readonly postmaster: number;
}

/** Another process that holds the database open, as another user if one is given. */
function hold(user: readonly string[] = []): Promise<Holder> {
  const [program, ...args] = [...user, process.execPath, holder, data];
  const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the holder ended with ${code}`)));
    createInterface({ input: child.stdout! }).once('line', (line) => resolve({ child, postmaster: Number(line) }));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) await sleep(10);
}

test('starts, keeps what was written, and is gone when the last one leaves', async () => {
  const first = await openEmbedded(data, silentLog);
  await ask(first, 'CREATE TABLE kept AS SELECT 42 AS value');
  const pid = first.pid();
  await first.close();
  expect(runs(pid)).toBe(false);
  const second = await openEmbedded(data, silentLog);
  expect(await ask(second, 'SELECT value FROM kept')).toBe(42);
  expect(await ask(second, 'SELECT rolsuper AS value FROM pg_roles WHERE rolname = current_user')).toBe(false);
  await second.close();
});

test('two that open at once share one server; it stays until both have left', async () => {
  madeBefore();
  const [a, b] = await Promise.all([openEmbedded(data, silentLog), openEmbedded(data, silentLog)]);
  const other = await hold();
  expect([b.pid(), other.postmaster]).toEqual([a.pid(), a.pid()]);
  await Promise.all([a.close(), b.close()]);
  expect(runs(other.postmaster)).toBe(true);
  other.child.stdin!.end();
  await ended(other.child);
  expect(runs(other.postmaster)).toBe(false);
});

test('several processes that start at once on an empty folder make one database', async () => {
  const all = await Promise.all([hold(), hold(), hold()]);
  expect(new Set(all.map((each) => each.postmaster)).size).toBe(1);
});

test('a server left behind by a kill -9 is adopted', async () => {
  madeBefore();
  const left = await hold();
  left.child.kill('SIGKILL');
  await ended(left.child);
  expect(runs(left.postmaster)).toBe(true);
  const adopted = await openEmbedded(data, silentLog);
  expect(adopted.pid()).toBe(left.postmaster);
  await adopted.close();
  expect(runs(left.postmaster)).toBe(false);
});

test('a lock left behind by a kill -9 is taken over', async () => {
  madeBefore();
  writeFileSync(join(data, 'postgres/lock'), '4194303 1 somewhere');
  await (await openEmbedded(data, silentLog)).close();
});

test('a server that is killed is started again, and nothing acknowledged is gone', async () => {
  madeBefore();
  const embedded = await openEmbedded(data, silentLog);
  await ask(embedded, 'CREATE TABLE kept AS SELECT 1 AS value');
  const before = embedded.pid();
  process.kill(before, 'SIGKILL');
  while (embedded.pid() === before) await sleep(50);
  expect(await ask(embedded, 'SELECT value FROM kept')).toBe(1);
  await embedded.close();
});

test('a stale pid file is no obstacle, not even when another process has its number by now', async () => {
  madeBefore();
  const left = await hold();
  left.child.kill('SIGKILL');
  process.kill(left.postmaster, 'SIGKILL');
  await ended(left.child);
  while (runs(left.postmaster)) await sleep(10);
  const file = join(data, 'postgres/cluster/postmaster.pid');
  // Under the same account, or PostgreSQL would see by itself that it is none of its own.
  const { uid } = statSync(file);
  const stranger = spawn('sleep', ['60'], asRoot ? { uid, gid: uid } : {});
  children.push(stranger);
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)));
  const embedded = await openEmbedded(data, silentLog);
  expect(embedded.pid()).not.toBe(stranger.pid);
  await embedded.close();
});

describe('what it says when it cannot start', () => {
  const opening = () => openEmbedded(data, silentLog);

  test('the data folder is a file', async () => {
    writeFileSync(data, '');
    await expect(opening()).rejects.toMatchObject({ code: 'data_not_a_folder' });
  });

  test('the database was made by another version', async () => {
    madeBefore();
    const file = join(data, 'postgres/cluster/PG_VERSION');
    writeFileSync(file, '12\n');
    await expect(opening()).rejects.toThrow(/was made by PostgreSQL 12, but only 18/);
    writeFileSync(file, '18\n');
  });

  test('another PostgreSQL runs in the folder', async () => {
    madeBefore();
    const embedded = await opening();
    const file = join(data, 'postgres/cluster/postmaster.pid');
    const content = readFileSync(file, 'utf8');
    writeFileSync(file, content.replace(join(data, 'postgres/socket'), '/elsewhere'));
    await expect(opening()).rejects.toMatchObject({ code: 'database_folder_in_use' });
    writeFileSync(file, content);
    await embedded.close();
  });

  test.runIf(asRoot)('the disk is full', async () => {
    mkdirSync(data);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=755', 'tmpfs', data], { stdio: 'ignore' });
    } catch (thrown) {
      // A container without the right to mount cannot show this.
      if (thrown instanceof Error) return;
    }
    try {
      await expect(opening()).rejects.toMatchObject({ code: 'disk_full' });
    } finally {
      execFileSync('umount', [data]);
    }
  });
});

test('a path too long for a socket', async () => {
  data = join(folder, 'a'.repeat(120), 'data');
  const embedded = await openEmbedded(data, silentLog);
  expect(embedded.place.socket).toMatch(/^\/tmp\/heed-/);
  await embedded.close();
  rmSync(embedded.place.socket, { recursive: true });
  rmSync(join(folder, 'a'.repeat(120)), { recursive: true });
});

describe.runIf(asRoot)('as root', () => {
  test('a data folder below one closed to others: the database is elsewhere, and a note says where', async () => {
    chmodSync(folder, 0o700);
    const embedded = await openEmbedded(data, silentLog);
    const place = embedded.place.folder;
    expect(place).toMatch(/^\/var\/lib\/heed\//);
    expect(readFileSync(join(data, 'postgres-is-at'), 'utf8')).toBe(`${place}\n`);
    await ask(embedded, 'CREATE TABLE kept AS SELECT 7 AS value');
    await embedded.close();
    const again = await openEmbedded(data, silentLog);
    expect(await ask(again, 'SELECT value FROM kept')).toBe(7);
    await again.close();
    rmSync(place, { recursive: true });
    expect(existsSync(join(data, 'postgres'))).toBe(false);
    await expect(openEmbedded(data, silentLog)).rejects.toMatchObject({ code: 'database_missing' });
  });

  test('an ordinary user has everything in its own data folder; another one is told to keep out', async () => {
    mkdirSync(data);
    chownSync(data, 65534, 65534);
    const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const { child, postmaster } = await hold(user);
    expect(readFileSync(`/proc/${postmaster}/status`, 'utf8')).toMatch(/^Uid:\s+65534/m);
    child.stdin!.end();
    await ended(child);
    expect(child.exitCode).toBe(0);
    // Root goes on with the user's cluster, under the user's account.
    const embedded = await openEmbedded(data, silentLog);
    expect(readFileSync(`/proc/${embedded.pid()}/status`, 'utf8')).toMatch(/^Uid:\s+65534/m);
    await embedded.close();
  });
});

test.runIf(!asRoot)('a data folder that this user may not write', async () => {
  mkdirSync(data, { mode: 0o500 });
  await expect(openEmbedded(data, silentLog)).rejects.toMatchObject({ code: 'data_unwritable' });
});
