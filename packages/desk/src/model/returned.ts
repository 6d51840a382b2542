import type { Terminal } from '@heed/client';
import type { Item } from '@heed/protocol';
import type { Key } from '../words/index.ts';
import type { Shelf } from './discarded.ts';
import { conversationStream, entriesIn, myList, queueName } from './views.ts';

/** Work orders that were taken back from this agent, for one reason (LST6). */
export interface Returned {
  why: Key;
  queue: string;
  conversations: readonly { id: string; name: string; hasDraft: boolean }[];
}

interface Left {
  conversation: string;
  to: string | null;
  reason?: string;
}

const WHY: Record<string, Key> = {
  gone: 'returned.gone',
  away: 'returned.away',
  signedOut: 'returned.signedOut',
  overdue: 'returned.overdue',
};

function keyOf(agent: string): string {
  return `heed-returned-${agent}`;
}

/** What its reader was told of already stands below this number of their list. */
export function toldUpTo(shelf: Shelf, agent: string): number {
  return Number(shelf.getItem(keyOf(agent)) ?? 0) || 0;
}

export function tellNoMore(shelf: Shelf, agent: string, n: number): void {
  shelf.setItem(keyOf(agent), String(n));
}

/** Every work order that went back while its agent was gone and is not with them again; newest number for dismissal. */
export function returnedOf(t: Terminal, told: number): { upTo: number; groups: readonly Returned[] } {
  const mine = myList(t);
  const replica = mine ? t.replicas.get(mine) : undefined;
  const items = (replica?.items ?? []).filter((item) => item.n > told && whyOf(item) !== undefined);
  const groups = new Map<string, Returned>();
  for (const item of items) {
    const left = item.body as Left;
    if (replica?.entries.has(left.conversation)) continue;
    const queue = left.to?.startsWith('queue:') ? queueName(t, left.to.slice('queue:'.length)) : '';
    const why = whyOf(item) as Key;
    const key = `${why} ${queue}`;
    const before = groups.get(key) ?? { why, queue, conversations: [] };
    groups.set(key, { ...before, conversations: [...before.conversations, conversationOf(t, left.conversation)] });
  }
  return { upTo: items.at(-1)?.n ?? told, groups: [...groups.values()] };
}

function whyOf(item: Item): Key | undefined {
  return item.kind === 'left' ? WHY[(item.body as Left | undefined)?.reason ?? ''] : undefined;
}

function conversationOf(t: Terminal, id: string) {
  const s = conversationStream(id);
  const entry = entriesIn(t, 'all').find((one) => one.entry.conversation === id)?.entry;
  const name = entry?.customer.name ?? t.replicas.get(s)?.customer?.name ?? '';
  const waits = t.outbox.some((pending) => pending.s === s);
  return { id, name, hasDraft: waits || (t.drafts.get(s)?.text ?? '') !== '' };
}
