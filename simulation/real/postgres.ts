import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Place, preparePlace } from '../../packages/server/src/database/postgres-place.ts';
import { commandOf } from '../../packages/server/src/database/process-identity.ts';

/** The embedded database of a data folder, seen from outside: its processes, and how to read its tables. */
export class Postgres {
  readonly #place: Place;

  constructor(data: string) {
    this.#place = preparePlace(data);
  }

  get connection(): pg.ClientConfig {
    return { host: this.#place.socket, port: 5432, user: 'heed', password: this.#place.password, database: 'heed' };
  }

  /** The postmaster, if one runs on this data folder. */
  get postmaster(): number | undefined {
    const pid = Number(read(join(this.#place.cluster, 'postmaster.pid')).split('\n')[0]);
    const isOurs = pid > 0 && (commandOf(pid)?.includes(this.#place.cluster) ?? false);
    return isOurs ? pid : undefined;
  }

  /** Ends it, where the server that started it was killed and cannot. */
  async stop(): Promise<void> {
    const pid = this.postmaster;
    if (pid === undefined) return;
    process.kill(pid, 'SIGINT');
    for (const end = Date.now() + 10_000; this.postmaster === pid && Date.now() < end; ) await sleep(20);
  }

  /** Its children that serve the program's connections. */
  get backends(): number[] {
    const postmaster = this.postmaster;
    if (postmaster === undefined) return [];
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && parentOf(pid) === postmaster)
      .filter((pid) => /heed heed/.test(commandOf(pid)?.join(' ') ?? ''));
  }
}

function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** What is in a file, or nothing where it went away: processes end while one looks at them. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error) return '';
    throw thrown;
  }
}
