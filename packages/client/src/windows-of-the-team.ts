import {
  type ChatState,
  type ConversationState,
  EMPTY_CHAT,
  EMPTY_CONVERSATION,
  type Entry,
  evolveChat,
  evolveConversation,
  type Item,
  type Point,
  type Stream,
  streamType,
} from '@heed/protocol';
import type { Replica } from './state.ts';

// What windows of conversations and lists need. A widget has neither and gets windows-of-customers.ts instead.

/** Whether sends of this terminal can be held (GRD2). */
export const CAN_BE_HELD = true;

/** What a window shows before its first item. */
export function emptyState(s: Stream): Replica['state'] {
  const type = streamType(s);
  if (type === 'list') return null;
  return type === 'conversation' ? EMPTY_CONVERSATION : EMPTY_CHAT;
}

/** The state after more items. */
export function evolved(replica: Replica, fresh: readonly Item[]): Replica['state'] {
  if (streamType(replica.s) === 'conversation')
    return fresh.reduce(evolveConversation, (replica.state ?? EMPTY_CONVERSATION) as ConversationState);
  return fresh.reduce(evolveChat, (replica.state ?? EMPTY_CHAT) as ChatState);
}

function conversationOf(item: Item): string {
  return (item.body as { conversation: string }).conversation;
}

/** A list keeps the newest item of each conversation; what is shown changes only where held = head (LST2). */
export function grownList(replica: Replica, fresh: readonly Item[], at: Point): Pick<Replica, 'items' | 'entries'> {
  const renewed = new Set(fresh.map(conversationOf));
  const items = withoutOldLeft([
    ...replica.items.filter((item) => !renewed.has(conversationOf(item))),
    ...newest(fresh),
  ]);
  const whole = at.n >= (replica.head?.n ?? 0);
  return { items, entries: whole ? entriesOf(items) : replica.entries };
}

/** What left a list is told for a while; a window that stands open for days must not grow with all that ever left (I13). */
const MOST_LEFT = 200;

function withoutOldLeft(items: readonly Item[]): Item[] {
  let left = items.filter((item) => item.kind === 'left').length;
  return items.filter((item) => item.kind !== 'left' || left-- <= MOST_LEFT);
}

function newest(items: readonly Item[]): Item[] {
  const last = new Map(items.map((item) => [conversationOf(item), item]));
  return items.filter((item) => last.get(conversationOf(item)) === item);
}

function entriesOf(items: readonly Item[]): Map<string, Entry> {
  const present = items.filter((item) => item.kind !== 'left');
  return new Map(present.map((item) => [conversationOf(item), item.body as Entry]));
}

/**
 * Whether what comes next after the last point seen is not in this window: then nothing beyond it is seen, however long
 * it was shown (GRD1). A customer's page skips it: what customers send is never held (SND8).
 */
export function isCutOff(replica: Replica, seen: Point): boolean {
  return seen.n < replica.before.n && streamType(replica.s) === 'conversation';
}
