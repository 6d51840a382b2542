import type { At, Point, Stream } from '@heed/protocol';
import type { Conversation, StoredAttachment } from '../../domain/conversation.ts';
import type { Session } from '../people.ts';
import type { Key } from '../port.ts';

/** An item in memory: what the tables `item` and `body` have of it. */
export interface StoredItem {
  n: number;
  h: string;
  id: string;
  kind: string;
  actorType: 'customer' | 'agent' | 'bot' | 'system';
  actor: string;
  terminal: string | null;
  at: At;
  bodyHash: string;
  shows: number | null;
  salt: Uint8Array;
  /** Null once it was erased. */
  json: string | null;
}

export interface StoredStream {
  birth: string;
  n: number;
  h: string;
  at: At;
  /** Lists: when something last came in. */
  enteredAt?: At;
  /** Logs only. */
  items: StoredItem[];
}

export interface StoredEntry {
  n: number;
  h: string;
  kind: 'entered' | 'changed' | 'left';
  body: string;
  at: At;
}

export interface StoredList {
  entries: Map<string, StoredEntry>;
  /** Every point, by number less one. */
  points: { h: string; conversation: string; at: At; head: string }[];
}

export interface StoredConversation {
  /** As it was filed; which messages wait, the log says. */
  conversation: Conversation;
  unanswered: number;
}

export interface StoredCustomer {
  id: string;
  name: string;
  inbox: string;
  language: string | null;
  device: string | null;
  attributes: Record<string, unknown>;
  createdAt: At;
  lastHeardAt: At | null;
  /** The newest first. */
  visits: { url: string; title: string; referrer: string; at: At }[];
}

/** A customer of whom nothing is known yet. */
export function newCustomer(who: { id: string; name: string; inbox: string }, createdAt: At): StoredCustomer {
  return { ...who, language: null, device: null, attributes: {}, createdAt, lastHeardAt: null, visits: [] };
}

/** What is stored of an agent's presence; times in ms since 1970. */
export interface StoredPresence {
  state: 'taking' | 'away' | 'offline';
  heardAt: number;
  since: number;
  signedInAt: number;
}

/** Somebody who has just signed in, and been heard. */
export function presentAt(now: number): StoredPresence {
  return { state: 'taking', heardAt: now, since: now, signedInAt: now };
}

/** The tables of a simulated world. Everything in it can be cloned, so that it can be put back as it was. */
export interface Tables {
  epoch: string;
  numbers: number;
  streams: Map<Stream, StoredStream>;
  lists: Map<Stream, StoredList>;
  keys: Map<string, Key>;
  conversations: Map<string, StoredConversation>;
  mentions: Map<string, Set<string>>;
  /** Files that are whole. */
  attachments: Map<string, StoredAttachment>;
  reads: Map<string, { s: Stream; type: string; actor: string; n: number; at: At }>;
  drafts: Map<string, { agent: string; s: Stream; text: string; version: number }>;
  presence: Map<string, StoredPresence>;
  served: { queue: string; at: At; enteredAt: At }[];
  /** Whose turn it is to sweep, and until when. */
  sweeper: { node: string; until: number };
  customers: Map<string, StoredCustomer>;
  sessions: Map<string, Session>;
}

/** Tables with nothing in them. */
export function emptyTables(epoch: string): Tables {
  return {
    epoch,
    numbers: 0,
    streams: new Map(),
    lists: new Map(),
    keys: new Map(),
    conversations: new Map(),
    mentions: new Map(),
    attachments: new Map(),
    reads: new Map(),
    drafts: new Map(),
    presence: new Map(),
    served: [],
    sweeper: { node: '', until: 0 },
    customers: new Map(),
    sessions: new Map(),
  };
}

/** The head of a stream. */
export function headOf(stream: StoredStream): Point {
  return { n: stream.n, h: stream.h };
}

/** Which messages of a conversation wait, with their times (CLK1): what `claims` asks of PostgreSQL. */
export function claimsOf(tables: Tables, id: string): { n: number; at: At }[] {
  const items = tables.streams.get(`conversation/${id}`)?.items ?? [];
  const upTo = tables.conversations.get(id)?.conversation.state.answeredUpTo ?? 0;
  const taken = new Set(
    items
      .filter((item) => item.kind === 'erased' && item.actorType === 'customer')
      .map((item) => (JSON.parse(item.json ?? '{}') as { target?: number }).target),
  );
  return items
    .filter((item) => item.n > upTo && item.kind === 'message' && item.actorType === 'customer')
    .filter((item) => item.json !== null || !taken.has(item.n))
    .map(({ n, at }) => ({ n, at }));
}
