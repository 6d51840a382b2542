import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, HeedError } from '../errors.ts';

/** The account that PostgreSQL runs under, when it is not our own. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where the embedded database lives. */
export interface Place {
  /** Holds everything below; ours. */
  readonly folder: string;
  /** PostgreSQL's own folder; the account's, nobody else may enter it. */
  readonly cluster: string;
  /** Holds the socket; the account's, nobody else may enter it. */
  readonly socket: string;
  readonly password: string;
  /** Set when we are root, which PostgreSQL refuses to run as. */
  readonly account: Account | undefined;
}

// The kernel's limit for the path of a Unix socket: 107 bytes on Linux, 103 on macOS.
const longestSocketPath = 103;

/**
 * Makes the folders of the embedded database. They are in the data folder; only where we are root and the data
 * folder lies below one that PostgreSQL's account cannot enter (a home), they are in /var/lib/heed, and the file
 * `postgres-is-at` in the data folder says so.
 */
export function preparePlace(data: string): Place {
  try {
    const account = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
    makeFolder(data, account);
    const folder = placeOf(realpathSync(data), account);
    makeFolder(folder, account);
    makeFolder(join(folder, 'users'), undefined);
    const cluster = join(folder, 'cluster');
    const owner = account === undefined ? undefined : (ownerOf(cluster) ?? account);
    const socket = makeSocketFolder(folder, owner);
    return { folder, cluster, socket, password: passwordIn(folder), account: owner };
  } catch (thrown) {
    throw placeError(data, thrown);
  }
}

function placeOf(data: string, account: Account | undefined): string {
  const inside = join(data, 'postgres');
  const pointer = join(data, 'postgres-is-at');
  if (existsSync(pointer)) {
    const outside = readFileSync(pointer, 'utf8').trim();
    if (existsSync(outside)) return outside;
    throw new HeedError(
      'database_missing',
      `The file ${pointer} says that the database is in ${outside}, but nothing is there.`,
    );
  }
  if (account === undefined || existsSync(join(inside, 'cluster')) || canEnter(data, account)) return inside;
  const { uid, gid } = statSync(data);
  if (uid === 0 && gid === 0 && canEnter(dirname(data), account)) {
    // Only the data folder itself is closed, and it is ours to open for this one account.
    letThrough(data, account);
    return inside;
  }
  const outside = join('/var/lib/heed', shortHash(data));
  mkdirSync(outside, { recursive: true, mode: 0o711 });
  writeFileSync(pointer, `${outside}\n`);
  return outside;
}

/** Whether an account may go through every folder down to this one. */
export function canEnter(folder: string, account: Account): boolean {
  for (let each = folder; ; each = dirname(each)) {
    const { uid, gid, mode } = statSync(each);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (each === dirname(each)) return true;
  }
}

/** Makes a folder of ours, which the account, if one is given, may go through but not look into. */
function makeFolder(folder: string, account: Account | undefined): void {
  // mkdir says what it made first, and nothing when all was there: what somebody else made keeps its mode.
  if (mkdirSync(folder, { recursive: true }) === undefined) return;
  chmodSync(folder, 0o700);
  if (account !== undefined) letThrough(folder, account);
}

function letThrough(folder: string, account: Account): void {
  chownSync(folder, 0, account.gid);
  chmodSync(folder, statSync(folder).mode | 0o010);
}

function makeSocketFolder(folder: string, account: Account | undefined): string {
  const near = join(folder, 'socket');
  const fits = Buffer.byteLength(`${near}/.s.PGSQL.5432`) <= longestSocketPath;
  const socket = fits ? near : join('/tmp', `heed-${shortHash(folder)}`);
  if (mkdirSync(socket, { recursive: true, mode: 0o700 }) !== undefined && account !== undefined) {
    chownSync(socket, account.uid, account.gid);
  }
  const { uid, mode } = lstatSync(socket);
  // Under /tmp anybody could have been there first.
  if (uid !== (account?.uid ?? process.getuid?.()) || (mode & 0o077) !== 0) {
    throw new HeedError(
      'socket_folder_taken',
      `The folder ${socket} belongs to somebody else; remove it or choose another HEED_DATA.`,
    );
  }
  return socket;
}

/** PostgreSQL needs an account with an entry in passwd, because initdb looks up its own name. */
function unprivilegedAccount(): Account {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const wanted of ['postgres', '_postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${wanted}:`))?.split(':');
    if (fields === undefined) continue;
    // macOS writes nobody as -2.
    return { name: wanted, uid: Number(fields[2]) >>> 0, gid: Number(fields[3]) >>> 0 };
  }
  throw new HeedError(
    'no_account',
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it under.',
  );
}

/** The account that an existing cluster belongs to: it stays with the one that it was made under. */
function ownerOf(cluster: string): Account | undefined {
  const found = statSync(cluster, { throwIfNoEntry: false });
  if (found === undefined || found.uid === 0) return undefined;
  return { name: `user ${found.uid}`, uid: found.uid, gid: found.gid };
}

function passwordIn(folder: string): string {
  const file = join(folder, 'password');
  if (!existsSync(file)) writeNew(file, randomBytes(24).toString('base64url'));
  return readFileSync(file, 'utf8').trim();
}

function writeNew(file: string, content: string): void {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    // Another process of ours was faster; its content is as good.
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
  }
}

function shortHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12);
}

function placeError(data: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new HeedError(
      'data_unwritable',
      `The data folder ${data} cannot be used by this user: ${(thrown as Error).message}.`,
      { data },
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST')
    return new HeedError('data_not_a_folder', `${data} is not a folder.`, { data });
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(data);
  return thrown;
}

/** The error for a full disk. */
export function diskFull(folder: string): HeedError {
  return new HeedError(
    'disk_full',
    `The disk that holds ${folder} is full; make room and start again, nothing that was stored is lost.`,
  );
}
