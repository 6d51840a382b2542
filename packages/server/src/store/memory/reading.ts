import type { Actor, Customer, Item, Read, Stream } from '@heed/protocol';
import { streamId } from '@heed/protocol';
import { listItemId } from '../../domain/chain.ts';
import type { Conversation } from '../../domain/conversation.ts';
import type { Access } from '../../domain/permission.ts';
import { offsetAt } from '../../domain/zone.ts';
import type { QueueRow } from '../directory.ts';
import { type ListStretch, type LogStretch, PACE, type Place, type Reading, type SnapshotRows } from '../reading.ts';
import { claimsOf, headOf, type StoredCustomer, type StoredItem, type Tables } from './data.ts';
import { inOrder, lookAt, type MemoryWorld } from './ledger.ts';

const SYSTEM: Actor = { type: 'system', id: 'system', name: '' };

/** Reads from memory. */
export function memoryReading(world: MemoryWorld): Reading {
  const look = <T>(at: (tables: Tables) => T) => lookAt(world, at);
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
        const below = (items: StoredItem[]) => newest(items.slice(0, Math.max(0, n - 1)), limit);
        return stretch(tables, s, below, 0, itemOf(tables));
      }),
    listAfter: (s, n, limit) => look((tables) => listStretch(tables, s, n, limit)),
    snapshot: (s, limit) => look((tables) => snapshot(tables, s, limit, itemOf(tables))),
    birth: (s) => look(({ streams }) => streams.get(s)?.birth),
    places: (most) =>
      look((tables) => {
        const places = [...world.directory.queues].flatMap(({ id: queue }) =>
          inOrder(tables, `queue:${queue}`).map((id, i): [string, Place] => [id, { queue, place: i + 1 }]),
        );
        return new Map(places.slice(0, most));
      }),
    paces: () =>
      look((tables) => new Map([...world.directory.queues].flatMap((queue) => paceOf(world, tables, queue)))),
    reads: (streams) => look((tables) => streams.flatMap((s) => readsOf(tables, s))),
  };
}

function paceOf(world: MemoryWorld, { served }: Tables, { id, targets }: QueueRow): [string, number][] {
  const offset = offsetAt(targets.hours?.zone ?? 'UTC', world.now());
  const dayOf = (ms: number) => Math.floor((ms + offset) / 86_400_000);
  const today = served
    .filter(({ queue, at }) => queue === id && dayOf(Date.parse(at)) === dayOf(world.now()))
    .map(({ at, enteredAt }) => ({ at: Date.parse(at), enteredAt: Date.parse(enteredAt) }))
    .sort((a, b) => a.at - b.at)
    .slice(-PACE.newest - 1);
  const waits = today.map(({ at, enteredAt }, i) => at - Math.max(enteredAt, today[i - 1]?.at ?? enteredAt));
  const newest = waits.slice(-PACE.newest);
  return newest.length < PACE.fewest ? [] : [[id, newest.reduce((sum, ms) => sum + ms, 0) / newest.length]];
}

/** The last so many, none where that is 0. */
function newest(items: StoredItem[], limit: number): StoredItem[] {
  return items.slice(Math.max(0, items.length - limit));
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
  return {
    head: headOf(stream),
    birth: stream.birth,
    items: newest(stream.items, limit).map(itemOf),
    state: { ...c.state, unanswered: claimsOf(tables, c.id).map(({ n }) => n) },
    lastHolder: c.lastHolder,
    customer: customerOf(tables, c, s.startsWith('conversation/')),
  };
}

const PAST = 20;

/** The customer as of now; where they have been is for those who see the conversation itself. */
function customerOf(tables: Tables, { id, customer: { id: who } }: Conversation, isWhole: boolean): Customer {
  const { inbox: _, visits, ...known } = tables.customers.get(who) as StoredCustomer;
  const past = [...tables.conversations.values()]
    .map(({ conversation }) => conversation)
    .filter((each) => each.customer.id === who && each.id !== id)
    .sort((a, b) => (a.startedAt > b.startedAt ? -1 : 1))
    .slice(0, PAST)
    .map(({ id: conversation, number, state: { queue, status }, startedAt, preview }) => ({
      ...{ conversation, number, queue, status, startedAt, preview },
    }));
  const attributes = known.attributes as Customer['attributes'];
  return {
    ...known,
    ...{ email: null, verified: false, attributes },
    visits: isWhole ? visits : [],
    past: isWhole ? past : [],
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
