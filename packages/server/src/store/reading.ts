import type { ConversationState, Customer, Item, Point, Read, Stream } from '@heed/protocol';
import type { Access } from '../domain/permission.ts';

/** The largest number that a stream can have in the tables. */
export const LONGEST = 2 ** 31 - 1;

/** Items of a log beside a number. */
export interface LogStretch {
  head: Point;
  /** The epoch in which the stream was born. */
  birth: string;
  /** The hash at the number that was asked after; null where the log has no such item. */
  edge: string | null;
  /** In order. */
  items: Item[];
}

/** The newest items of a list's conversations above a number (LST2). */
export interface ListStretch extends LogStretch {
  /** Points below it are no longer known. */
  floor: number;
  /** The newest number up to the one asked after that is still kept. */
  keptBefore: number;
}

/** The newest items of a log, in order, with what they lead to. */
export interface SnapshotRows {
  head: Point;
  birth: string;
  items: Item[];
  state: ConversationState;
  lastHolder: string | null;
  customer: Customer;
}

/** A place in line. */
export interface Place {
  queue: string;
  place: number;
}

/** So many times are reckoned with, and so few are no measure. */
export const PACE = { newest: 20, fewest: 5 };

/** What reading needs of the store: one look each, so that what comes together belongs together. */
export interface Reading {
  /** Heads of streams; those that do not exist are missing. */
  heads(names: Stream[]): Promise<Map<Stream, Point>>;
  /** What permissions need of conversations, by id. */
  access(conversations: string[]): Promise<Map<string, Access>>;
  /** The first items above `n`. */
  after(s: Stream, n: number, limit: number): Promise<LogStretch | undefined>;
  /** The last items below `n`; `edge` is null. */
  before(s: Stream, n: number, limit: number): Promise<LogStretch | undefined>;
  listAfter(s: Stream, n: number, limit: number): Promise<ListStretch | undefined>;
  snapshot(s: Stream, limit: number): Promise<SnapshotRows | undefined>;
  /** The epoch in which a stream was born. */
  birth(s: Stream): Promise<string | undefined>;
  /** The places in line of the first so many who wait in queues, by conversation (LST4). */
  places(most: number): Promise<Map<string, Place>>;
  /**
   * How long the first of each queue waited to be served, in ms: the mean of the last 20 times of today, by the clocks
   * of the queue's zone; queues with fewer than 5 are missing (LST9).
   */
  paces(): Promise<Map<string, number>>;
  /** How far people have read, in the numbers of each stream. */
  reads(streams: Stream[]): Promise<[Stream, ...Read][]>;
}
