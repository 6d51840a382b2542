import type { Actor, Attachment, Point, Stream } from '@heed/protocol';
import { birthHash } from '../../domain/chain.ts';
import { type Targets, USUAL_TARGETS } from '../../domain/clock.ts';
import { type Contents, Directory, type QueueRow } from '../directory.ts';
import type { People } from '../people.ts';
import type { LedgerStore } from '../port.ts';
import type { Reading } from '../reading.ts';
import type { Rota } from '../rota.ts';

/** The ports on one store, over a company that is the same whatever the store is made of. */
export interface Company {
  ledger: LedgerStore;
  reading: Reading;
  people: People;
  rota: Rota;
  directory: Directory;
  /** Everything that is stored, as rows that two stores can be compared by. */
  rows(): Promise<Rows>;
  /** What no port of these does: a supervisor's priority, and an agent who was last heard a while ago. */
  /** A customer's file that was uploaded. */
  addFile(id: string, customer: string): Promise<void>;
  setPriority(conversation: string, priority: number): Promise<void>;
  setHeard(agent: string, state: 'taking' | 'away' | 'offline', agoMs: number): Promise<void>;
}

/** Gives the company as it begins: nobody has written anything. */
export type Opens = () => Promise<Company>;

/** The tables of a store, each in an order of its own. */
export interface Rows {
  streams: unknown[];
  items: unknown[];
  keys: unknown[];
  conversations: unknown[];
  entries: unknown[];
  points: unknown[];
  served: unknown[];
  mentions: unknown[];
}

export const EPOCH = '11111111-2222-4333-8444-555555555555';
export const BEGINNING = '2026-01-01T00:00:00.000Z';

export const QUEUES: QueueRow[] = [
  {
    id: 'orders',
    name: 'Orders',
    routing: 'take',
    capacity: 2,
    targets: { ...USUAL_TARGETS, firstReplyMs: 60_000, nextReplyMs: 90_000 },
  },
  { id: 'support', name: 'Support', routing: 'take', capacity: 1000, targets: USUAL_TARGETS },
];
/** What a queue promises. */
export function targetsOf(queue: string): Targets {
  return QUEUES.find(({ id }) => id === queue)?.targets ?? USUAL_TARGETS;
}
export const INBOXES = [
  { id: 'shop', queue: 'orders' },
  { id: 'help', queue: 'support' },
];
type Role = 'agent' | 'supervisor';
export const AGENTS: { id: string; type: 'agent' | 'bot'; name: string; isAdmin: boolean; roles: [string, Role][] }[] =
  [
    { id: 'ann', type: 'agent', name: 'Ann', isAdmin: false, roles: [['orders', 'agent']] },
    {
      id: 'bea',
      type: 'agent',
      name: 'Bea',
      isAdmin: false,
      roles: [
        ['orders', 'supervisor'],
        ['support', 'supervisor'],
      ],
    },
    { id: 'cat', type: 'agent', name: 'Cat', isAdmin: false, roles: [['support', 'agent']] },
    { id: 'dot', type: 'bot', name: 'Dot', isAdmin: false, roles: [['orders', 'agent']] },
  ];
export const CUSTOMERS = [
  { id: 'cy', name: 'Cy', inbox: 'shop' },
  { id: 'di', name: 'Di', inbox: 'shop' },
  { id: 'ed', name: 'Ed', inbox: 'help' },
];

/** What is known of a file of the contract. */
export function fileOf(id: string): Attachment {
  return { id, name: 'a.png', type: 'image/png', size: 10, sha256: 'x'.repeat(64), width: 3, height: 2 };
}

/** Every list that the company has from the start. */
export const LISTS: Stream[] = [
  ...QUEUES.flatMap(({ id }) => [`list/queue:${id}`, `list/open:${id}`]),
  ...AGENTS.map(({ id }) => `list/agent:${id}`),
];

/** Where a stream begins that is born in the company's epoch. */
export function birthOf(s: Stream): Point {
  return { n: 0, h: birthHash(s, EPOCH) };
}

/** Somebody of the company, as an item names them. */
export function actorOf(id: string): Actor {
  const agent = AGENTS.find((each) => each.id === id);
  if (agent) return { type: agent.type, id, name: agent.name };
  const customer = CUSTOMERS.find((each) => each.id === id);
  return customer ? { type: 'customer', id, name: customer.name } : { type: 'system', id: 'system', name: '' };
}

/** The directory of the company, read from no store: both stores' tests and worlds then say the same. */
export async function companyDirectory(): Promise<Directory> {
  const inboxes = INBOXES.map(({ id, queue }) => ({ id, name: id, key: `key-${id}`, queue, origins: [], look: {} }));
  const contents: Contents = {
    version: 1,
    company: 'Contract',
    agents: new Map(
      AGENTS.map(({ id, type, name, isAdmin }) => [
        id,
        { id, type, name, isAdmin, email: `${id}@x.example`, disabled: false },
      ]),
    ),
    queues: new Map(QUEUES.map((queue) => [queue.id, queue])),
    memberships: new Map(AGENTS.map(({ id, roles }) => [id, new Map(roles)])),
    inboxes: new Map(inboxes.map((inbox) => [inbox.id, inbox])),
    byKey: new Map(inboxes.map((inbox) => [inbox.key, inbox])),
  };
  const directory = new Directory({ version: async () => 1, contents: async () => contents });
  await directory.refresh();
  return directory;
}

/** Rows in an order that depends on nothing but what they say. */
export function sorted(rows: object[]): unknown[] {
  const said = rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))));
  return said.sort().map((row) => Object.fromEntries(JSON.parse(row) as [string, unknown][]));
}
