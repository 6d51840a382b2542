import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePool } from '../../packages/server/src/database/connect.ts';
import { silentLog } from '../../packages/server/src/log.ts';
import { addAgent, addInbox, addQueue } from '../../packages/server/src/store/team.ts';
import type { Screen } from './checker.ts';
import { readScreen } from './evidence.ts';
import { Installation } from './installation.ts';
import type { Order } from './page.ts';
import type { Told, Word } from './page-process.ts';
import { Postgres } from './postgres.ts';
import { FaultProxy } from './proxy.ts';
import { SmallDisk } from './small-disk.ts';

const PASSWORD = 'correct horse battery';
const PACE_MS = 350;
/** Shorter than a person takes, and long enough that a key is often pressed before it is over. */
const DWELL_MS = 200;

/** A page in a process of its own, that can be killed and started again. */
export class Terminal {
  readonly order: Order;
  readonly proxy: FaultProxy;
  #child: ChildProcess | undefined;
  #life = 0;
  told: Told | undefined;
  /** Whether it ended though nobody ended it. */
  hasCrashed = false;

  constructor(order: Order, proxy: FaultProxy) {
    this.order = order;
    this.proxy = proxy;
  }

  start(): void {
    // Another life, other choices.
    const order: Order = { ...this.order, seed: this.order.seed + this.#life++ };
    const child = fork(join(import.meta.dirname, 'page-process.ts'), [JSON.stringify(order)], {
      stdio: 'inherit',
      execArgv: [],
    });
    this.#child = child;
    this.told = undefined;
    child.on('message', (told: Told) => {
      this.told = told;
    });
    child.on('exit', (code) => {
      if (this.#child === child && code !== 0) this.hasCrashed = true;
    });
  }

  /** kill -9; the device keeps what it has. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  say(word: Word): void {
    this.#child?.send(word);
  }

  get screen(): Screen {
    const { name, folder, agent } = this.order;
    const person = agent?.email ?? name;
    return readScreen(join(folder, 'log.jsonl'), { name, person, side: agent ? 'agent' : 'customer' });
  }
}

/** A server, a database, and people at their pages, each behind a network of their own. */
export class World {
  readonly installation = new Installation({ ownClock: true });
  readonly terminals: Terminal[] = [];
  /** The database's, where it can be had. */
  readonly disk = SmallDisk.at(this.installation.data);
  /** Terminals whose device was lost. */
  readonly wiped: Terminal[] = [];
  readonly #seed: number;
  #postgres: Postgres | undefined;
  #inbox = '';
  #queue = '';

  private constructor(seed: number) {
    this.#seed = seed;
  }

  /** Four customers, and two agents at three desks. */
  static async build(seed: number): Promise<World> {
    const world = new World(seed);
    try {
      await world.#open();
      return world;
    } catch (thrown) {
      await world.remove();
      throw thrown;
    }
  }

  async #open(): Promise<void> {
    await this.start();
    const { pool } = makePool(this.postgres.connection, 1, silentLog);
    try {
      const queue = await addQueue(pool, { name: 'Orders' });
      this.#queue = queue.id;
      this.#inbox = (await addInbox(pool, { name: 'Shop', queue: queue.id })).key;
      for (const name of ['ann', 'tom']) {
        const person = { name, email: `${name}@real.example`, password: PASSWORD };
        await addAgent(pool, { ...person, role: 'agent', queues: [queue.id] });
      }
    } finally {
      await pool.end();
    }
    for (const name of ['k1', 'k2', 'k3', 'k4']) await this.add(name);
    for (const [name, agent] of [
      ['ann1', 'ann'],
      ['ann2', 'ann'],
      ['tom1', 'tom'],
    ] as const)
      await this.add(name, agent);
  }

  get postgres(): Postgres {
    this.#postgres ??= new Postgres(this.installation.data);
    return this.#postgres;
  }

  /** Small answers, so that even a short absence needs several, and a longer one a snapshot. */
  start(): Promise<void> {
    const small = ['--update-items', '10', '--snapshot-items', '15', '--far-behind-items', '40'];
    return this.installation.start('--demo', 'off', '--grace-ms', '5000', ...small);
  }

  /** Another terminal, and the network between it and the server. */
  async add(name: string, agent?: string): Promise<Terminal> {
    const proxy = await FaultProxy.to(this.installation.port);
    const order: Order = {
      name,
      url: proxy.url,
      folder: join(this.installation.folder, 'terminals', name),
      inbox: this.#inbox,
      queue: this.#queue,
      ...(agent ? { agent: { email: `${agent}@real.example`, password: PASSWORD } } : {}),
      paceMs: PACE_MS,
      dwellMs: DWELL_MS,
      seed: this.#seed * 1_000 + (this.terminals.length + this.wiped.length) * 100,
    };
    const terminal = new Terminal(order, proxy);
    this.terminals.push(terminal);
    terminal.start();
    return terminal;
  }

  /** A person whose device is gone sits down at another one. */
  async replace(gone: Terminal): Promise<void> {
    this.terminals.splice(this.terminals.indexOf(gone), 1);
    this.wiped.push(gone);
    await gone.proxy.close();
    const { name, agent } = gone.order;
    await this.add(`${name}x`, agent?.email.split('@')[0]);
  }

  /** Waits until the server answers, its database with it. */
  async ready(): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
      const answer = await fetch(`${this.installation.address}/health/ready`, {
        signal: AbortSignal.timeout(5_000),
      }).catch(() => undefined);
      if (answer?.ok) return;
    }
    throw new Error(`the server was not ready again: ${this.installation.log.slice(-2_000)}`);
  }

  /** Whether the server ended though nobody ended it. */
  get hasServerCrashed(): boolean {
    return this.installation.pid === undefined;
  }

  get screens(): Screen[] {
    return [...this.terminals, ...this.wiped].map(({ screen }) => screen);
  }

  /** Ends everything that was started, and leaves nothing behind. */
  async remove(): Promise<void> {
    for (const terminal of this.terminals) await terminal.kill();
    for (const { proxy } of this.terminals) await proxy.close();
    await this.installation.stop();
    await this.postgres.stop();
    this.disk?.remove();
    await this.installation.remove();
  }
}
