import type { At, Point, Stream } from '@heed/protocol';
import type { Conversation, StoredAttachment } from '../domain/conversation.ts';
import type { Trace } from '../domain/guard.ts';
import type { Free } from '../domain/hand-out.ts';
import type { Patience } from '../domain/presence.ts';
import type { Answer } from '../domain/repeat.ts';
import type { Pages } from './pages.ts';

/** A conversation under its lock, and the time of its last item (STR5). What its queue promises, the directory knows. */
export interface Loaded {
  conversation: Omit<Conversation, 'targets'>;
  lastAt: At;
  /** Its chain, or its chat's, was found broken: nothing is added to it (EPO3). */
  damaged?: boolean;
}

/** A send's key as it is stored (SND3). */
export interface Key {
  stream: Stream;
  actor: string;
  id: string;
  leadsTo: Stream | null;
  at: Point | null;
  bodyHash: string | null;
}

/** The name of a key in a map. */
export function keyName(stream: Stream, actor: string, id: string): string {
  return `${stream}\n${actor}\n${id}`;
}

/** A point that a send names, and whose own items do not count as news to it. */
export interface Basis {
  conversation: string;
  point: Point;
  actor: string;
  terminal: string;
}

/** Whether its point is a true one, and what is above it. */
export interface Recent {
  isTrue: boolean;
  recent: Trace[];
}

/** An item that a send names by its number in the stream it was sent to. */
export interface TargetWanted {
  conversation: string;
  n: number;
  inChat: boolean;
}
export type Target = Trace & { h: string; covers?: number; inChat?: number; isErased: boolean; attachments?: string[] };

/** What of a named item's body matters to what names it. */
export type TargetBody = { covers?: number; attachments?: { id: string }[] };

/** What was erased: the target's number in each stream that shows it. */
export interface Erasure {
  stream: Stream;
  n: number;
}

/** What a batch needs to know, all of it at once: the fewer times it asks, the shorter it holds its locks. */
export interface Wanted {
  /** Ids, each once, in order: locked and read. */
  conversations: string[];
  /** Those of which it must be known which messages wait and who is mentioned. */
  whole: string[];
  keys: [Stream, string, string][];
  bases: Basis[];
  /** So many of the newest messages of a conversation. */
  said: ReadonlyMap<string, number>;
  /** Those of which it must be known what was said since the customer's last message. */
  answers: string[];
  /** Ids of files. */
  attachments: string[];
  /** Lists, in name order: locked behind the conversations, on the same journey. */
  lists: Stream[];
  patience: Patience;
}

export interface Found {
  conversations: Map<string, Loaded>;
  /** The time once the locks are held (STR5). */
  now: At;
  /** A number for each conversation that does not exist yet. */
  numbers: number[];
  /** By `keyName`. */
  keys: Map<string, Key>;
  /** Heads of the lists that are locked already. */
  lists: Map<Stream, Point>;
  /** In the order of `bases`. */
  recent: Recent[];
  /** What was said, by conversation and number. */
  said: Map<string, Map<number, string>>;
  /** What agents and bots said since the customer's last message, as it stands, oldest first. */
  answers: Map<string, readonly Answer[]>;
  /** Those of the files asked for that are whole. */
  attachments: Map<string, StoredAttachment>;
}

/** One transaction, as the ledger sees it. Locks are held until it ends, taken in one order by all (STR4). */
export interface Transaction {
  /** Locks conversations, in id order, and reads what decisions need of them. */
  load(wanted: Wanted): Promise<Found>;
  /** The items that sends point at, in the order asked. */
  targets(wanted: TargetWanted[]): Promise<(Target | undefined)[]>;
  /** Locks lists in name order, after the conversations. */
  lockLists(names: Stream[]): Promise<Map<Stream, Point>>;
  /** Takers of one queue come one after the other: waits for those before. Comes before any other lock. */
  lockQueue(queue: string): Promise<void>;
  /** The ids of the first so many of a queue, in its order (LST4). */
  first(queue: string, limit: number): Promise<string[]>;
  /** The members of a queue who take chats, were heard within so long, and are below capacity (LST5). */
  free(queue: string, heardMs: number): Promise<Free[]>;
}

/** The store as the ledger sees it: PostgreSQL, or memory in a simulated world. */
export interface LedgerStore {
  /** Runs `work` in a transaction, writes the pages it gives and commits. Rejects with `StoreError`, or what `work` threw. */
  transact<T>(work: (transaction: Transaction) => Promise<{ pages: Pages; result: T }>): Promise<T>;
  /** Where a customer's sends to `chat/new` led, by the first of these ids that led anywhere. */
  ledTo(actor: string, ids: string[]): Promise<Stream | undefined>;
  /** A customer of an inbox. */
  customerOf(inbox: string, id: string): Promise<{ id: string; name: string } | undefined>;
}

/**
 * Why the store did not do it. `unreachable`: no connection could be had. `conflict`: somebody was faster, again may
 * help. `refused`: what was written breaks a rule of the tables. `failed`: anything else; it may or may not be done.
 */
export class StoreError extends Error {
  readonly why: 'unreachable' | 'conflict' | 'refused' | 'failed';

  constructor(why: StoreError['why'], cause: unknown) {
    super(String(cause), { cause });
    this.why = why;
  }
}
