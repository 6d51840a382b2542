import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openEmbedded } from '../../packages/server/src/database/embedded.ts';
import { type Place, preparePlace } from '../../packages/server/src/database/postgres-place.ts';
import { findPrograms } from '../../packages/server/src/database/postgres-programs.ts';
import { runAs, serverEnvironment } from '../../packages/server/src/database/postmaster.ts';
import { freePort } from '../../packages/server/src/http/free-port.ts';
import { silentLog } from '../../packages/server/src/log.ts';

type Settings = Readonly<Record<string, string>>;

const USUAL: Settings = { max_connections: '120', shared_buffers: '64MB', lc_messages: 'C' };

/** PostgreSQL on this machine that many nodes use: a primary, and a standby where one was asked for. */
export class Cluster {
  readonly folder: string;
  readonly #place: Place;
  readonly primary: Server;
  readonly standby: Server | undefined;

  private constructor(folder: string, place: Place, primary: Server, standby?: Server) {
    this.folder = folder;
    this.#place = place;
    this.primary = primary;
    this.standby = standby;
  }

  static async start(options: { standby?: boolean } = {}): Promise<Cluster> {
    // Not os.tmpdir(), and open: when we run as root PostgreSQL's own account must be able to go through it.
    const folder = mkdtempSync('/tmp/heed-nodes-');
    chmodSync(folder, 0o711);
    const data = join(folder, 'data');
    const { close, place } = await openEmbedded(data, silentLog);
    await close();
    const primary = new Server(place, place.cluster, await freePort());
    const standby = options.standby ? await copyOf(place, primary) : undefined;
    const cluster = new Cluster(folder, preparePlace(data), primary, standby);
    try {
      await cluster.startPrimary();
      await cluster.startStandby();
      if (standby) await cluster.isSynchronous(true);
      return cluster;
    } catch (thrown) {
      await cluster.remove();
      throw thrown;
    }
  }

  async startStandby(): Promise<void> {
    await this.standby?.start(USUAL);
  }

  /** Whether commits wait until a standby has them on its disk. */
  async isSynchronous(is: boolean): Promise<void> {
    await this.primary.asAdministrator(`ALTER SYSTEM SET synchronous_standby_names = '${is ? '*' : ''}'`);
    await this.primary.asAdministrator('SELECT pg_reload_conf()');
  }

  async startPrimary(): Promise<void> {
    await this.primary.start(USUAL);
  }

  /** As the program connects; `at` one of the servers. */
  connectionTo({ port }: Server): pg.ClientConfig {
    return { host: '127.0.0.1', port, user: 'heed', password: this.#place.password, database: 'heed' };
  }

  /** Ends everything, and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.primary.kill();
    await this.standby?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Both begin with the same bytes; from then on the one follows the other. */
async function copyOf(place: Place, primary: Server): Promise<Server> {
  const folder = join(place.folder, 'standby');
  execFileSync('cp', ['-a', place.cluster, folder]);
  // Made by us and for PostgreSQL's account to read, which as root is another.
  const mode = { mode: 0o644 };
  writeFileSync(join(folder, 'standby.signal'), '', mode);
  const link = `host=127.0.0.1 port=${primary.port} user=postgres password=${place.password} application_name=standby`;
  appendFileSync(join(folder, 'postgresql.auto.conf'), `primary_conninfo = '${link}'\n`);
  return new Server(place, folder, await freePort());
}

/** One PostgreSQL process with its children. */
export class Server {
  readonly port: number;
  readonly #place: Place;
  readonly #folder: string;
  #child: ChildProcess | undefined;

  constructor(place: Place, folder: string, port: number) {
    this.#place = place;
    this.#folder = folder;
    this.port = port;
  }

  async start(settings: Settings): Promise<void> {
    const all = { ...settings, port: String(this.port), listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const words = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(findPrograms(this.#place).bin, 'postgres'), ['-D', this.#folder, ...words], {
      ...runAs(this.#place),
      stdio: ['ignore', 'ignore', 'pipe'],
      env: serverEnvironment(),
    });
    this.#child = child;
    let log = '';
    child.stderr.on('data', (data) => {
      log = `${log}${data}`.slice(-20_000);
    });
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      if (await this.#answers()) return;
      if (child.exitCode !== null) break;
    }
    throw new Error(`PostgreSQL did not start: ${log}`);
  }

  async #answers(): Promise<boolean> {
    return await this.asAdministrator('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  /** Runs one statement as the superuser; gives its rows. */
  async asAdministrator(statement: string): Promise<Record<string, unknown>[]> {
    const { password } = this.#place;
    const client = new pg.Client({
      host: '127.0.0.1',
      port: this.port,
      user: 'postgres',
      password,
      database: 'postgres',
    });
    // A server that is killed meanwhile says so here and in the answer.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(statement)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  /** As a machine that loses its power: all of its processes at once. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const children = childrenOf(child.pid);
    child.kill('SIGKILL');
    for (const pid of children) end(pid);
    await ended;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    // It ended by itself when its parent did.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch (thrown) {
    // It ended while we looked.
    if (thrown instanceof Error) return 0;
    throw thrown;
  }
}
