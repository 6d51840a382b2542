import type { At, Item, ItemBodies, ItemKind, Point, Stream } from '@heed/protocol';
import { type Conversation, emptyConversation, evolve, listsOf, type NewItem } from '../../domain/conversation.ts';
import type { Patience } from '../../domain/presence.ts';
import { Pages } from '../pages.ts';
import type { Found, Key, Loaded, Transaction, Wanted } from '../port.ts';
import { actorOf, BEGINNING, birthOf, type Company, CUSTOMERS, INBOXES, targetsOf } from './company.ts';

/** An item to write: who, what, and whether the customer sees it too. */
export interface Line<K extends ItemKind = ItemKind> {
  by: string;
  kind: K;
  body: ItemBodies[K];
  id?: string;
  terminal?: string | null;
  chat?: boolean;
}

/** What else a transaction of the contract writes, and what it spoils before it does. */
export interface More {
  at?: At;
  keys?: Key[];
  /** Awaited between looking and writing. */
  looked?: () => Promise<void>;
  spoil?: (pages: Pages, after: Conversation) => void;
}

const SALT = Buffer.alloc(16, 7);

/** How long agents are waited for in these cases. */
export const PATIENCE: Patience = { graceMs: 60_000, awayMs: 5_000, listens: true };

/** What a load asks for, where nothing is said. */
export function wanted(conversations: string[], more: Partial<Wanted> = {}): Wanted {
  const none = {
    whole: conversations,
    keys: [],
    bases: [],
    said: new Map(),
    answers: [],
    attachments: [],
    lists: [],
    patience: PATIENCE,
  };
  return { conversations, ...none, ...more };
}

/** Pages with nothing on them, with the salt of the contract. */
export function noPages(): Pages {
  return new Pages(() => SALT);
}

/** Writes items into a conversation as the ledger does, but for deciding: what the store is given is up to the test. */
export function write(company: Company, id: string, lines: Line[], more: More = {}): Promise<Conversation> {
  return company.ledger.transact((transaction) => writeIn(transaction, id, lines, more));
}

/** The same, in a transaction that is under way. */
export async function writeIn(
  transaction: Transaction,
  id: string,
  lines: Line[],
  { at = BEGINNING, keys = [], looked, spoil }: More = {},
): Promise<{ pages: Pages; result: Conversation }> {
  const found = await transaction.load(wanted([id]));
  await looked?.();
  const known = found.conversations.get(id)?.conversation;
  const before = known && { ...known, targets: targetsOf(known.state.queue) };
  const pages = noPages();
  let c = before ?? begun(id, lines, found, at);
  for (const line of lines) c = append(pages, c, line, at);
  const lists = [...new Set([...(before ? listsOf(before.state) : []), ...listsOf(c.state)])].sort();
  const heads = await transaction.lockLists(lists);
  const isNew = before === undefined;
  pages.conversations.set(id, { conversation: c, isNew });
  pages.heads.set(`conversation/${id}`, { at: c.head, time: at, isNew });
  pages.heads.set(`chat/${id}`, { at: c.chatHead, time: at, isNew });
  pages.list(before, c, heads, at);
  for (const [list, head] of heads) pages.heads.set(list, { at: head, time: at, isNew: false });
  pages.keys.push(...keys);
  spoil?.(pages, c);
  return { pages, result: c };
}

function append(pages: Pages, before: Conversation, line: Line, at: At): Conversation {
  const { by, kind, body, terminal = `${by}-1`, chat = false } = line;
  const id = line.id ?? `${kind}-${before.head.n + 1}`;
  const item = { id, kind, actor: actorOf(by), body } as NewItem;
  const stored = pages.append(`conversation/${before.id}`, before.head, item, at, terminal, null);
  const after = evolve(before, stored);
  if (!chat) return after;
  const shown = pages.append(`chat/${before.id}`, before.chatHead, item, at, terminal, stored.n);
  return { ...after, chatHead: { n: shown.n, h: shown.h } };
}

/** A conversation before its first item; its customer is whoever writes that, or cy. */
function begun(id: string, lines: Line[], { numbers }: Found, at: At): Conversation {
  const who = CUSTOMERS.find((each) => each.id === lines[0]?.by) ?? CUSTOMERS[0]!;
  const queue = INBOXES.find((inbox) => inbox.id === who.inbox)?.queue ?? '';
  return emptyConversation({
    id,
    number: numbers[0] ?? 0,
    customer: { id: who.id, name: who.name },
    inbox: who.inbox,
    queue,
    at,
    head: birthOf(`conversation/${id}`),
    chatHead: birthOf(`chat/${id}`),
    targets: targetsOf(queue),
  });
}

// What is found ----------------------------------------------------------------------------------------------------

/** Runs reads in a transaction that writes nothing. */
export function look<T>({ ledger }: Company, at: (transaction: Transaction) => Promise<T>): Promise<T> {
  return ledger.transact(async (transaction) => ({ pages: noPages(), result: await at(transaction) }));
}

/** What a transaction finds that asks for one conversation. */
export async function load(company: Company, id: string, more: Partial<Wanted> = {}): Promise<Found> {
  return look(company, (transaction) => transaction.load(wanted([id], more)));
}

/** One conversation as it is under its lock. */
export async function loaded(company: Company, id: string, more: Partial<Wanted> = {}): Promise<Loaded> {
  const found = (await load(company, id, more)).conversations.get(id);
  if (!found) throw new Error(`${id} is not there`);
  return found;
}

// What people do, as lines -------------------------------------------------------------------------------------------

export function says(by: string, text: string, more: Partial<Line<'message'>> = {}): Line {
  return { by, kind: 'message', body: { text }, chat: true, ...more };
}

export function replies(by: string, text: string, covers: number): Line {
  return { by, kind: 'message', body: { text, covers }, chat: true };
}

export function queues(to: string): Line {
  return { by: 'system', kind: 'queued', body: { from: null, to, reason: 'new' } };
}

export function moves(to: string, from: string | null = null): Line {
  return { by: 'bea', kind: 'assigned', body: { from, to } };
}

/** A customer begins a conversation, which waits in a queue. */
export function begins(company: Company, id: string, by = 'cy', more: More = {}): Promise<Conversation> {
  const queue = CUSTOMERS.find((each) => each.id === by)?.inbox === 'help' ? 'support' : 'orders';
  return write(company, id, [says(by, `I am ${by}`), queues(`queue:${queue}`)], more);
}

/** A time so many seconds after the beginning. */
export function after(seconds: number): At {
  return new Date(Date.parse(BEGINNING) + seconds * 1000).toISOString();
}

/** The items of a log, all of them. */
export async function itemsOf(company: Company, s: Stream): Promise<Item[]> {
  return (await company.reading.after(s, 0, 1000))?.items ?? [];
}

/** The true point of a log at a number. */
export async function pointOf(company: Company, s: Stream, n: number): Promise<Point> {
  const item = (await itemsOf(company, s))[n - 1];
  if (!item) throw new Error(`${s} has no item ${n}`);
  return { n, h: item.h };
}
