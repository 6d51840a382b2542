import type { Terminal } from '@heed/client';
import type { Entry, Stream } from '@heed/protocol';
import { clockOf } from './clock.ts';
import { type FilterView, filterOf, isFilterView, passes, savedViews } from './saved-views.ts';

/** A place in the desk; `queue-<id>` shows what waits in one queue. */
export type View = 'my-work' | 'queue' | 'unanswered' | 'all' | 'snoozed' | `queue-${string}` | FilterView;
export interface Place {
  view: View;
  conversation?: string;
  /** A position in the conversation that should be shown. */
  at?: number;
  /** A page of its own stands where list and conversation would. */
  page?: Page;
}

/** What has a page of its own. */
export type Page =
  | { name: 'search'; q: string }
  | { name: 'settings'; section: Section }
  | { name: 'customers' }
  | { name: 'customer'; id: string }
  | { name: 'mentions' };
export const SECTIONS = ['own', 'replies'] as const;
export type Section = (typeof SECTIONS)[number];

export interface QueueRef {
  id: string;
  name: string;
  role: 'agent' | 'supervisor';
}

export function viewOf(text: string | undefined): View {
  if (text === 'queue' || text === 'unanswered' || text === 'all' || text === 'snoozed') return text;
  if (text !== undefined && isFilterView(text)) return text;
  return text?.startsWith('queue-') ? (text as View) : 'my-work';
}

/** The address of a place as the router takes it apart. */
export interface Address {
  view?: string | undefined;
  rest?: string | undefined;
  q?: string | undefined;
  hash?: string | undefined;
}

export function placeOf({ view, rest, q, hash }: Address): Place {
  if (view === 'search') return { view: 'all', page: { name: 'search', q: q ?? '' } };
  if (view === 'mentions') return { view: 'my-work', page: { name: 'mentions' } };
  if (view === 'customers')
    return { view: 'my-work', page: rest ? { name: 'customer', id: rest } : { name: 'customers' } };
  if (view === 'settings') {
    const section = SECTIONS.find((name) => name === rest) ?? SECTIONS[0];
    return { view: 'my-work', page: { name: 'settings', section } };
  }
  const at = Number(hash);
  return {
    view: viewOf(view),
    ...(rest ? { conversation: rest } : {}),
    ...(rest && at > 0 && Number.isSafeInteger(at) ? { at } : {}),
  };
}

export function addressOf({ view, conversation, at, page }: Place): Address & { view: string } {
  if (page?.name === 'search') return { view: 'search', ...(page.q === '' ? {} : { q: page.q }) };
  if (page?.name === 'customer') return { view: 'customers', rest: page.id };
  if (page) return { view: page.name, ...(page.name === 'settings' ? { rest: page.section } : {}) };
  return { view, ...(conversation ? { rest: conversation } : {}), ...(at ? { hash: String(at) } : {}) };
}

export function hrefOf(place: Place): string {
  const { view, rest, q, hash } = addressOf(place);
  const path = `/desk/${encodeURIComponent(view)}${rest ? `/${rest}` : ''}`;
  return `${path}${q ? `?${new URLSearchParams({ q })}` : ''}${hash ? `#${hash}` : ''}`;
}

export function conversationStream(id: string): Stream {
  return `conversation/${id}`;
}

export function queuesOf(t: Terminal): readonly QueueRef[] {
  return t.you?.queues ?? [];
}

/** Whether a queue is one of the reader's own. */
export function isOwnQueue(t: Terminal, id: string): boolean {
  return queuesOf(t).some((queue) => queue.id === id);
}

export function queueName(t: Terminal, id: string): string {
  return queuesOf(t).find((queue) => queue.id === id)?.name ?? id;
}

/** The queues that its reader supervises. */
export function supervisedQueues(t: Terminal): readonly QueueRef[] {
  return queuesOf(t).filter(({ role }) => role === 'supervisor' || t.you?.role === 'admin');
}

export function myList(t: Terminal): Stream | undefined {
  return t.you && `list/agent:${t.you.id}`;
}

/** The lists behind a view; an entry that stands on several is shown once. */
export function listsOf(t: Terminal, view: View): Stream[] {
  const mine = myList(t);
  if (!mine) return [];
  if (view === 'my-work') return [mine];
  const queues = queuesOf(t).map((queue) => `list/queue:${queue.id}`);
  if (view === 'queue') return queues;
  if (view.startsWith('queue-')) return [`list/queue:${view.slice('queue-'.length)}`];
  // Every member reads what is open in a queue, whoever holds it (LST8).
  return [mine, ...queues, ...queuesOf(t).map((queue) => `list/open:${queue.id}`)];
}

