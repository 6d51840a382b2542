import { heldOf, isNews, pendingOf, type Terminal } from '@heed/client';
import type { Entry, Item } from '@heed/protocol';
import { type Sentence, say, t as words } from '../words/index.ts';
import { type ClockFacts, clockOf } from './clock.ts';
import { spoken } from './files.ts';
import { newsFor } from './held.ts';
import { agentNames, firstName, fullName } from './people.ts';
import { isFilterView } from './saved-views.ts';
import { hourMinute, shortTime, soonTime, spokenSpan } from './times.ts';
import { byDue, conversationStream, entriesIn, inQueueOrder, type Listed, queueName, type View } from './views.ts';

/** What stands in the second line of a row. */
export type Preview =
  | { kind: 'text'; text: string; mine: boolean }
  | { kind: 'held'; sentence: Sentence }
  | { kind: 'outbox'; text: string }
  | { kind: 'loading' };

export interface Row {
  id: string;
  name: string;
  clock: ClockFacts;
  /** When the last thing happened, for rows without a clock. */
  lastAt: string | undefined;
  preview: Preview;
  unread: number;
  isUnread: boolean;
  queue: string;
  language: string | undefined;
  labels: readonly string[];
  isPriority: boolean;
  /** When it comes back by itself, where it was set aside. */
  snoozedUntil: string | null;
  /** Who has it, in views that several share. */
  holder: { name: string } | undefined;
}

export interface Group {
  title: Sentence;
  rows: Row[];
}

function listReplicaOf(t: Terminal, entry: Entry) {
  return t.replicas.get(conversationStream(entry.conversation));
}

/** Customer messages that nobody here has seen; where the window is not held, those that are unanswered. */
function unreadOf(t: Terminal, entry: Entry): number {
  const replica = listReplicaOf(t, entry);
  if (!replica?.at) return entry.unanswered;
  return replica.items.filter(
    (item) => item.n > replica.seen.n && item.kind === 'message' && item.actor.type === 'customer' && isNews(t, item),
  ).length;
}

function isSpeech(item: Item): boolean {
  return (item.kind === 'message' || item.kind === 'note') && !item.erased;
}

function previewOf(t: Terminal, entry: Entry): Preview {
  const s = conversationStream(entry.conversation);
  const replica = t.replicas.get(s);
  const held = heldOf(t, s);
  if (held && replica) return { kind: 'held', sentence: heldPreview(t, s) };
  const waiting = pendingOf(t, s).findLast(({ kind, state }) => kind === 'message' && state.name === 'waiting');
  if (waiting && t.link.state !== 'open') return { kind: 'outbox', text: spoken(waiting.body) };
  if (replica?.at && replica.at.n < entry.head.n && t.link.state === 'open') return { kind: 'loading' };
  const last = replica?.items.findLast(isSpeech);
  if (!last || entry.head.n > (replica?.at?.n ?? 0)) return { kind: 'text', text: entry.preview, mine: false };
  const text = spoken(last.body);
  return { kind: 'text', text, mine: last.actor.id === t.you?.id };
}

function heldPreview(t: Terminal, s: string): Sentence {
  const replica = t.replicas.get(s);
  const held = heldOf(t, s);
  const news = replica && held ? newsFor(t, replica, held) : [];
  const answer = news.findLast((item) => item.kind === 'message');
  if (answer && answer.actor.type !== 'customer')
    return { key: 'row.held.colleague', values: { name: firstName(answer.actor.name) } };
  return { key: 'row.held', values: { count: news.length } };
}

function holderOf(t: Terminal, entry: Entry, view: View): Row['holder'] {
  if (view === 'my-work' || !entry.holder.startsWith('agent:')) return undefined;
  return { name: agentNames(t).get(entry.holder.slice('agent:'.length)) ?? '' };
}

function rowOf(t: Terminal, { entry, at }: Listed, view: View): Row {
  const unread = unreadOf(t, entry);
  const replica = listReplicaOf(t, entry);
  const language = replica?.customer?.language ?? undefined;
  return {
    id: entry.conversation,
    name: fullName(entry.customer.name),
    clock: entry,
    lastAt: replica?.items.findLast(isSpeech)?.at ?? at,
    preview: previewOf(t, entry),
    unread,
    isUnread: unread > 0,
    queue: queueName(t, entry.queue),
    language: language?.split('-')[0]?.toUpperCase(),
    labels: entry.labels,
    isPriority: entry.priority > 0,
    snoozedUntil: entry.snoozedUntil,
    holder: holderOf(t, entry, view),
  };
}

function latestFirst(a: Row, b: Row): number {
  return (b.lastAt ?? '').localeCompare(a.lastAt ?? '') || (a.id < b.id ? -1 : 1);
}

