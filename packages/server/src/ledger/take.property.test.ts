import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../protocol/src/testing/runs.ts';
import type { Clock } from '../clock.ts';
import { birthHash, conversationIdOf } from '../domain/chain.ts';
import { timeOf } from '../domain/clock.ts';
import type { Who } from '../domain/permission.ts';
import { silentLog } from '../log.ts';
import { type Contents, Directory, USUAL_QUEUE } from '../store/directory.ts';
import { emptyTables, newCustomer, type Tables } from '../store/memory/data.ts';
import { inOrder, memoryLedgerStore } from '../store/memory/ledger.ts';
import { Locks } from '../store/memory/locks.ts';
import type { Outcome } from './command.ts';
import { Ledger } from './ledger.ts';

const EPOCH = 'epoch-1';
const AGENTS = ['ann', 'bob'];
const CONTENTS: Contents = {
  version: 1,
  company: 'Co',
  agents: new Map(
    AGENTS.map((id) => [id, { id, type: 'agent', name: id, email: '', isAdmin: false, disabled: false }]),
  ),
  queues: new Map([['q1', { ...USUAL_QUEUE, id: 'q1', name: 'Orders' }]]),
  memberships: new Map(AGENTS.map((id) => [id, new Map([['q1', 'agent' as const]])])),
  inboxes: new Map([['shop', { id: 'shop', name: 'Shop', key: 'k', queue: 'q1', origins: [], look: {} }]]),
  byKey: new Map(),
};
const agent = (id: string): Who => ({
  type: 'agent',
  id,
  name: id,
  terminal: `${id}-1`,
  isAdmin: false,
  queues: new Map([['q1', 'agent']]),
});

/** A company of two agents and one queue in memory, served by two nodes. */
class Company {
  now = Date.UTC(2030, 0, 7);
  readonly tables: Tables = emptyTables(EPOCH);
  readonly #nodes: Ledger[];

  constructor(directory: Directory) {
    for (const s of ['list/queue:q1', 'list/open:q1', ...AGENTS.map((id) => `list/agent:${id}`)]) {
      this.tables.streams.set(s, { birth: EPOCH, n: 0, h: birthHash(s, EPOCH), at: '', items: [] });
      this.tables.lists.set(s, { entries: new Map(), points: [] });
    }
    const never = () => () => undefined;
    const soon: Clock['soon'] = (then) => {
      queueMicrotask(then);
      return () => undefined;
    };
    const clock: Clock = {
      now: () => this.now,
      wall: () => this.now,
      after: never,
      every: never,
      soon,
      random: () => 0,
    };
    const locks = new Locks();
    const world = { tables: () => this.tables, locks, directory, now: () => this.now, journey: async () => undefined };
    const ground = { epoch: EPOCH, graceMs: 60_000, textBytes: 16_384, directory };
    const options = { ground, log: silentLog, slots: 2, batchMax: 10, clock, publish: () => undefined };
    this.#nodes = [0, 1].map(() => new Ledger({ store: memoryLedgerStore(world), ...options }));
  }

  node(n: number): Ledger {
    return this.#nodes[n % 2] as Ledger;
  }

  /** A customer writes for the first time; gives the conversation. */
  async write(customer: string): Promise<string> {
    this.now += 1_000;
    const came = newCustomer({ id: customer, name: '', inbox: 'shop' }, timeOf(this.now));
    this.tables.customers.set(customer, came);
    const who: Who = { ...agent(customer), type: 'customer', queues: new Map(), inbox: 'shop' };
    const body = { text: 'Hello?', inbox: 'shop' };
    const send = { t: 'send', id: 'm1', s: 'chat/new', epoch: EPOCH, kind: 'message', body, attempt: 1 } as const;
    expect(await this.node(0).submit({ do: 'send', who, send })).toMatchObject({ do: 'sent' });
    return conversationIdOf(customer, 'm1');
  }

  take(node: number, who: string, id: string): Promise<Outcome> {
    return this.node(node).submit({ do: 'take', who: agent(who), id, queue: 'q1' });
  }
}

const taker = fc.record({ node: fc.nat(1), who: fc.constantFrom(...AGENTS), id: fc.nat(4).map((n) => `t${n}`) });
const rounds = fc.array(
  fc.record({ arrivals: fc.nat(3), urgent: fc.nat(9), takers: fc.array(taker, { maxLength: 5 }) }),
  { minLength: 1, maxLength: 6 },
);

test('LST4 LST5 however many take at once on two nodes: the first ones, each once, and the same id gets the same again', async () => {
  const directory = new Directory({ version: async () => 1, contents: async () => CONTENTS });
  await directory.refresh();
  await fc.assert(
    fc.asyncProperty(rounds, async (all) => {
      const company = new Company(directory);
      const given = new Map<string, string>();
      let customers = 0;
      for (const { arrivals, urgent, takers } of all) {
        for (let i = 0; i < arrivals; i++) {
          const id = await company.write(`c${++customers}`);
          const row = company.tables.conversations.get(id);
          // What is overdue has climbed (CLK3).
          if (row && urgent === i) row.conversation = { ...row.conversation, priority: 1 };
        }
        const order = inOrder(company.tables, 'queue:q1');
        const outcomes = await Promise.all(takers.map(({ node, who, id }) => company.take(node, who, id)));
        const fresh = new Set<string>();
        for (const [index, outcome] of outcomes.entries()) {
          const { who, id } = takers[index] as { who: string; id: string };
          const name = `${who} ${id}`;
          const before = given.get(name);
          if (outcome.do !== 'sent') {
            expect([before, outcome]).toEqual([undefined, { do: 'refused', code: 'empty' }]);
            continue;
          }
          if (before !== undefined) expect(outcome.s).toBe(before);
          else if (!fresh.has(outcome.s)) expect([...given.values()]).not.toContain(outcome.s);
          given.set(name, outcome.s);
          if (before === undefined) fresh.add(outcome.s);
        }
        // None was skipped: who got any got the first ones, and nobody was sent away while somebody waited.
        const first = order.slice(0, fresh.size).map((id) => `conversation/${id}`);
        expect([...fresh].sort()).toEqual(first.sort());
        expect(inOrder(company.tables, 'queue:q1')).toEqual(order.slice(fresh.size));
        if (outcomes.some(({ do: what }) => what === 'refused')) expect(fresh.size).toBe(order.length);
      }
      expect(new Set(given.values()).size).toBe(given.size);
    }),
    runs(150),
  );
});