/** What a desk keeps open so that it is ready: its lists, its work, and the window in front (§11). */
export function streamsToWatch(t: Terminal, open: string | undefined): Set<Stream> {
  const streams = new Set<Stream>(listsOf(t, 'all'));
  const mine = myList(t);
  const work = mine ? [...(t.replicas.get(mine)?.entries.keys() ?? [])] : [];
  for (const id of work.slice(0, MOST_WINDOWS)) streams.add(conversationStream(id));
  if (open) streams.add(conversationStream(open));
  return streams;
}

/** Far below the 300 streams that a session may open (CON5). */
const MOST_WINDOWS = 100;

/** An entry with the time of its newest item on the list: the last that happened in it. */
export interface Listed {
  entry: Entry;
  at: string | undefined;
}

interface Gathered {
  you: Terminal['you'];
  saved: ReturnType<typeof savedViews.now>;
  views: Map<View, readonly Listed[]>;
}
const listed = new WeakMap<Terminal['replicas'], Gathered>();

/** What stands in a view, each conversation once. Read many times between two changes, so it is worked out once. */
export function entriesIn(t: Terminal, view: View): readonly Listed[] {
  const before = listed.get(t.replicas);
  const saved = savedViews.now();
  const known: Gathered =
    before && before.you === t.you && before.saved === saved ? before : { you: t.you, saved, views: new Map() };
  listed.set(t.replicas, known);
  const entries = known.views.get(view) ?? gather(t, view);
  known.views.set(view, entries);
  return entries;
}

function gather(t: Terminal, view: View): Listed[] {
  const found = new Map<string, Listed>();
  for (const s of listsOf(t, view)) {
    const replica = t.replicas.get(s);
    if (!replica) continue;
    const times = new Map(
      replica.items.map((item) => [(item.body as { conversation?: string })?.conversation, item.at]),
    );
    for (const [id, entry] of replica.entries) {
      const before = found.get(id);
      if (!before || entry.head.n > before.entry.head.n) found.set(id, { entry, at: times.get(id) });
    }
  }
  const filter = filterOf(view);
  return [...found.values()].filter(({ entry }) => (filter ? passes(t, entry, filter) : belongs(entry, view)));
}

/** *Unanswered* and *Set aside* show a part of all that is open. */
function belongs(entry: Entry, view: View): boolean {
  if (view === 'unanswered') return entry.waitingSince !== null;
  return view !== 'snoozed' || entry.state === 'snoozed';
}

export function entryOf(t: Terminal, conversation: string): Entry | undefined {
  return entriesIn(t, 'all').find(({ entry }) => entry.conversation === conversation)?.entry;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A time that is not there comes after all others. */
function byTime(a: string | null, b: string | null): number {
  return byText(a ?? '~', b ?? '~');
}

/** LST4: priority, then the oldest wait, then the id. */
export function inQueueOrder(a: Entry, b: Entry): number {
  return b.priority - a.priority || byTime(a.waitingSince, b.waitingSince) || byText(a.conversation, b.conversation);
}

export function byDue(a: Entry, b: Entry): number {
  return byTime(a.dueAt, b.dueAt) || byTime(a.waitingSince, b.waitingSince) || byText(a.conversation, b.conversation);
}

/** Queues in the order in which their first customers should be taken. */
export function queuesToTake(t: Terminal, view: View): string[] {
  const ids = view.startsWith('queue-') ? [view.slice('queue-'.length)] : queuesOf(t).map((queue) => queue.id);
  const firsts = ids.flatMap((id) => {
    const entries = [...(t.replicas.get(`list/queue:${id}`)?.entries.values() ?? [])].sort(inQueueOrder);
    return entries[0] ? [{ id, entry: entries[0] }] : [];
  });
  return firsts.sort((a, b) => inQueueOrder(a.entry, b.entry)).map(({ id }) => id);
}

/** How many stand in a view, and what of it cannot wait: what the rail shows beside its name. */
export interface ViewCount {
  count: number;
  urgency: 'none' | 'wait' | 'over';
}

/** Undefined while nothing is known of the view: no number is better than a wrong one. */
export function viewCount(t: Terminal, view: View, now: number): ViewCount | undefined {
  if (!listsOf(t, view).some((s) => t.replicas.get(s)?.at)) return undefined;
  const entries = entriesIn(t, view);
  return { count: entries.length, urgency: urgencyOf(view, entries, now + t.skewMs) };
}

function urgencyOf(view: View, entries: readonly Listed[], serverNow: number): ViewCount['urgency'] {
  if (view === 'my-work' || view === 'all' || view === 'snoozed' || isFilterView(view)) return 'none';
  if (view === 'unanswered' && entries.some(({ entry }) => clockOf(entry, serverNow).state === 'over')) return 'over';
  return entries.some(({ entry }) => entry.waitingSince !== null) ? 'wait' : 'none';
}
