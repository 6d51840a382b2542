import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePool } from '../../packages/server/src/database/connect.ts';
import { migrate } from '../../packages/server/src/database/migrate.ts';
import { freePort } from '../../packages/server/src/http/free-port.ts';
import { silentLog } from '../../packages/server/src/log.ts';
import { addAgent, addInbox, addQueue } from '../../packages/server/src/store/team.ts';
import { NatsServer } from '../../packages/server/src/testing/nats-server.ts';
import { verifyDatabase } from '../../packages/server/src/verify/verify.ts';
import type { Screen } from '../real/checker.ts';
import { check } from '../real/checker.ts';
import { readStored } from '../real/evidence.ts';
import type { Order } from '../real/page.ts';
import { FaultProxy } from '../real/proxy.ts';
import { rest } from '../real/run-faults.ts';
import { Terminal } from '../real/world.ts';
import { Cluster, type Server } from './cluster.ts';
import { LINKS, type Links, makeLinks } from './links.ts';
import { NodeProcess } from './node-process.ts';
import { type Place, Relay } from './relay.ts';
import { customersWaits } from './waits.ts';

const PASSWORD = 'correct horse battery';
/** How often the proxy before the nodes asks each whether it is ready. */
const HEALTH_MS = 250;

export interface TownOptions {
  nodes?: number;
  standby?: boolean;
  /** Settings of every node, by flag. */
  settings?: Record<string, string>;
}

/** Several nodes on hosts of their own, over one PostgreSQL and one NATS, and the proxy that stands before them. */
export class Town {
  readonly cluster: Cluster;
  readonly nats: NatsServer;
  readonly links: Links;
  readonly nodes: NodeProcess[] = [];
  readonly terminals: Terminal[] = [];
  /** Where nodes are sent to write. */
  database: Server;
  inbox = '';
  queue = '';
  readonly folder: string;
  readonly #relays: Relay[] = [];
  readonly #options: TownOptions;
  #health: NodeJS.Timeout | undefined;
  #turns = 0;

  private constructor(cluster: Cluster, nats: NatsServer, options: TownOptions) {
    this.cluster = cluster;
    this.database = cluster.primary;
    this.nats = nats;
    this.links = makeLinks(options.nodes ?? 3);
    this.folder = cluster.folder;
    this.#options = options;
  }

  static async build(options: TownOptions = {}): Promise<Town> {
    const cluster = await Cluster.start({ standby: options.standby ?? false });
    const town = new Town(cluster, await NatsServer.start(), options);
    try {
      await town.#open();
      return town;
    } catch (thrown) {
      await town.remove();
      throw thrown;
    }
  }

  get connection() {
    return this.cluster.connectionTo(this.database);
  }

