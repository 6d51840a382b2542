import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { codeOf, sentenceOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { withFolderLock } from './folder-lock.ts';
import { diskFull, type Place, preparePlace } from './postgres-place.ts';
import { findPrograms, type Programs } from './postgres-programs.ts';
import { ensurePostmaster, runAs, serverEnvironment, startError, stopPostmaster } from './postmaster.ts';
import { identityOf, runs } from './process-identity.ts';

/** A running embedded database, and the way out. */
export interface Embedded {
  readonly connection: pg.ClientConfig;
  readonly place: Place;
  /** The server's process, which changes if it had to be started again. */
  pid(): number;
  /** Leaves; the last process of ours that leaves stops the server. */
  close(): Promise<void>;
}

/**
 * Makes, starts or adopts the embedded database of a data folder. The server is a process of its own: it survives
 * us, however we end, and serves every process of ours that uses the folder. `major`: a new cluster is made by this
 * version and no other.
 */
export async function openEmbedded(data: string, log: Log, major?: number): Promise<Embedded> {
  const place = preparePlace(data);
  return await withFolderLock(place.folder, async () => {
    const programs = findPrograms(place, major);
    if (!existsSync(place.cluster)) await makeCluster(programs, place, log);
    let pid = await ensurePostmaster(programs, place, log);
    const user = registerUser(place);
    try {
      await makeDatabase(place);
    } catch (thrown) {
      await leave(place, user, pid, log);
      throw thrown;
    }
    const watch = watchPostmaster(programs, place, pid, log, (started) => {
      pid = started;
    });
    const close = async (): Promise<void> => {
      watch.stop();
      await withFolderLock(place.folder, () => leave(place, user, pid, log));
    };
    return { connection: connectionOf(place, 'heed'), place, pid: () => pid, close };
  });
}

function connectionOf(place: Place, database: string, user = 'heed'): pg.ClientConfig {
  return { host: place.socket, port: 5432, user, password: place.password, database };
}

/** initdb works beside the real place, so a cluster that is there is whole. */
async function makeCluster(programs: Programs, place: Place, log: Log): Promise<void> {
  log.info({ folder: place.folder }, `Making the database in ${place.folder}.`);
  const half = join(place.folder, 'cluster.new');
  const password = join(half, '../password.new');
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(password, place.password, { mode: 0o600 });
  if (place.account !== undefined) {
    for (const each of [half, password]) chownSync(each, place.account.uid, place.account.gid);
  }
  try {
    await runInitdb(programs, place, half, password);
    renameSync(half, place.cluster);
  } finally {
    rmSync(password, { force: true });
  }
}

async function runInitdb(programs: Programs, place: Place, folder: string, password: string): Promise<void> {
  // The builtin locale sorts and folds the same on every system; before 17 there is none, and C.UTF-8 comes closest.
  const locale =
    programs.major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8'];
  const rest = [
    '-D',
    folder,
    '-U',
    'postgres',
    '-E',
    'UTF8',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
    '--data-checksums',
    '--no-instructions',
  ];
  try {
    await promisify(execFile)(join(programs.bin, 'initdb'), [...rest, ...locale], {
      ...runAs(place),
      env: serverEnvironment(),
    });
  } catch (thrown) {
    const output =
      thrown instanceof Error && 'stderr' in thrown ? `${thrown.stderr}${thrown.message}` : sentenceOf(thrown);
    throw startError(output, place);
  }
}

/**
 * The role and the database that the program works with. The role is no superuser, so what the tables forbid is
 * forbidden to the program too.
 */
async function makeDatabase(place: Place): Promise<void> {
  const made = join(place.folder, 'made');
  if (existsSync(made)) return;
  const client = new pg.Client(connectionOf(place, 'postgres', 'postgres'));
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT (SELECT count(*) FROM pg_roles WHERE rolname = 'heed')::int AS role, (SELECT count(*) FROM pg_database WHERE datname = 'heed')::int AS database",
    );
    if (rows[0].role === 0) {
      await client.query(`CREATE ROLE heed LOGIN CREATEDB PASSWORD ${client.escapeLiteral(place.password)}`);
      await client.query('GRANT pg_monitor TO heed');
    }
    if (rows[0].database === 0) await client.query('CREATE DATABASE heed OWNER heed');
  } finally {
    await client.end();
  }
  writeFileSync(made, '');
}

let opened = 0;

function registerUser(place: Place): string {
  const file = join(place.folder, 'users', `${process.pid}-${opened++}`);
  try {
    writeFileSync(file, identityOf(process.pid) ?? '');
    // Root and the folder's owner may both use it, and must be able to see whether the other still lives.
    chmodSync(file, 0o644);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOSPC') throw diskFull(place.folder);
    throw thrown;
  }
  return file;
}

async function leave(place: Place, user: string, pid: number, log: Log): Promise<void> {
  rmSync(user, { force: true });
  if (otherUsers(place) === 0) await stopPostmaster(pid, log);
}

function otherUsers(place: Place): number {
  const folder = join(place.folder, 'users');
  let living = 0;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (readFileSync(file, 'utf8') === identityOf(Number.parseInt(name, 10))) living++;
    else rmSync(file, { force: true });
  }
  return living;
}

/** A server that dies under us (killed for memory, say) is started again. */
function watchPostmaster(
  programs: Programs,
  place: Place,
  first: number,
  log: Log,
  onStart: (pid: number) => void,
): { stop(): void } {
  let pid = first;
  let busy = false;
  let stopped = false;
  const restart = async (): Promise<void> => {
    busy = true;
    try {
      log.warn({ pid }, 'The embedded database has died; starting it again.');
      await withFolderLock(place.folder, async () => {
        if (stopped) return;
        pid = await ensurePostmaster(programs, place, log);
        onStart(pid);
      });
    } catch (thrown) {
      log.error({ code: codeOf(thrown) }, sentenceOf(thrown));
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    if (!busy && !runs(pid)) void restart();
  }, 1_000).unref();
  const stop = (): void => {
    stopped = true;
    clearInterval(timer);
  };
  return { stop };
}
