import type pg from 'pg';
import { type Targets, USUAL_TARGETS } from '../domain/clock.ts';
import { complaint, type Hours } from '../domain/hours.ts';
import type { Who } from '../domain/permission.ts';
import { type InboxSettings, readInboxSettings } from './inbox-settings.ts';

export interface AgentRow {
  id: string;
  type: 'agent' | 'bot';
  name: string;
  email: string;
  isAdmin: boolean;
  disabled: boolean;
}
export interface InboxRow {
  id: string;
  name: string;
  key: string;
  queue: string;
  origins: string[];
  look: { accent?: string };
  /** What its widget says and asks; nothing where it was not set. */
  settings?: InboxSettings;
}
export interface QueueRow {
  id: string;
  name: string;
  /** Whether agents take from it, or are given what comes (LST5). */
  routing: 'take' | 'push';
  capacity: number;
  targets: Targets;
}

/** A queue as one is made that nobody has set anything for. */
export const USUAL_QUEUE: Pick<QueueRow, 'routing' | 'capacity' | 'targets'> = {
  routing: 'take',
  capacity: 6,
  targets: USUAL_TARGETS,
};

/** All of it, as of a version. */
export interface Contents {
  version: number;
  company: string;
  agents: Map<string, AgentRow>;
  queues: Map<string, QueueRow>;
  memberships: Map<string, Map<string, 'agent' | 'supervisor'>>;
  /** By agent and queue, where it is another than the queue's. */
  capacities?: Map<string, Map<string, number>>;
  inboxes: Map<string, InboxRow>;
  byKey: Map<string, InboxRow>;
}

/** Where it is read from. */
export interface DirectorySource {
  /** Grows with each change. */
  version(): Promise<number>;
  contents(version: number): Promise<Contents>;
}

const REFRESH_MS = 2_000;

/**
 * The team and its settings: small, read by every command and every frame, changed seldom. Each node keeps all of it
 * and asks every two seconds whether anything changed; whatever misses is asked for at once.
 */