  async #open(): Promise<void> {
    await this.#found();
    for (let n = 0; n < (this.#options.nodes ?? 3); n++) this.nodes.push(await this.#node(n));
    await Promise.all(this.nodes.map((node) => node.start()));
    this.#health = setInterval(() => {
      for (const node of this.nodes) void node.look();
    }, HEALTH_MS);
  }

  async #found(): Promise<void> {
    const { pool } = makePool(this.connection, 1, silentLog);
    try {
      await migrate(pool);
      const queue = await addQueue(pool, { name: 'Orders' });
      this.queue = queue.id;
      this.inbox = (await addInbox(pool, { name: 'Shop', queue: queue.id })).key;
      for (const name of ['ann', 'tom']) {
        const person = { name, email: `${name}@nodes.example`, password: PASSWORD };
        await addAgent(pool, { ...person, role: 'agent', queues: [queue.id] });
      }
    } finally {
      await pool.end();
    }
  }

  async #node(n: number): Promise<NodeProcess> {
    const database = await this.links.open(n, 'database', () => [{ host: '127.0.0.1', port: this.database.port }]);
    const nats = await this.links.open(n, 'nats', () => [{ host: '127.0.0.1', port: this.nats.port }]);
    const { user, password, database: name } = this.connection;
    const settings = {
      'database-url': `postgresql://${user}:${password}@${database.host}:${database.port}/${name}`,
      'nats-url': `nats://${nats.host}:${nats.port}`,
      data: join(this.folder, `node-${n}`),
      demo: 'off',
      rates: 'off',
      log: 'warn',
      'desk-beat-ms': '2000',
      'widget-beat-ms': '2000',
      'grace-ms': '5000',
      ...this.#options.settings,
    };
    const host = this.links.addressOf(n);
    // A port that is free here is free on a host where nothing else runs.
    return new NodeProcess({ host, port: await freePort() }, (words) => this.links.command(n, words), settings);
  }

  /** A way in that prefers some nodes and takes any other that is ready, each connection anew: nothing sticks. */
  async entrance(preferred: readonly number[]): Promise<Place> {
    const relay = await Relay.open('127.0.0.1', () => this.#inOrder(preferred));
    this.#relays.push(relay);
    return { host: '127.0.0.1', port: relay.port };
  }

  #inOrder(preferred: readonly number[]): Place[] {
    const turn = this.#turns++;
    const first = preferred.map((_, i) => preferred[(i + turn) % preferred.length] as number);
    const others = this.nodes.map((_, n) => n).filter((n) => !first.includes(n));
    return [...first, ...others].flatMap((n) => (this.nodes[n]?.isReady ? [this.nodes[n].place] : []));
  }

  /** Four customers at the first node, two agents at three desks at the others, while these are there. */
  async people(paceMs: number): Promise<void> {
    const customers = await this.entrance([0]);
    const desks = await this.entrance([1, 2]);
    for (const name of ['k1', 'k2', 'k3', 'k4']) await this.#sitDown(name, customers, paceMs);
    for (const [name, agent] of [
      ['ann1', 'ann'],
      ['ann2', 'ann'],
      ['tom1', 'tom'],
    ] as const)
      await this.#sitDown(name, desks, paceMs, agent);
  }

  async #sitDown(name: string, { port }: Place, paceMs: number, agent?: string): Promise<void> {
    const proxy = await FaultProxy.to(port);
    const order: Order = {
      name,
      url: proxy.url,
      folder: join(this.folder, 'terminals', name),
      inbox: this.inbox,
      queue: this.queue,
      ...(agent ? { agent: { email: `${agent}@nodes.example`, password: PASSWORD } } : {}),
      paceMs,
      dwellMs: 200,
      seed: this.terminals.length * 100,
    };
    const terminal = new Terminal(order, proxy);
    this.terminals.push(terminal);
    terminal.start();
  }

  /** The epochs of the database so far. */
  async epochs(): Promise<string[]> {
    const { pool } = makePool(this.connection, 1, silentLog);
    try {
      return (await pool.query<{ reason: string }>('SELECT reason FROM lineage ORDER BY begun_at')).rows.map(
        ({ reason }) => reason,
      );
    } finally {
      await pool.end();
    }
  }

  /** How long customers' messages of a stretch of time took to be stored. */
  async customersWaits(from: number, to: number): Promise<number[]> {
    const { pool } = makePool(this.connection, 1, silentLog);
    return await customersWaits(pool, from, to).finally(() => pool.end());
  }

  /** Nothing can be stored for so long, and no connection ends. */
  async hang(ms: number): Promise<void> {
    const { pool } = makePool(this.connection, 1, silentLog);
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('LOCK TABLE body IN ACCESS EXCLUSIVE MODE');
      await sleep(ms);
      await client.query('ROLLBACK');
    } finally {
      client.release();
      await pool.end();
    }
  }

  /** Waits until so many messages are stored in all. */
  async stored(count: number): Promise<void> {
    const { pool } = makePool(this.connection, 1, silentLog);
    try {
      for (const end = Date.now() + 60_000; Date.now() < end; await sleep(100)) {
        const { rows } = await pool.query<{ count: number }>(
          "SELECT count(*)::int FROM item WHERE kind = 'message' AND stream LIKE 'conversation/%'",
        );
        if ((rows[0]?.count ?? 0) >= count) return;
      }
    } finally {
      await pool.end();
    }
    throw new Error(`${count} messages were not stored: ${this.nodes.map(({ log }) => log.slice(-1_000)).join('\n')}`);
  }

  /** All is whole again. */
  async mend(): Promise<void> {
    for (const n of this.nodes.keys()) for (const link of LINKS) this.links.mend(n, link);
    await this.nats.kill();
    await this.nats.start();
    await Promise.all(this.nodes.filter(({ isRunning }) => !isRunning).map((node) => node.start()));
  }

  get screens(): Screen[] {
    return this.terminals.map(({ screen }) => screen);
  }

  /** Nobody presses any more: all comes to rest, and everything is compared from outside. */
  async judge(): Promise<Judged> {
    const began = performance.now();
    const restless = await rest(this);
    const restedMs = Math.round(performance.now() - began);
    const { faults, ...verdict } = check(this.screens, await readStored(this.connection));
    const { pool } = makePool(this.connection, 2, silentLog);
    const { findings } = await verifyDatabase(pool).finally(() => pool.end());
    const crashed = this.terminals
      .filter(({ hasCrashed }) => hasCrashed)
      .map(({ order }) => `${order.name} ended by itself.`);
    const failures = [...restless, ...crashed, ...findings.map((finding) => JSON.stringify(finding))];
    return { faults, failures, refused: this.screens.flatMap(({ refused }) => [...refused]), restedMs, ...verdict };
  }

  /** Ends everything that was started, and leaves nothing behind. */
  async remove(): Promise<void> {
    clearInterval(this.#health);
    for (const terminal of this.terminals) await terminal.kill();
    for (const { proxy } of this.terminals) await proxy.close();
    for (const node of this.nodes) await node.kill();
    for (const relay of this.#relays) await relay.close();
    await this.links.close();
    await this.nats.kill();
    await this.cluster.remove();
  }
}

export interface Judged extends Omit<ReturnType<typeof check>, 'faults'> {
  faults: ReturnType<typeof check>['faults'];
  failures: string[];
  /** Texts that were not accepted. */
  refused: string[];
  restedMs: number;
}
