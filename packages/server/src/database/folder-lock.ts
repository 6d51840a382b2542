import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, HeedError } from '../errors.ts';
import { identityOf } from './process-identity.ts';

// Long enough for a first start on a slow disk or a recovery after a crash, short enough that somebody still looks.
const patienceMs = 180_000;

/**
 * Runs `work` while no other process of ours does the same in this folder. A lock whose holder has died is taken
 * over; that is safe because only the one who holds `takeover` may remove a dead holder's lock, and looks again first.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = join(folder, 'lock');
  const giveUpAt = Date.now() + patienceMs;
  while (!claim(lock)) {
    if (Date.now() > giveUpAt) {
      const holder = (contentOf(lock) ?? '').split(' ')[0];
      throw new HeedError(
        'folder_locked',
        `Process ${holder} has kept ${folder} locked for three minutes; see what it does.`,
      );
    }
    if (!removeIfDead(lock)) await sleep(10);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

let claims = 0;

/** Makes the file with its content in one step: a lock without a holder's name could never be taken over. */
function claim(file: string): boolean {
  const own = `${file}.${process.pid}.${claims++}`;
  writeFileSync(own, identityOf(process.pid) ?? '');
  // Root and the folder's owner may both use it, and must be able to see whether the other still lives.
  chmodSync(own, 0o644);
  try {
    linkSync(own, file);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  } finally {
    rmSync(own, { force: true });
  }
}

function removeIfDead(lock: string): boolean {
  if (!isDead(contentOf(lock))) return false;
  const takeover = `${lock}.takeover`;
  if (!claim(takeover)) {
    // Its holder does two file operations and is gone; one that stays for ten seconds has died in between.
    if (ageOf(takeover) > 10_000) rmSync(takeover, { force: true });
    return false;
  }
  try {
    if (isDead(contentOf(lock))) rmSync(lock, { force: true });
    return true;
  } finally {
    rmSync(takeover, { force: true });
  }
}

function isDead(holder: string | undefined): boolean {
  return holder !== undefined && identityOf(Number(holder.split(' ')[0])) !== holder;
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

function ageOf(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}