function soonestBack(a: Row, b: Row): number {
  return (a.snoozedUntil ?? '').localeCompare(b.snoozedUntil ?? '') || (a.id < b.id ? -1 : 1);
}

/**
 * The groups of a view: who waits on this desk, due first; who it waits for, latest first; what was set aside, by when
 * it comes back (DESIGN §4).
 */
export function groupsOf(t: Terminal, view: View): Group[] {
  const listed = entriesIn(t, view);
  const inQueue = view === 'queue' || view.startsWith('queue-');
  const waiting = listed.filter(({ entry }) => entry.waitingSince !== null);
  const rest = listed.filter(({ entry }) => entry.waitingSince === null).map((one) => rowOf(t, one, view));
  const order = inQueue ? inQueueOrder : byDue;
  const mine = view === 'my-work';
  const title: Sentence = { key: inQueue ? 'group.inLine' : mine ? 'group.waitingOnYou' : 'group.waiting' };
  const groups: Group[] = [
    { title, rows: waiting.sort((a, b) => order(a.entry, b.entry)).map((one) => rowOf(t, one, view)) },
    { title: { key: 'group.answered' }, rows: rest.filter((row) => row.snoozedUntil === null).sort(latestFirst) },
    { title: { key: 'group.snoozed' }, rows: rest.filter((row) => row.snoozedUntil !== null).sort(soonestBack) },
  ];
  return groups.filter((group) => group.rows.length > 0);
}

/** What a list draws, one after another. */
export type ListRow = { type: 'head'; key: string; group: Group } | { type: 'row'; key: string; row: Row; at: number };

export function flatten(groups: readonly Group[]): ListRow[] {
  let at = 0;
  return groups.flatMap((group) => [
    { type: 'head' as const, key: group.title.key, group },
    ...group.rows.map((row) => ({ type: 'row' as const, key: row.id, row, at: ++at })),
  ]);
}

/** What a row is called: who, how long, until when, how many, where (DESIGN §8). */
export function rowLabel(row: Row, now: number): string {
  const clock = clockOf(row.clock, now);
  const parts: string[] = [row.name];
  if (clock.state === 'calm' || clock.state === 'soon' || clock.state === 'over')
    parts.push(words('row.label.waiting', { span: spokenSpan(clock.waitedMs) }));
  if (clock.state === 'over') parts.push(words('row.label.over', { span: spokenSpan(clock.pastMs) }));
  else if (row.clock.dueAt && clock.state !== 'none')
    parts.push(words('row.label.due', { time: hourMinute(Date.parse(row.clock.dueAt)) }));
  if (clock.state === 'paused') parts.push(words('row.label.paused', { time: hourMinute(clock.until) }));
  if (row.snoozedUntil) parts.push(words('row.label.snoozed', { time: soonTime(Date.parse(row.snoozedUntil), now) }));
  if (row.isPriority) parts.push(words('row.priority'));
  if (row.unread > 0) parts.push(words('row.label.unread', { count: row.unread }));
  if (row.preview.kind === 'held') parts.push(say(row.preview.sentence));
  parts.push(row.queue);
  return parts.join(', ');
}

export function rowTime(row: Row, now: number): string {
  return row.lastAt ? shortTime(Date.parse(row.lastAt), now) : '';
}

/** The next that waits after this one, or the first: where the desk goes on after a conversation is done. */
export function nextWaiting(t: Terminal, view: View, after: string | undefined): string | undefined {
  const waiting = groupsOf(t, view).flatMap((group) => group.rows.filter((row) => row.clock.waitingSince !== null));
  const index = waiting.findIndex((row) => row.id === after);
  const next = waiting[index + 1] ?? waiting.find((row) => row.id !== after);
  return next?.id;
}

/** What a list says where it ends, or that nothing stands in it. */
export function listEnd(view: View, groups: readonly Group[], inStep: boolean): Sentence | undefined {
  if (!inStep) return undefined;
  const waits = groups.some((group) => group.rows.some((row) => row.clock.waitingSince !== null));
  const empty = groups.length === 0;
  if (view === 'my-work') return { key: empty ? 'list.empty.mine' : waits ? 'list.end.mine' : 'list.end.mineAnswered' };
  if (view === 'all') return { key: empty ? 'list.empty.all' : 'list.end.all' };
  if (view === 'unanswered') return { key: empty ? 'list.empty.unanswered' : 'list.end.all' };
  if (view === 'snoozed') return { key: empty ? 'list.empty.snoozed' : 'list.end.all' };
  if (isFilterView(view)) return { key: empty ? 'list.empty.filter' : 'list.end.all' };
  return { key: empty ? 'list.empty.queue' : 'list.end.queue' };
}
