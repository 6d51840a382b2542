import type { ChatState, Item, Point, Read, Snapshot, Stream, Update } from '@heed/protocol';
import { streamType } from '@heed/protocol';
import { birthHash } from '../domain/chain.ts';
import type { Access } from '../domain/permission.ts';
import type { Directory } from './directory.ts';
import type { Place, Reading, SnapshotRows } from './reading.ts';
import { LONGEST } from './reading.ts';

export interface ReadLimits {
  updateItems: number;
  updateBytes: number;
  snapshotItems: number;
  farBehindItems: number;
}

/** Reads streams as terminals get them: stretches after or before a point, snapshots, heads. */
export class Streams {
  readonly #reading: Reading;
  readonly #limits: ReadLimits;
  readonly #directory: Directory;
  readonly #epoch: () => string;

  constructor(reading: Reading, epoch: () => string, limits: ReadLimits, directory: Directory) {
    this.#reading = reading;
    this.#epoch = epoch;
    this.#limits = limits;
    this.#directory = directory;
  }

  /** The epoch of what is read now. */
  get epoch(): string {
    return this.#epoch();
  }

  /** The heads of streams, in one query; those that do not exist are missing. */
  async heads(names: Stream[]): Promise<Map<Stream, Point>> {
    return names.length === 0 ? new Map() : this.#reading.heads(names);
  }

  /** What permissions need of conversations, in one query. */
  async access(conversations: string[]): Promise<Map<string, Access>> {
    return conversations.length === 0 ? new Map() : this.#reading.access(conversations);
  }

  /**
   * What follows a point: an update; a snapshot where the point is not known or too far behind (CMP8, CMP10); undefined
   * where there is no such stream.
   */
  async after(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    // No stream is as long as that; the point is as unknown as one with another hash.
    if (after.n > LONGEST) after = { n: LONGEST, h: '?' };
    return streamType(s) === 'list' ? this.#listAfter(s, after) : this.#logAfter(s, after);
  }