export class Directory {
  readonly #source: DirectorySource;
  #contents: Contents = {
    version: -1,
    company: '',
    agents: new Map(),
    queues: new Map(),
    memberships: new Map(),
    inboxes: new Map(),
    byKey: new Map(),
  };
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(source: DirectorySource) {
    this.#source = source;
  }

  /** Reads everything and keeps it fresh; gives the closer. A database that is away leaves the last contents standing. */
  async start(onError: (error: unknown) => void): Promise<() => void> {
    await this.refresh();
    this.#timer = setInterval(() => this.refresh().catch(onError), REFRESH_MS);
    this.#timer.unref();
    return () => clearInterval(this.#timer);
  }

  /** Calls back after each change; returns how to stop. */
  onChange(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  /** Reads again what changed since the last time. */
  async refresh(): Promise<void> {
    const version = await this.#source.version();
    if (version === this.#contents.version) return;
    this.#contents = await this.#source.contents(version);
    for (const changed of this.#listeners) changed();
  }

  get version(): number {
    return this.#contents.version;
  }

  get company(): string {
    return this.#contents.company;
  }

  get agents(): Iterable<AgentRow> {
    return this.#contents.agents.values();
  }

  get queues(): Iterable<QueueRow> {
    return this.#contents.queues.values();
  }

  agent(id: string): AgentRow | undefined {
    return this.#contents.agents.get(id);
  }

  agentName(id: string): string {
    return this.#contents.agents.get(id)?.name ?? '';
  }

  queue(id: string): QueueRow | undefined {
    return this.#contents.queues.get(id);
  }

  targets(queue: string): Targets {
    return this.#contents.queues.get(queue)?.targets ?? USUAL_TARGETS;
  }

  /** How many work orders an agent has before a queue gives them no more (LST5). */
  capacity(agent: string, queue: string): number {
    const own = this.#contents.capacities?.get(agent)?.get(queue);
    return own ?? this.#contents.queues.get(queue)?.capacity ?? 0;
  }

  /** By id, or by the key that pages embed. */
  inbox(idOrKey: string): InboxRow | undefined {
    return this.#contents.inboxes.get(idOrKey) ?? this.#contents.byKey.get(idOrKey);
  }

  /** Whether some inbox takes what comes from pages of this origin (CON1). */
  originKnown(origin: string): boolean {
    return [...this.#contents.inboxes.values()].some(({ origins }) => origins.length === 0 || origins.includes(origin));
  }

  /** The same; asks the database where it is not known yet: an inbox may have been added a moment ago. */
  async findOrigin(origin: string): Promise<boolean> {
    if (this.originKnown(origin)) return true;
    await this.refresh();
    return this.originKnown(origin);
  }

  /** An inbox as `inbox` gives it; asks the database where it is not known yet. */
  async findInbox(idOrKey: string): Promise<InboxRow | undefined> {
    const known = this.inbox(idOrKey);
    if (known) return known;
    await this.refresh();
    return this.inbox(idOrKey);
  }

  /** Whether a work order can be given to this holder. */
  holderExists(holder: string): boolean {
    const [type, id] = [holder.slice(0, holder.indexOf(':')), holder.slice(holder.indexOf(':') + 1)];
    if (type === 'queue') return this.#contents.queues.has(id);
    return this.#contents.agents.get(id)?.disabled === false;
  }

  queuesOf(agent: string): ReadonlyMap<string, 'agent' | 'supervisor'> {
    return this.#contents.memberships.get(agent) ?? new Map();
  }

  /** The members of a queue, for the faces that a widget shows. */
  members(queue: string): AgentRow[] {
    return [...this.#contents.agents.values()].filter((agent) => !agent.disabled && this.queuesOf(agent.id).has(queue));
  }

  /** An agent as permissions see them, as of now. */
  who(agent: string, terminal: string): Who | undefined {
    const row = this.#contents.agents.get(agent);
    if (!row || row.disabled) return undefined;
    const { type, id, name, isAdmin } = row;
    return { type, id, name, terminal, isAdmin, queues: this.queuesOf(id) };
  }
}

/** The directory of a company in PostgreSQL; empty until it is started or refreshed. */
export function postgresDirectory(pool: pg.Pool): Directory {
  return new Directory({
    version: async () => {
      const { rows } = await pool.query<{ version: string | null }>(
        "SELECT value #>> '{}' AS version FROM setting WHERE key = 'directory'",
      );
      return Number(rows[0]?.version ?? 0);
    },
    contents: (version) => readContents(pool, version),
  });
}

async function readContents(pool: pg.Pool, version: number): Promise<Contents> {
  const [agents, queues, memberships, inboxes, company] = await Promise.all([
    pool.query(
      'SELECT id, type, name, email, is_admin, disabled_at IS NOT NULL AS disabled FROM agent ORDER BY created_at',
    ),
    pool.query(
      `SELECT id, name, routing, capacity, first_reply_ms, next_reply_ms, return_after_ms, tell_after_ms, hours
         FROM queue ORDER BY created_at`,
    ),
    pool.query('SELECT agent, queue, role, capacity FROM membership'),
    pool.query('SELECT id, name, key, queue, origins, look, settings FROM inbox'),
    pool.query("SELECT value #>> '{}' AS name FROM setting WHERE key = 'company'"),
  ]);
  const roles = new Map<string, Map<string, 'agent' | 'supervisor'>>();
  const capacities = new Map<string, Map<string, number>>();
  for (const { agent, queue, role, capacity } of memberships.rows) {
    roles.set(agent, (roles.get(agent) ?? new Map()).set(queue, role));
    if (capacity !== null) capacities.set(agent, (capacities.get(agent) ?? new Map()).set(queue, capacity));
  }
  const rows: InboxRow[] = inboxes.rows.map((row) => ({ ...row, settings: readInboxSettings(row.settings) }));
  return {
    version,
    company: company.rows[0]?.name ?? 'Heed',
    agents: new Map(agents.rows.map((row) => [row.id, { ...row, isAdmin: row.is_admin }])),
    queues: new Map(queues.rows.map((row) => [row.id, queueOf(row)])),
    memberships: roles,
    capacities,
    inboxes: new Map(rows.map((row) => [row.id, row])),
    byKey: new Map(rows.map((row) => [row.key, row])),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a row of the table queue
function queueOf(row: any): QueueRow {
  return {
    id: row.id,
    name: row.name,
    routing: row.routing,
    capacity: row.capacity,
    targets: {
      firstReplyMs: row.first_reply_ms,
      nextReplyMs: row.next_reply_ms,
      hours: hoursIn(row.hours),
      returnAfterMs: row.return_after_ms,
      tellAfterMs: row.tell_after_ms,
    },
  };
}

/** What nobody can reckon with, whoever wrote it there, must not stop the clocks: the queue then counts as open. */
function hoursIn(stored: Hours | null): Hours | null {
  const isWhole = typeof stored?.zone === 'string' && typeof stored.week === 'object' && Array.isArray(stored.holidays);
  return isWhole && complaint(stored) === undefined ? stored : null;
}
