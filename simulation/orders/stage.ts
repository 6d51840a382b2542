import type { Kind, Send, Stream } from '@heed/protocol';
import type pg from 'pg';
import { ulid } from '../../packages/client/src/ulid.ts';

import { makePool } from '../../packages/server/src/database/connect.ts';
import type { Who } from '../../packages/server/src/domain/permission.ts';
import type { Ground } from '../../packages/server/src/ledger/batch.ts';
import type { Outcome } from '../../packages/server/src/ledger/command.ts';
import { Ledger } from '../../packages/server/src/ledger/ledger.ts';
import { silentLog } from '../../packages/server/src/log.ts';
import { type Directory, postgresDirectory } from '../../packages/server/src/store/directory.ts';
import { beginCustomer } from '../../packages/server/src/store/people.ts';
import { postgresLedgerStore } from '../../packages/server/src/store/pg-ledger.ts';
import { addAgent, addInbox, addQueue, type QueueSettings, setQueue } from '../../packages/server/src/store/team.ts';

const AGENTS = 10;
const QUEUES = ['Orders', 'Returns'];
const CUSTOMERS = 20;

/** A company with two queues that ten agents serve, and two nodes that write at the same instants. */
export class Stage {
  readonly pool: pg.Pool;
  readonly queues: string[] = [];
  readonly agents: string[] = [];
  readonly nodes: Ledger[] = [];
  readonly #inboxes: string[] = [];
  readonly #customers: Who[][] = [];
  readonly #pools: pg.Pool[] = [];
  readonly #directory: Directory;
  #epoch = '';
  #turns = 0;

  private constructor(connection: pg.ClientConfig) {
    this.pool = makePool(connection, 4, silentLog).pool;
    this.#pools.push(this.pool);
    this.#directory = postgresDirectory(this.pool);
  }

  static async build(connection: pg.ClientConfig, settings: QueueSettings): Promise<Stage> {
    const stage = new Stage(connection);
    const { pool } = stage;
    for (const name of QUEUES) {
      const { id } = await addQueue(pool, { name });
      await setQueue(pool, id, settings);
      stage.queues.push(id);
      stage.#inboxes.push((await addInbox(pool, { name, queue: id })).id);
    }
    for (let i = 0; i < AGENTS; i++) {
      const agent = { name: `Agent ${i}`, email: `a${i}@x.example`, password: 'correct horse', role: 'agent' as const };
      stage.agents.push((await addAgent(pool, { ...agent, queues: QUEUES })).id);
    }
    await stage.#directory.refresh();
    for (const inbox of stage.#inboxes)
      stage.#customers.push(await Promise.all(Array.from({ length: CUSTOMERS }, () => stage.#customer(inbox))));
    const { rows } = await pool.query<{ epoch: string }>('SELECT epoch FROM lineage');
    stage.#epoch = rows[0]?.epoch ?? '';
    for (let i = 0; i < 2; i++) stage.nodes.push(stage.#node(connection));
    return stage;
  }

  async #customer(inbox: string): Promise<Who> {
    const { customer } = await beginCustomer(this.pool, inbox, 'Cy', { address: '', device: '' });
    return {
      type: 'customer',
      id: customer.id,
      name: 'Cy',
      terminal: ulid(),
      isAdmin: false,
      queues: new Map(),
      inbox,
    };
  }

  #node(connection: pg.ClientConfig): Ledger {
    const { pool } = makePool(connection, 6, silentLog);
    this.#pools.push(pool);
    const ground: Ground = { epoch: this.#epoch, graceMs: 3_600_000, textBytes: 16_384, directory: this.#directory };
    const options = { ground, log: silentLog, slots: 2, batchMax: 400, publish: () => undefined };
    return new Ledger({ ...options, store: postgresLedgerStore(pool) });
  }

  /** Each time the other node. */
  get node(): Ledger {
    return this.nodes[this.#turns++ % this.nodes.length] as Ledger;
  }

  who(agent: string): Who {
    return this.#directory.who(agent, `desk-${agent}`) as Who;
  }

  send(who: Who, s: Stream, kind: Kind, body: unknown, more: Partial<Send> = {}): Promise<Outcome> {
    const send: Send = { t: 'send', id: ulid(), s, epoch: this.#epoch, kind, body, attempt: 1, ...more };
    return this.node.submit({ do: 'send', who, send });
  }

  /** So many customers begin a conversation in a queue. */
  async arrive(queue: number, count: number): Promise<void> {
    const inbox = this.#inboxes[queue] as string;
    const begin = (i: number) => {
      const who = this.#customers[queue]?.[i % CUSTOMERS] as Who;
      return this.send(who, 'chat/new', 'message', { text: `hello ${i}`, inbox });
    };
    const outcomes = await Promise.all(Array.from({ length: count }, (_, i) => begin(i)));
    const lost = outcomes.find((outcome) => outcome.do !== 'sent');
    if (lost) throw new Error(`a customer could not write: ${JSON.stringify(lost)}`);
  }

  /** The order of a queue (LST4), asked in words of its own. */
  async order(queue: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>(
      `SELECT id FROM conversation WHERE holder = 'queue:' || $1 AND status = 'open'
        ORDER BY priority DESC, waiting_since ASC NULLS LAST, entered_at, id`,
      [this.queues[queue]],
    );
    return rows.map(({ id }) => id);
  }

  /** What each agent has. */
  async held(): Promise<Map<string, string[]>> {
    const { rows } = await this.pool.query<{ agent: string; ids: string[] }>(
      `SELECT substr(holder, 7) AS agent, array_agg(id ORDER BY id) AS ids FROM conversation
        WHERE holder LIKE 'agent:%' AND status = 'open' GROUP BY holder`,
    );
    return new Map(rows.map(({ agent, ids }) => [agent, ids]));
  }

  async close(): Promise<void> {
    for (const pool of this.#pools) await pool.end();
  }
}