  async #logAfter(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    const stretch = await this.#reading.after(s, after.n, this.#limits.updateItems);
    if (!stretch) return undefined;
    const { head, birth, edge } = stretch;
    const known = after.n === 0 ? birthHash(s, birth) : edge;
    // A terminal that holds nothing names no hash; it begins with a snapshot, which says more than its items.
    const far = head.n - after.n > this.#limits.farBehindItems;
    if (known === null || known !== after.h || far) return this.snapshot(s);
    return { t: 'update', s, epoch: this.epoch, prev: after, items: this.fit(stretch.items), head };
  }

  /** The items after a true point as an update, however far it is behind: what `held` brings (GRD3). */
  async stretch(s: Stream, after: Point): Promise<Update | undefined> {
    const stretch = await this.#reading.after(s, after.n, this.#limits.updateItems);
    if (!stretch) return undefined;
    const prev = after.n === 0 ? { n: 0, h: birthHash(s, stretch.birth) } : after;
    return { t: 'update', s, epoch: this.epoch, prev, items: this.fit(stretch.items), head: stretch.head };
  }

  /** LST2: the newest item of each conversation; below the floor an empty snapshot, then the entries from 0. */
  async #listAfter(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    const stretch = await this.#reading.listAfter(s, after.n, this.#limits.updateItems);
    if (!stretch) return undefined;
    const birth = birthHash(s, stretch.birth);
    const known = after.n === 0 ? birth : stretch.edge;
    const begins = after.n === 0 && after.h === '';
    if (begins) after = { n: 0, h: birth };
    if (known === null || known !== after.h || (after.n > 0 && after.n < stretch.floor)) {
      const at = { n: 0, h: birth };
      return { t: 'snapshot', s, epoch: this.epoch, before: at, items: [], at, state: null };
    }
    let kept = stretch.keptBefore;
    const items = stretch.items.map((item): Item => {
      const n0 = kept + 1;
      kept = item.n;
      return { ...item, n0 };
    });
    return { t: 'update', s, epoch: this.epoch, prev: after, items: this.fit(items), head: stretch.head };
  }

  /** As many as fit into one update: 100 items or 128 KB, at least one (CON5). */
  fit(items: Item[]): Item[] {
    if (items.length <= 1) return items;
    let bytes = 0;
    const end = items.findIndex((item, index) => {
      bytes += Buffer.byteLength(JSON.stringify(item));
      return index > 0 && bytes > this.#limits.updateBytes;
    });
    return end === -1 ? items : items.slice(0, end);
  }

  /** The newest items below a number, as an update that ends at `before` − 1 (CMP11). */
  async before(s: Stream, before: number, limit?: number): Promise<Update | undefined> {
    if (streamType(s) === 'list') return undefined;
    const wanted = Math.min(limit ?? this.#limits.snapshotItems, this.#limits.updateItems);
    const stretch = await this.#reading.before(s, Math.min(before, LONGEST), wanted);
    if (!stretch) return undefined;
    const items = this.#fitNewest(stretch.items);
    const prev = await this.#pointBefore(s, items[0], stretch.birth);
    return { t: 'update', s, epoch: this.epoch, prev, items, head: stretch.head };
  }

  #fitNewest(items: Item[]): Item[] {
    return this.fit(items.toReversed()).toReversed();
  }

  async #pointBefore(s: Stream, first: Item | undefined, birth: string): Promise<Point> {
    const n = (first?.n ?? 1) - 1;
    if (n === 0) return { n, h: birthHash(s, birth) };
    return { n, h: (await this.#reading.after(s, n, 0))?.edge ?? '' };
  }

  /**
   * The newest items with the state they lead to, the reads, and who the customer is (§3). One statement, so that
   * neither is newer than the other, and no connection is held while we think.
   */
  async snapshot(s: Stream): Promise<Snapshot | undefined> {
    if (streamType(s) === 'list') return this.#emptyList(s);
    const rows = await this.#reading.snapshot(s, this.#limits.snapshotItems + 1);
    if (!rows) return undefined;
    const items = this.#fitNewest(rows.items.slice(-this.#limits.snapshotItems));
    const last = rows.items[rows.items.length - items.length - 1];
    const before = last ? { n: last.n, h: last.h } : { n: 0, h: birthHash(s, rows.birth) };
    const reads = (await this.reads([s])).map(([, ...read]): Read => read);
    const base = { t: 'snapshot' as const, s, epoch: this.epoch, before, items, at: rows.head, reads };
    if (streamType(s) === 'chat') return { ...base, state: this.#chatState(rows) };
    return { ...base, state: rows.state, customer: rows.customer };
  }

  async #emptyList(s: Stream): Promise<Snapshot | undefined> {
    const birth = await this.#reading.birth(s);
    if (birth === undefined) return undefined;
    const at = { n: 0, h: birthHash(s, birth) };
    return { t: 'snapshot', s, epoch: this.epoch, before: at, items: [], at, state: null };
  }

  #chatState({ state, lastHolder }: SnapshotRows): ChatState {
    const holder = state.status === 'resolved' ? lastHolder : state.holder;
    const agent = holder?.startsWith('agent:') ? holder.slice('agent:'.length) : null;
    return {
      status: state.status === 'resolved' ? 'resolved' : 'open',
      servedBy: agent === null ? null : { id: agent, name: this.#directory.agentName(agent) },
    };
  }

  /** The first so many who wait in queues, with their place in line (LST9). */
  places(most: number): Promise<Map<string, Place>> {
    return this.#reading.places(most);
  }

  /** How fast the first in line of each queue are served, where that was measured (LST9). */
  paces(): Promise<Map<string, number>> {
    return this.#reading.paces();
  }

  /** Reads of streams: of each conversation also its customer's, which count in the chat (CON3). */
  async reads(streams: Stream[]): Promise<[Stream, ...Read][]> {
    return streams.length === 0 ? [] : this.#reading.reads(streams);
  }
}
