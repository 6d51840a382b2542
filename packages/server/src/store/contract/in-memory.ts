import { emptyTables, newCustomer, presentAt, type Tables } from '../memory/data.ts';
import { type MemoryWorld, memoryLedgerStore } from '../memory/ledger.ts';
import { Locks } from '../memory/locks.ts';
import { memoryPeople } from '../memory/people.ts';
import { memoryReading } from '../memory/reading.ts';
import { memoryRota } from '../memory/rota.ts';
import {
  AGENTS,
  BEGINNING,
  birthOf,
  type Company,
  CUSTOMERS,
  companyDirectory,
  EPOCH,
  fileOf,
  LISTS,
  type Rows,
  sorted,
} from './company.ts';

/** The company in memory. A journey is a turn of the loop: what runs side by side is mixed. */
export async function companyInMemory(): Promise<Company> {
  const tables = beginning();
  const directory = await companyDirectory();
  const world: MemoryWorld = {
    tables: () => tables,
    locks: new Locks(),
    directory,
    now: () => Date.now(),
    journey: () => new Promise((resolve) => setImmediate(resolve)),
  };
  return {
    ledger: memoryLedgerStore(world),
    reading: memoryReading(world),
    people: memoryPeople(world),
    rota: memoryRota(world),
    directory,
    rows: async () => rowsOf(tables),
    addFile: async (id, customer) => {
      const owner = { type: 'customer' as const, id: customer };
      tables.attachments.set(id, { attachment: fileOf(id), owner, conversation: null });
    },
    setPriority: async (id, priority) => {
      const stored = tables.conversations.get(id);
      if (stored) stored.conversation = { ...stored.conversation, priority };
    },
    setHeard: async (agent, state, agoMs) => {
      tables.presence.set(agent, { ...presentAt(Date.now() - agoMs), state });
    },
  };
}

function beginning(): Tables {
  const tables = emptyTables(EPOCH);
  for (const s of LISTS) {
    tables.streams.set(s, { birth: EPOCH, ...birthOf(s), at: BEGINNING, items: [] });
    tables.lists.set(s, { entries: new Map(), points: [] });
  }
  for (const { id } of AGENTS)
    tables.sessions.set(`token-${id}`, { id: `session-${id}`, personType: 'agent', person: id });
  for (const { id, name, inbox } of CUSTOMERS) {
    tables.customers.set(id, newCustomer({ id, name, inbox }, BEGINNING));
    tables.sessions.set(`token-${id}`, { id: `session-${id}`, personType: 'customer', person: id });
  }
  return tables;
}

function rowsOf(tables: Tables): Rows {
  const streams = [...tables.streams];
  const lists = [...tables.lists];
  return {
    streams: sorted(streams.map(([name, { birth, n, h, at }]) => ({ name, birth, n, h, at }))),
    items: sorted(
      streams.flatMap(([stream, { items }]) =>
        items.map((item) => ({
          stream,
          ...item,
          salt: item.json === null ? null : Buffer.from(item.salt).toString('hex'),
        })),
      ),
    ),
    keys: sorted([...tables.keys.values()]),
    conversations: sorted(
      [...tables.conversations.values()].map(({ conversation: c, unanswered }) => ({
        id: c.id,
        number: c.number,
        customer: c.customer.id,
        inbox: c.inbox,
        queue: c.state.queue,
        status: c.state.status,
        holder: c.state.holder,
        lastHolder: c.lastHolder,
        labels: c.state.labels,
        priority: c.priority,
        subject: c.subject,
        preview: c.preview,
        answeredUpTo: c.state.answeredUpTo,
        lastCustomerN: c.lastCustomerN,
        unanswered,
        waitingSince: c.clock.waitingSince,
        soonAt: c.clock.soonAt,
        dueAt: c.clock.dueAt,
        steps: c.clock.steps,
        overdue: c.overdue,
        raised: c.raised,
        told: c.told,
        pausedUntil: c.timetable.pausedUntil,
        nextStepAt: c.timetable.nextStepAt,
        replied: c.replied,
        snoozedUntil: c.snoozedUntil,
        startedAt: c.startedAt,
        enteredAt: c.enteredAt,
      })),
    ),
    entries: sorted(
      lists.flatMap(([list, { entries }]) =>
        [...entries].map(([conversation, { n, kind, body, at }]) => ({ list, conversation, n, kind, body, at })),
      ),
    ),
    points: sorted(lists.flatMap(([list, { points }]) => points.map((point, i) => ({ list, n: i + 1, ...point })))),
    served: sorted(tables.served),
    mentions: sorted(
      [...tables.mentions].flatMap(([conversation, agents]) => [...agents].map((agent) => ({ conversation, agent }))),
    ),
  };
}
