import type { Point, Stream } from '@heed/protocol';
import { isMaterial } from '@heed/protocol';
import { timeOf } from '../../domain/clock.ts';
import { type Conversation, spokenIn } from '../../domain/conversation.ts';
import type { Trace } from '../../domain/guard.ts';
import type { Free } from '../../domain/hand-out.ts';
import { attendanceOf, type Patience, type Presence } from '../../domain/presence.ts';
import { type Answer, MOST_ANSWERS, withItem } from '../../domain/repeat.ts';
import type { Directory } from '../directory.ts';
import type { Pages } from '../pages.ts';
import {
  type Basis,
  type Found,
  type Key,
  keyName,
  type LedgerStore,
  type Loaded,
  type Recent,
  StoreError,
  type Target,
  type TargetBody,
  type TargetWanted,
  type Transaction,
  type Wanted,
} from '../port.ts';
import { claimsOf, headOf, type StoredItem, type StoredPresence, type Tables } from './data.ts';
import type { Locks } from './locks.ts';
import { writePages } from './write.ts';

/** What a memory store has around it. */
export interface MemoryWorld {
  /** The tables of this moment: a world may put others in their place. */
  tables(): Tables;
  locks: Pick<Locks, 'take' | 'release'>;
  directory: Directory;
  /** The database's clock, in ms since 1970. */
  now(): number;
  /** A journey to the database: what others do meanwhile is up to the world, which may also end it with an error. */
  journey(): Promise<void>;
  /** Told of each commit. */
  committed?(): void;
}

/** One moment of the tables; its answer takes as long to come as the question to go. */
export async function lookAt<T>(world: MemoryWorld, at: (tables: Tables) => T): Promise<T> {
  await world.journey();
  const tables = world.tables();
  const seen = at(tables);
  await world.journey();
  // Where the tables were put back meanwhile the connection ended with them (EPO1).
  if (tables !== world.tables()) throw new StoreError('failed', new Error('the connection is gone'));
  return seen;
}

/** The ledger's store in memory: same locks, same order, same refusals as PostgreSQL's. */
export function memoryLedgerStore(world: MemoryWorld): LedgerStore {
  return {
    transact: (work) => transact(world, work),
    ledTo: async (actor, ids) => {
      await world.journey();
      const keys = ids.map((id) => world.tables().keys.get(keyName('chat/new', actor, id)));
      return keys.find((key) => key?.leadsTo)?.leadsTo ?? undefined;
    },
    customerOf: async (inbox, id) => {
      await world.journey();
      const customer = world.tables().customers.get(id);
      return customer?.inbox === inbox ? { id, name: customer.name } : undefined;
    },
  };
}

async function transact<T>(
  world: MemoryWorld,
  work: (transaction: Transaction) => Promise<{ pages: Pages; result: T }>,
): Promise<T> {
  const transaction = new MemoryTransaction(world);
  try {
    const { pages, result } = await work(transaction);
    await transaction.commit(pages);
    return result;
  } finally {
    world.locks.release(transaction);
  }
}

class MemoryTransaction implements Transaction {
  readonly #world: MemoryWorld;
  #tables: Tables | undefined;

  constructor(world: MemoryWorld) {
    this.#world = world;
  }

