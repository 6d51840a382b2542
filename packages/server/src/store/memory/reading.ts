import type { Actor, Item, Read, Stream } from '@heed/protocol';
import { streamId } from '@heed/protocol';
import { listItemId } from '../../domain/chain.ts';
import type { Access } from '../../domain/permission.ts';
import { StoreError } from '../port.ts';
import type { ListStretch, LogStretch, Reading, SnapshotRows } from '../reading.ts';
import { claimsOf, headOf, type StoredItem, type Tables } from './data.ts';
import { inOrder, type MemoryWorld } from './ledger.ts';

const SYSTEM: Actor = { type: 'system', id: 'system', name: '' };

/** Reads from memory. */
export function memoryReading(world: MemoryWorld): Reading {
  /** Each look is one moment of the tables, and its answer takes as long to come as the question to go. */
  const look = async <T>(at: (tables: Tables) => T): Promise<T> => {
    await world.journey();
    const tables = world.tables();
    const seen = at(tables);
    await world.journey();
    // Where the tables were put back meanwhile the connection ended with them (EPO1).
    if (tables !== world.tables()) throw new StoreError('failed', new Error('the connection is gone'));
    return seen;
  };
  const itemOf = (tables: Tables) => (row: StoredItem) => toItem(world, tables, row);
  return {
    heads: (names) =>
      look(({ streams }) => {
        const there = names.flatMap((s) => {
          const stream = streams.get(s);
          return stream ? [[s, headOf(stream)] as const] : [];
        });
        return new Map(there);
      }),
    access: (ids) => look((tables) => new Map(ids.flatMap((id) => accessOf(tables, id)))),
    after: (s, n, limit) =>
      look((tables) => stretch(tables, s, (items) => items.slice(n, n + limit), n, itemOf(tables))),
    before: (s, n, limit) =>
      look((tables) => {
        const end = Math.max(0, n - 1);
        return stretch(tables, s, (items) => items.slice(0, end).slice(-limit), 0, itemOf(tables));
      }),
    listAfter: (s, n, limit) => look((tables) => listStretch(tables, s, n, limit)),
    snapshot: (s, limit) => look((tables) => snapshot(tables, s, limit, itemOf(tables))),
    birth: (s) => look(({ streams }) => streams.get(s)?.birth),
    places: (most) =>
      look((tables) => {
        const queues = [...world.directory.queues].map(({ id }) => inOrder(tables, `queue:${id}`));
        return new Map(queues.flatMap((ids) => ids.map((id, i): [string, number] => [id, i + 1])).slice(0, most));
      }),
    reads: (streams) => look((tables) => streams.flatMap((s) => readsOf(tables, s))),
  };
}

function toItem(world: MemoryWorld, tables: Tables, row: StoredItem): Item {
  const { n, h, id, kind, actorType: type, actor, at, json } = row;
  const name =
    type === 'customer'
      ? (tables.customers.get(actor)?.name ?? '')
      : type === 'system'
        ? ''
        : world.directory.agentName(actor);
  const base = { n, h, id, kind, actor: { type, id: actor, name }, at };
  return json === null ? { ...base, erased: true } : { ...base, body: JSON.parse(json) as unknown };
}

function accessOf(tables: Tables, id: string): [string, Access][] {
  const stored = tables.conversations.get(id);
  if (!stored) return [];
  const { customer, state } = stored.conversation;
  const mentioned = new Set(tables.mentions.get(id));
  return [[id, { id, customer: customer.id, queue: state.queue, holder: state.holder, mentioned }]];
}

function stretch(
  tables: Tables,
  s: Stream,
  pick: (items: StoredItem[]) => StoredItem[],
  n: number,
  itemOf: (row: StoredItem) => Item,
): LogStretch | undefined {
  const stream = tables.streams.get(s);
  if (!stream) return undefined;
  const edge = n === 0 ? null : (stream.items[n - 1]?.h ?? null);
  return { head: headOf(stream), birth: stream.birth, edge, items: pick(stream.items).map(itemOf) };
}

function listStretch(tables: Tables, s: Stream, n: number, limit: number): ListStretch | undefined {
  const stream = tables.streams.get(s);
  const list = tables.lists.get(s);
  if (!stream || !list) return undefined;
  const kept = [...list.entries].sort(([, a], [, b]) => a.n - b.n);
  const items = kept
    .filter(([, entry]) => entry.n > n)
    .slice(0, limit)
    .map(([conversation, { n: at, h, kind, body, at: time }]): Item => {
      const id = listItemId(conversation, at);
      return { n: at, h, id, kind, actor: SYSTEM, at: time, body: JSON.parse(body) as unknown };
    });
  const keptBefore = Math.max(0, ...kept.map(([, entry]) => entry.n).filter((number) => number <= n));
  const edge = list.points[n - 1]?.h ?? null;
  return { head: headOf(stream), birth: stream.birth, edge, floor: 0, keptBefore, items };
}

function snapshot(
  tables: Tables,
  s: Stream,
  limit: number,
  itemOf: (row: StoredItem) => Item,
): SnapshotRows | undefined {
  const stream = tables.streams.get(s);
  const stored = tables.conversations.get(streamId(s));
  if (!stream || !stored) return undefined;
  const c = stored.conversation;
  const customer = tables.customers.get(c.customer.id);
  return {
    head: headOf(stream),
    birth: stream.birth,
    items: stream.items.slice(-limit).map(itemOf),
    state: { ...c.state, unanswered: claimsOf(tables, c.id).map(({ n }) => n) },
    lastHolder: c.lastHolder,
    customer: {
      id: c.customer.id,
      name: customer?.name ?? '',
      email: null,
      verified: false,
      language: null,
      device: null,
      attributes: (customer?.attributes ?? {}) as Record<string, string>,
      createdAt: c.startedAt,
      lastHeardAt: null,
      visits: customer?.visits ?? [],
      past: [],
    },
  };
}

/** Each window has reads in its own numbers: the team's in a chat, the customer's in a conversation. */
function readsOf(tables: Tables, s: Stream): [Stream, ...Read][] {
  const id = streamId(s);
  const chat = tables.streams.get(`chat/${id}`)?.items ?? [];
  return [...tables.reads.values()].flatMap((read): [Stream, ...Read][] => {
    const actor = `${read.type}:${read.actor}`;
    if (read.s === s) return [[s, actor, read.n, read.at]];
    if (streamId(read.s) !== id) return [];
    const isCustomers = read.type === 'customer';
    if (s.startsWith('conversation/') !== isCustomers) return [];
    const shown = chat.filter(({ shows }) => shows !== null && shows <= read.n).at(-1)?.n ?? 0;
    const n = isCustomers ? (chat[read.n - 1]?.shows ?? 0) : shown;
    return n > 0 ? [[s, actor, n, read.at]] : [];
  });
}
