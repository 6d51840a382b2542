import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, HeedError } from '../errors.ts';
import type { Log } from '../log.ts';
import { diskFull, type Place } from './postgres-place.ts';
import type { Programs } from './postgres-programs.ts';
import { commandOf, runs } from './process-identity.ts';

// Settings of the embedded server. They are given at every start, so they hold for clusters made long ago too.
const serverSettings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '50',
  // What is acknowledged is on the disk; nothing is worth more than that.
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  // Fewer checkpoints: the page images that follow each one are most of the log that a chat writes.
  wal_compression: 'pglz',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  // Short statements by key gain nothing from either, and containers often have little shared memory.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  lc_messages: 'C',
  // Rows hold message texts, which belong in no log.
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  cluster_name: 'heed',
};

// A server that was killed replays up to max_wal_size first.
const longestStartMs = 170_000;
const longestStopMs = 60_000;
const largestLogBytes = 10_000_000;

/** The number of the running server of this place: adopted if there is one, else started. */
export async function ensurePostmaster(programs: Programs, place: Place, log: Log): Promise<number> {
  const found = await runningPostmaster(place);
  if (found !== undefined) return found;
  const giveUpAt = Date.now() + 15_000;
  for (;;) {
    const outcome = await startPostmaster(programs, place, log);
    if (typeof outcome === 'number') return outcome;
    // Children of a server that was killed need a moment to notice.
    if (!/shared memory block/.test(outcome) || Date.now() > giveUpAt) throw startError(outcome, place);
    await sleep(100);
  }
}

/** Stops a server as PostgreSQL wants it: open transactions are rolled back, everything else is written. */
export async function stopPostmaster(pid: number, log: Log): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch (thrown) {
    if (codeOf(thrown) === 'ESRCH') return;
    throw thrown;
  }
  const giveUpAt = Date.now() + longestStopMs;
  while (runs(pid)) {
    if (Date.now() > giveUpAt)
      return log.warn({ pid }, 'The embedded database takes more than a minute to stop; it goes on by itself.');
    await sleep(5);
  }
}

/** What `postmaster.pid` says: PostgreSQL writes it line by line while it starts. */
interface PidFile {
  readonly pid: number;
  readonly socket: string | undefined;
  readonly status: string | undefined;
}