  /** The tables it began on: after a restore there are others, and its connection is gone. */
  async #arrive(): Promise<Tables> {
    await this.#world.journey();
    this.#tables ??= this.#world.tables();
    return this.#tables;
  }

  async load(wanted: Wanted): Promise<Found> {
    const tables = await this.#arrive();
    // Only rows that are there can be locked: of two who begin the same one, the later meets a key that is taken.
    const there = wanted.conversations.filter((id) => tables.conversations.has(id));
    for (const id of there) await this.#world.locks.take(`conversation/${id}`, this);
    const conversations = new Map<string, Loaded>();
    for (const id of there) {
      const loaded = this.#conversation(tables, id, wanted);
      if (loaded) conversations.set(id, loaded);
    }
    const begin = wanted.conversations.filter((id) => !conversations.has(id));
    const found = {
      conversations,
      lists: await this.#lockAll(tables, wanted.lists),
      now: timeOf(this.#world.now()),
      numbers: begin.map(() => ++tables.numbers),
      keys: keysAmong(tables, wanted.keys),
      recent: wanted.bases.map((basis) => recentOf(tables, basis)),
      said: saidIn(tables, wanted.said),
      answers: new Map(wanted.answers.map((id) => [id, answersIn(tables, id)])),
      attachments: new Map(
        wanted.attachments.flatMap((id) => {
          const file = tables.attachments.get(id);
          return file ? [[id, file] as const] : [];
        }),
      ),
    };
    await this.#world.journey();
    return found;
  }

  #conversation(tables: Tables, id: string, { whole, patience }: Wanted): Loaded | undefined {
    const stored = tables.conversations.get(id);
    const stream = tables.streams.get(`conversation/${id}`);
    const chat = tables.streams.get(`chat/${id}`);
    if (!stored || !stream || !chat) return undefined;
    const isWhole = whole.includes(id);
    const claims = isWhole && stored.unanswered > 0 ? claimsOf(tables, id) : undefined;
    const c = stored.conversation;
    const { targets: _, ...known } = c;
    const conversation: Loaded['conversation'] = {
      ...known,
      state: { ...c.state, unanswered: claims?.map(({ n }) => n) ?? [] },
      earlier: claims ? 0 : stored.unanswered,
      waits: claims?.map(({ at }) => at) ?? [],
      head: headOf(stream),
      chatHead: headOf(chat),
      lastHolderIsFree: c.state.status !== 'open' && this.#isFree(tables, c, patience.graceMs),
      attendance: this.#attendance(tables, c, patience),
      mentioned: isWhole ? new Set(tables.mentions.get(id)) : new Set(),
    };
    return { conversation, lastAt: stream.at };
  }

  #isFree(tables: Tables, c: Conversation, graceMs: number): boolean {
    const holder = c.state.holder ?? c.lastHolder ?? '';
    const presence = tables.presence.get(holder.replace(/^agent:/, ''));
    if (presence?.state !== 'taking' || presence.heardAt <= this.#world.now() - graceMs) return false;
    const held = [...tables.conversations.values()].filter(
      ({ conversation: { state } }) => state.holder === holder && state.status === 'open',
    );
    return held.length < this.#world.directory.capacity(holder.replace(/^agent:/, ''), c.state.queue);
  }

  #attendance(tables: Tables, { state: { holder } }: Conversation, patience: Patience): Conversation['attendance'] {
    if (!holder?.startsWith('agent:')) return null;
    const presence = tables.presence.get(holder.slice('agent:'.length));
    return { holder, is: attendanceOf(presence && presenceNow(presence, this.#world.now()), patience) };
  }

  async targets(wanted: TargetWanted[]): Promise<(Target | undefined)[]> {
    if (wanted.length === 0) return [];
    const tables = await this.#arrive();
    return wanted.map((each) => targetOf(tables, each));
  }

  async lockLists(names: Stream[]): Promise<Map<Stream, Point>> {
    if (names.length === 0) return new Map();
    const heads = await this.#lockAll(await this.#arrive(), names);
    await this.#world.journey();
    return heads;
  }

  /** In name order; those that are there. */
  async #lockAll(tables: Tables, names: Stream[]): Promise<Map<Stream, Point>> {
    const there = names.filter((s) => tables.streams.has(s)).sort();
    for (const name of there) await this.#world.locks.take(name, this);
    const streams = there.map((s) => [s, tables.streams.get(s)] as const);
    return new Map(streams.flatMap(([s, stream]) => (stream ? [[s, headOf(stream)] as const] : [])));
  }

  async lockQueue(queue: string): Promise<void> {
    await this.#arrive();
    await this.#world.locks.take(`takers of ${queue}`, this);
  }

  async first(queue: string, limit: number): Promise<string[]> {
    const tables = await this.#arrive();
    return inOrder(tables, `queue:${queue}`).slice(0, limit);
  }

  async free(queue: string, heardMs: number): Promise<Free[]> {
    const tables = await this.#arrive();
    return freeOf(this.#world, tables, queue, heardMs);
  }

  /** All of it or nothing; what the answer's journey meets is known to nobody but the world. */
  async commit(pages: Pages): Promise<void> {
    const tables = await this.#arrive();
    if (tables !== this.#world.tables()) throw new StoreError('failed', new Error('the connection is gone'));
    writePages(tables, pages, this.#world.directory);
    this.#world.committed?.();
    // Whoever waits goes on once it is committed, whatever becomes of the answer.
    this.#world.locks.release(this);
    await this.#world.journey();
  }
}

/** Who of a queue waits for work (LST5). */
export function freeOf({ directory, now }: MemoryWorld, tables: Tables, queue: string, heardMs: number): Free[] {
  return directory.members(queue).flatMap(({ id: agent }) => {
    const presence = tables.presence.get(agent);
    if (presence?.state !== 'taking' || presence.heardAt <= now() - heardMs) return [];
    const room = directory.capacity(agent, queue) - inOrder(tables, `agent:${agent}`).length;
    const enteredAt = Date.parse(tables.streams.get(`list/agent:${agent}`)?.enteredAt ?? '') || 0;
    const since = Math.max(presence.since, presence.signedInAt, enteredAt);
    return room > 0 ? [{ agent, room, since, signedInAt: presence.signedInAt }] : [];
  });
}

/** A presence as it is reckoned with. */
export function presenceNow({ state, since, heardAt }: StoredPresence, now: number): Presence {
  return { state, sinceMs: now - since, heardMs: now - heardAt };
}

/** The open conversations of a holder, in the order of LST4. */
export function inOrder(tables: Tables, holder: string): string[] {
  const open = [...tables.conversations.values()]
    .map(({ conversation }) => conversation)
    .filter(({ state }) => state.holder === holder && state.status === 'open');
  const order = (c: Conversation) => [c.clock.waitingSince ?? '~', c.enteredAt, c.id].join('\n');
  return open.sort((a, b) => b.priority - a.priority || (order(a) < order(b) ? -1 : 1)).map(({ id }) => id);
}

function keysAmong(tables: Tables, wanted: [Stream, string, string][]): Map<string, Key> {
  const names = wanted.map(([s, actor, id]) => keyName(s, actor, id));
  return new Map(
    names.flatMap((name) => {
      const key = tables.keys.get(name);
      return key ? [[name, { ...key }] as const] : [];
    }),
  );
}

/** Kinds that can be material (GRD2): what comes first of these is read, as PostgreSQL does. */
const MOST_RECENT = 101;

function traceOf(item: StoredItem): Trace {
  const { n, id, kind, actorType, actor, terminal } = item;
  return { n, id, kind, actor: { type: actorType, id: actor }, terminal };
}

function recentOf(tables: Tables, { conversation, point, actor, terminal }: Basis): Recent {
  const items = tables.streams.get(`conversation/${conversation}`)?.items ?? [];
  const isTrue = point.n > 0 && items[point.n - 1]?.h === point.h;
  const from = isTrue ? point.n : 0;
  const isOwn = (item: StoredItem) =>
    item.terminal === terminal &&
    (item.actorType === 'system' || (item.actor === actor && ['agent', 'bot'].includes(item.actorType)));
  const recent = items
    .filter((item) => item.n > from && isMaterial(item.kind, item.actorType) && !isOwn(item))
    .slice(0, MOST_RECENT)
    .map(traceOf);
  return { isTrue, recent };
}

function targetOf(tables: Tables, { conversation, n, inChat }: TargetWanted): Target | undefined {
  const chat = tables.streams.get(`chat/${conversation}`)?.items ?? [];
  const number = inChat ? chat[n - 1]?.shows : n;
  const item = tables.streams.get(`conversation/${conversation}`)?.items[(number ?? 0) - 1];
  if (!item) return undefined;
  const shown = inChat ? n : chat.find((each) => each.shows === n)?.n;
  const body: TargetBody = JSON.parse(item.json ?? '{}');
  return {
    ...traceOf(item),
    h: item.h,
    isErased: item.json === null,
    ...(shown === undefined ? {} : { inChat: shown }),
    ...(body.covers === undefined ? {} : { covers: body.covers }),
    ...(body.attachments === undefined ? {} : { attachments: body.attachments.map(({ id }) => id) }),
  };
}

const SPOKEN: ReadonlySet<string> = new Set(['message', 'edited']);
const SPEAKERS: ReadonlySet<string> = new Set(['agent', 'bot']);

function answersIn(tables: Tables, id: string): readonly Answer[] {
  const items = tables.streams.get(`conversation/${id}`)?.items ?? [];
  const from = items.findLastIndex(({ kind, actorType }) => kind === 'message' && actorType === 'customer');
  return items
    .slice(from + 1)
    .filter(({ json, kind, actorType }) => json !== null && SPOKEN.has(kind) && SPEAKERS.has(actorType))
    .slice(-MOST_ANSWERS)
    .reduce<readonly Answer[]>(
      (said, { n, kind, actorType, json }) =>
        withItem(said, { n, kind, actor: { type: actorType }, body: JSON.parse(json ?? '') }),
      [],
    );
}

function saidIn(tables: Tables, counts: ReadonlyMap<string, number>): Map<string, Map<number, string>> {
  const said = new Map<string, Map<number, string>>();
  for (const [id, count] of counts) {
    const items = tables.streams.get(`conversation/${id}`)?.items ?? [];
    const messages = items.filter((item) => item.kind === 'message' && item.json !== null).slice(-count);
    const texts = messages.map(({ n, json }): [number, string] => [n, spokenIn(JSON.parse(json as string))]);
    if (texts.length > 0) said.set(id, new Map(texts));
  }
  return said;
}
