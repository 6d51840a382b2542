import type { Stream } from '@heed/protocol';
import { heardMs, startSweeper } from '../../packages/server/src/clocks/sweeper.ts';
import type { Config } from '../../packages/server/src/config.ts';
import { configFrom } from '../../packages/server/src/config.ts';
import { birthHash } from '../../packages/server/src/domain/chain.ts';
import { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { startBeats } from '../../packages/server/src/live/beat.ts';
import { HandOuts } from '../../packages/server/src/live/hand-outs.ts';
import { Listening } from '../../packages/server/src/live/listening.ts';
import { Node } from '../../packages/server/src/live/node.ts';
import { startPlaces } from '../../packages/server/src/live/places.ts';
import { Session } from '../../packages/server/src/live/session.ts';
import type { Wire } from '../../packages/server/src/live/wire.ts';
import { silentLog } from '../../packages/server/src/log.ts';
import { createMetrics } from '../../packages/server/src/metrics.ts';
import { Directory, type QueueRow, USUAL_QUEUE } from '../../packages/server/src/store/directory.ts';
import { emptyTables, newCustomer, presentAt, type Tables } from '../../packages/server/src/store/memory/data.ts';
import { type MemoryWorld, memoryLedgerStore } from '../../packages/server/src/store/memory/ledger.ts';
import { Locks } from '../../packages/server/src/store/memory/locks.ts';
import { memoryPeople } from '../../packages/server/src/store/memory/people.ts';
import { memoryReading } from '../../packages/server/src/store/memory/reading.ts';
import { memoryRota } from '../../packages/server/src/store/memory/rota.ts';
import { StoreError } from '../../packages/server/src/store/port.ts';
import { Streams } from '../../packages/server/src/store/streams.ts';
import type { WorldBus } from './bus.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Host } from './net.ts';
import type { Time } from './time.ts';

const metrics = createMetrics();
const CONFIG = configFrom({ data: '/nowhere', rates: 'off' }, {});

export interface HouseOptions {
  time: Time;
  chance: Chance;
  faults: Faults;
  bus: WorldBus;
  nodes: number;
  /** Settings of this world: small limits, so that their edges are met. */
  limits: Partial<Config>;
  /** Called after each commit, for what must hold at every one (I7). */
  committed: (tables: Tables) => void;
  tell: (line: string) => void;
}

/** A company in memory: its tables, its team, and the nodes that serve it. */
export class House {
  readonly #options: HouseOptions;
  readonly #locks = new Locks();
  readonly directory: Directory;
  readonly config: Config;
  tables: Tables = emptyTables('epoch-1');
  readonly nodes: WorldNode[] = [];
  isCalm = false;
  #epochs = 1;
  #kept: { at: number; tables: Tables }[] = [];

  constructor(options: HouseOptions, team: Team) {
    this.#options = options;
    this.config = { ...CONFIG, ...options.limits };
    this.directory = new Directory({ version: async () => 1, contents: async () => contentsOf(team) });
    for (const { id } of team.queues) for (const s of [`list/queue:${id}`, `list/open:${id}`]) this.#addList(s);
    for (const { id } of team.agents) {
      this.#addList(`list/agent:${id}`);
      this.tables.sessions.set(tokenOf(id), { id: `session-${id}`, personType: 'agent', person: id });
      this.tables.presence.set(id, presentAt(options.time.now));
    }
    for (const { id, name, inbox } of team.customers) {
      this.tables.customers.set(id, newCustomer({ id, name, inbox }, new Date(options.time.now).toISOString()));
      this.tables.sessions.set(tokenOf(id), { id: `session-${id}`, personType: 'customer', person: id });
    }
  }

  #addList(s: Stream): void {
    const { epoch } = this.tables;
    const at = new Date(this.#options.time.now).toISOString();
    this.tables.streams.set(s, { birth: epoch, n: 0, h: birthHash(s, epoch), at, items: [] });
    this.tables.lists.set(s, { entries: new Map(), points: [] });
  }

  /** Reads the team and starts the nodes. */
  async open(): Promise<void> {
    await this.directory.refresh();
    for (let i = 0; i < this.#options.nodes; i++) this.startNode(`node ${i + 1}`);
  }

  startNode(name: string): void {
    const { time, chance, bus } = this.#options;
    const node = new WorldNode(name, this, { ...this.#options, time, chance: chance.fork(`${name} ${time.now}`), bus });
    this.nodes.push(node);
  }

  /** An agent signs out: what is stored of it; their pages are closed by then. */
  signOut(agent: string): void {
    const known = this.tables.presence.get(agent);
    if (known)
      this.tables.presence.set(agent, { ...known, state: 'offline', since: Math.round(this.#options.time.now) });
  }

  /** An agent signs in again. */
  signIn(agent: string): void {
    // Nobody is heard before a page of theirs says hello.
    const now = Math.round(this.#options.time.now);
    const { heardAt } = this.tables.presence.get(agent) ?? presentAt(0);
    this.tables.presence.set(agent, { ...presentAt(now), heardAt });
  }

  /** Ends a node between any two steps: nothing that it still had to do is ever done. */
  kill(node: WorldNode): void {
    node.isAlive = false;
    node.locks.end();
    this.nodes.splice(this.nodes.indexOf(node), 1);
    this.#options.tell(`${node.name} is killed`);
  }

  /** How many nodes there are meant to be. */
  get nodeCount(): number {
    return this.#options.nodes;
  }

  get sharedLocks(): Locks {
    return this.#locks;
  }

  get faults(): Faults {
    return this.#options.faults;
  }

  committed(): void {
    this.#options.committed(this.tables);
  }

  /** Keeps the tables as they are, to be put back later. */
  keep(): void {
    this.#kept.push({ at: this.#options.time.now, tables: structuredClone(this.tables) });
    if (this.#kept.length > 3) this.#kept.shift();
  }

  /** Puts older tables back; where that is noticed, a new epoch begins (EPO1). Gives whether there were any. */
  rollBack(chance: Chance, noticed: boolean): boolean {
    const kept = chance.pick(this.#kept);
    if (!kept) return false;
    this.tables = structuredClone(kept.tables);
    if (noticed) this.tables.epoch = `epoch-${++this.#epochs}`;
    this.#kept = [];
    // Every connection to the database ends with it.
    const gone = new StoreError('failed', new Error('the connection is gone'));
    for (const node of this.nodes) node.locks.releaseAll(gone);
    const ago = Math.round((this.#options.time.now - kept.at) / 1_000);
    this.#options.tell(`the database is put back by ${ago} s${noticed ? `: ${this.tables.epoch}` : ', unnoticed'}`);
    return true;
  }
}

/** The locks that one node's transactions have. */
class NodeLocks implements Pick<Locks, 'take' | 'release'> {
  readonly #locks: Locks;
  readonly #owners = new Set<object>();
  #isOver = false;

  constructor(locks: Locks) {
    this.#locks = locks;
  }

  take(name: string, owner: object): Promise<void> {
    // Who was handed a lock in the moment of the end asks for the next one, and would have it for ever.
    if (this.#isOver) return new Promise(() => undefined);
    this.#owners.add(owner);
    return this.#locks.take(name, owner);
  }

  release(owner: object, error?: Error): void {
    this.#owners.delete(owner);
    this.#locks.release(owner, error);
  }

  /** Its node is killed. */
  end(): void {
    this.#isOver = true;
    this.releaseAll();
  }

  releaseAll(error?: Error): void {
    for (const owner of [...this.#owners]) this.release(owner, error);
  }
}

/** A node of a world: everything in it is the real one, but for the clock, the wire, the bus and the store. */
export class WorldNode implements Host {
  readonly name: string;
  readonly locks: NodeLocks;
  readonly #node: Node;
  isAlive = true;
  #epoch: string;

  constructor(name: string, house: House, { time, chance, bus }: HouseOptions) {
    this.name = name;
    this.locks = new NodeLocks(house.sharedLocks);
    this.#epoch = house.tables.epoch;
    const { directory, config } = house;
    const clock = time.clockOf(() => this.isAlive);
    const world: MemoryWorld = {
      tables: () => house.tables,
      locks: this.locks,
      directory,
      now: () => Math.round(time.now),
      journey: () =>
        new Promise((resolve, reject) => {
          const isLost = !house.isCalm && chance.is(house.faults.database);
          time.after(0.2 + chance.next() * house.faults.databaseMs, () => {
            if (!this.isAlive) return;
            this.#epoch = house.tables.epoch;
            if (isLost) reject(new StoreError('failed', new Error('the connection to the database is lost')));
            else resolve();
          });
        }),
      committed: () => house.committed(),
    };
    const epoch = () => this.#epoch;
    const listening = new Listening(clock.now(), Math.max(config.graceMs / 4, 3_000));
    const ground = {
      get epoch() {
        return epoch();
      },
      graceMs: config.graceMs,
      awayMs: config.awayMs,
      listens: () => listening.has(config.graceMs, clock.now()),
      heardMs: heardMs(config),
      textBytes: config.textBytes,
      directory,
    };
    const own = bus.of(name, () => this.isAlive);
    const handOuts: HandOuts = new HandOuts(() => ledger, directory);
    const ledger: Ledger = new Ledger({
      store: memoryLedgerStore(world),
      ground,
      log: silentLog,
      slots: 2,
      batchMax: config.batchMax,
      clock,
      publish: (news) => {
        own.publish(news.map((each) => ({ ...each, epoch: epoch() })));
        handOuts.heard(news);
      },
    });
    const streams = new Streams(memoryReading(world), epoch, config, directory);
    const people = memoryPeople(world);
    const shared = { config, log: silentLog, ledger, clock, handOuts, listening };
    this.#node = new Node({ ...shared, people, directory, streams, bus: own, metrics });
    startBeats(this.#node);
    startPlaces(this.#node);
    startSweeper({ ...shared, name: `${name} ${time.now}`, rota: memoryRota(world) });
  }

  accept(wire: Wire): void {
    new Session(this.#node, wire, '127.0.0.1', undefined);
  }
}

/** The token of somebody in a world. */
export function tokenOf(id: string): string {
  return `token-of-${id}`.padEnd(40, '-');
}

/** How a queue of a world works. */
export type QueueSettings = Pick<QueueRow, 'id' | 'routing' | 'capacity' | 'targets'>;

/** A queue as most are. */
export function usualQueue(id: string, capacity: number): QueueSettings {
  const targets = { ...USUAL_QUEUE.targets, firstReplyMs: 60_000, nextReplyMs: 90_000 };
  return { id, routing: USUAL_QUEUE.routing, capacity, targets };
}

/** Who there is in a world. */
export interface Team {
  queues: QueueSettings[];
  agents: { id: string; isAdmin: boolean; roles: Record<string, 'agent' | 'supervisor'> }[];
  inboxes: { id: string; queue: string }[];
  customers: { id: string; name: string; inbox: string }[];
}

function contentsOf(team: Team): Awaited<ReturnType<ConstructorParameters<typeof Directory>[0]['contents']>> {
  const inboxes = team.inboxes.map(({ id, queue }) => ({
    id,
    name: id,
    key: `key-${id}`,
    queue,
    origins: [],
    look: {},
  }));
  return {
    version: 1,
    company: 'Simulated',
    agents: new Map(
      team.agents.map(({ id, isAdmin }) => {
        const row = { id, type: 'agent' as const, name: id.toUpperCase(), email: `${id}@x.example` };
        return [id, { ...row, isAdmin, disabled: false }];
      }),
    ),
    queues: new Map(team.queues.map((queue) => [queue.id, { ...queue, name: queue.id }])),
    memberships: new Map(team.agents.map(({ id, roles }) => [id, new Map(Object.entries(roles))])),
    inboxes: new Map(inboxes.map((inbox) => [inbox.id, inbox])),
    byKey: new Map(inboxes.map((inbox) => [inbox.key, inbox])),
  };
}