function readPidFile(place: Place): PidFile | undefined {
  try {
    const lines = readFileSync(join(place.cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return pid > 0 ? { pid, socket: lines[4], status: lines[7]?.trim() } : undefined;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw unreadable(place, thrown);
  }
}

async function runningPostmaster(place: Place): Promise<number | undefined> {
  const giveUpAt = Date.now() + longestStartMs;
  for (;;) {
    const file = readPidFile(place);
    if (file === undefined || !isOurs(file.pid, place)) return undefined;
    if (file.status === 'ready') return adopted(file, place);
    if (Date.now() > giveUpAt)
      throw new HeedError(
        'database_hangs',
        `The embedded database (process ${file.pid}) is neither up nor down; see ${logFile(place)}.`,
      );
    await sleep(10);
  }
}

function adopted(file: PidFile, place: Place): number {
  if (file.socket === place.socket) return file.pid;
  const sentence = `Another PostgreSQL (process ${file.pid}), which Heed did not start, runs in ${place.cluster}; stop it first.`;
  throw new HeedError('database_folder_in_use', sentence, { pid: file.pid });
}

function isOurs(pid: number, place: Place): boolean {
  if (!runs(pid)) return false;
  return commandOf(pid)?.includes(place.cluster) ?? false;
}

/** Resolves to the process number once the server is ready, or to what it wrote when it gave up. */
async function startPostmaster(programs: Programs, place: Place, log: Log): Promise<number | string> {
  removeStaleSocket(place);
  const output = openLog(place);
  const stale = readPidFile(place)?.pid;
  let ended = false;
  try {
    const from = fstatSync(output).size;
    const child = spawn(join(programs.bin, 'postgres'), serverArguments(place), {
      ...runAs(place),
      detached: true,
      stdio: ['ignore', output, output],
      env: serverEnvironment(stale),
    });
    child.on('error', () => {
      ended = true;
    });
    child.on('exit', () => {
      ended = true;
    });
    child.unref();
    const saidAt = Date.now() + 5_000;
    for (let said = false, giveUpAt = Date.now() + longestStartMs; !ended && Date.now() < giveUpAt; await sleep(5)) {
      const file = readPidFile(place);
      if (child.pid !== undefined && file?.pid === child.pid && file.status === 'ready') return child.pid;
      if (!said && Date.now() > saidAt) {
        said = true;
        log.info({}, 'The embedded database puts itself in order after it was stopped hard; this can take a minute.');
      }
    }
    return child.pid === undefined ? `FATAL: ${programs.bin}/postgres cannot be run` : written(output, from);
  } finally {
    closeSync(output);
  }
}

/**
 * A server that was killed leaves its socket's lock behind too. Nothing of ours runs in this place now, and nobody
 * else may enter the socket's folder, so whatever its number stands for by now has nothing to do with it.
 */
function removeStaleSocket(place: Place): void {
  for (const name of ['.s.PGSQL.5432.lock', '.s.PGSQL.5432']) rmSync(join(place.socket, name), { force: true });
}

function serverArguments(place: Place): string[] {
  const given = Object.entries({ ...serverSettings, unix_socket_directories: place.socket });
  return ['-D', place.cluster, ...given.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** How PostgreSQL's programs are run: under its account, in a folder that this account can be in. */
export function runAs(place: Place): { cwd: string; uid?: number; gid?: number } {
  const { account } = place;
  return account === undefined ? { cwd: '/' } : { cwd: '/', uid: account.uid, gid: account.gid };
}

/** Our environment without what would steer PostgreSQL. */
export function serverEnvironment(stale?: number): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  // The number in a stale pid file may be another process's by now. PostgreSQL would then refuse to start; told that
  // it is a relative of its own it does not, and still looks for children of the server that died, which it would
  // not if we removed the file.
  const relative = stale === undefined ? {} : { PG_GRANDPARENT_PID: String(stale) };
  return { ...Object.fromEntries(kept), LC_ALL: 'C', ...relative };
}

/** The file that the embedded server writes its log to. */
export function logFile(place: Place): string {
  return join(place.folder, 'postgres.log');
}

function openLog(place: Place): number {
  const file = logFile(place);
  if (existsSync(file) && statSync(file).size > largestLogBytes) renameSync(file, `${file}.old`);
  return openSync(file, 'a+', 0o600);
}

function written(output: number, from: number): string {
  const buffer = Buffer.alloc(Math.min(Math.max(fstatSync(output).size - from, 0), 100_000));
  readSync(output, buffer, 0, buffer.length, from);
  return buffer.toString('utf8');
}

/** One sentence for what PostgreSQL said when it gave up. */
export function startError(output: string, place: Place): HeedError {
  if (/No space left|Disk quota exceeded|Check free disk space/.test(output)) return diskFull(place.folder);
  if (/incompatible with server/.test(output)) {
    return new HeedError(
      'database_version',
      `The database in ${place.cluster} was made by another version of PostgreSQL.`,
    );
  }
  if (/lock file .* already exists|is another postmaster/i.test(output)) {
    return new HeedError(
      'database_folder_in_use',
      `Another PostgreSQL uses ${place.cluster} or ${place.socket}; stop it first.`,
    );
  }
  if (/Permission denied|invalid permissions|wrong ownership|Read-only file system/.test(output)) {
    return new HeedError('data_unwritable', `PostgreSQL may not write in ${place.cluster}: ${lastWords(output)}`);
  }
  return new HeedError(
    'database_does_not_start',
    `The embedded database does not start: ${lastWords(output)} (more in ${logFile(place)}).`,
  );
}

function lastWords(output: string): string {
  const lines = output.trim().split('\n');
  const line = lines.findLast((each) => /FATAL|PANIC|error:/.test(each)) ?? lines.at(-1) ?? '';
  return line.replace(/^.*?(FATAL|PANIC|error): */, '').trim() || 'it ended without a word';
}

function unreadable(place: Place, thrown: unknown): unknown {
  if (codeOf(thrown) !== 'EACCES') return thrown;
  const sentence = `The database in ${place.cluster} belongs to another user; run Heed as the user who started it first, or use another HEED_DATA.`;
  return new HeedError('data_unwritable', sentence);
}
