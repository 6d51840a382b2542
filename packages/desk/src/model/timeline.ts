import { heldOf, isNews, type Pending, pendingOf, type Replica, type Terminal, wallSkewMs } from '@heed/client';
import {
  type Attachment,
  type ConversationState,
  type Item,
  type ItemBodies,
  isMaterial,
  type Stream,
} from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { filesIn } from './files.ts';
import { beforeYouSent, newsFor } from './held.ts';
import { type OutboxLine, outboxLine } from './outbox-line.ts';
import { firstName } from './people.ts';
import { type SystemLine, systemLine } from './sentences.ts';
import { dayName, hourMinute, sameDay } from './times.ts';

/** Where an own message is in its life, once it is stored. */
export type Life = { state: 'stored' } | { state: 'seen'; at?: string };

interface Numbered {
  key: string;
  n: number;
  /** Arrived since a held reply was written, or while this desk was away, and not seen yet. */
  isNew: boolean;
  /** It has to be seen before the next reply: its time on screen is measured. */
  toBeSeen: boolean;
}

export type TimelineRow =
  | { type: 'older'; key: string }
  | { type: 'day'; key: string; label: string }
  | { type: 'newline'; key: string; sentence: Sentence }
  | ({ type: 'message'; side: 'customer' | 'team'; by: Sentence | undefined; text: string | undefined } & Message &
      Numbered)
  | ({ type: 'note'; by: Sentence; text: string; time: string } & Numbered)
  | ({ type: 'system'; line: SystemLine; time: string } & Numbered)
  | { type: 'quiet'; key: string; from: number; count: number; isOpen: boolean }
  | ({ type: 'outbox'; key: string } & OutboxLine)
  | { type: 'typing'; key: string; sentence: Sentence };

interface Message {
  /** Answers that the customer may press. */
  choices: readonly string[];
  files: readonly Attachment[];
  time: string;
  isEdited: boolean;
  isWaiting: boolean;
  life: Life | undefined;
  tag: Sentence | undefined;
  /** It kept what its author had seen (GRD7). */
  hasEvidence: boolean;
  /** The reply that its author, a customer, had not seen yet when writing (SND8). */
  crossed: number | undefined;
}

export interface TimelineView {
  now: number;
  /** First numbers of quiet runs that the reader opened. */
  opened: ReadonlySet<number>;
}

/** What happened in passing: nobody must see it to answer, and runs of it are one line (DESIGN §3). */
const QUIET: ReadonlySet<string> = new Set(['labelled', 'queued', 'served', 'escalated', 'answeredMarked', 'snoozed']);
const KNOWN: ReadonlySet<string> = new Set([
  'message',
  'note',
  'edited',
  'erased',
  'assigned',
  'transferred',
  'returned',
  'resolved',
  'reopened',
  'rated',
]);

function isQuiet(item: Item): boolean {
  return !isMaterial(item.kind, item.actor.type) && (QUIET.has(item.kind) || !KNOWN.has(item.kind));
}

/** What later items say about earlier ones. */
interface Amendments {
  texts: ReadonlyMap<number, string>;
  erased: ReadonlySet<number>;
}

function amendmentsOf(items: readonly Item[]): Amendments {
  const texts = new Map<number, string>();
  const erased = new Set<number>();
  for (const item of items) {
    if (item.erased) continue;
    if (item.kind === 'edited') {
      const { target, text } = item.body as ItemBodies['edited'];
      texts.set(target, text);
    } else if (item.kind === 'erased') erased.add((item.body as ItemBodies['erased']).target);
  }
  return { texts, erased };
}

interface Drawing {
  t: Terminal;
  replica: Replica;
  view: TimelineView;
  amendments: Amendments;
  held: Pending | undefined;
  news: ReadonlySet<number>;
  firstNews: number | undefined;
  newest: number | undefined;
  waitedAt: ReadonlyMap<number, number>;
}

/** Everything in the window of a conversation, from the oldest held to what is still on its way. */
export function timelineRows(t: Terminal, s: Stream, view: TimelineView): TimelineRow[] {
  const replica = t.replicas.get(s);
  if (!replica?.at) return outboxRows(t, s);
  const drawing = drawingOf(t, s, replica, view);
  const rows: TimelineRow[] = replica.before.n > 0 ? [{ type: 'older', key: 'older' }] : [];
  let day: number | undefined;
  for (const run of runsOf(replica.items)) {
    const first = run[0] as Item;
    const at = Date.parse(first.at);
    if (day === undefined || !sameDay(day, at)) {
      rows.push({ type: 'day', key: `day-${first.n}`, label: dayName(at, view.now) });
      day = at;
    }
    if (first.n === drawing.firstNews) rows.push({ type: 'newline', key: 'newline', sentence: newline(drawing) });
    rows.push(...rowsOfRun(drawing, run));
  }
  return [...rows, ...outboxRows(t, s), ...typingRows(replica)];
}

function drawingOf(t: Terminal, s: Stream, replica: Replica, view: TimelineView): Drawing {
  const held = heldOf(t, s);
  const caught = replica.caughtUp;
  const news = held
    ? newsFor(t, replica, held)
    : replica.items.filter(
        (item) => caught && item.n >= caught.from && item.n <= caught.to && item.n > replica.seen.n && isNews(t, item),
      );
  const read = customerRead(replica);
  const newest = replica.items.findLast((item) => isOwnSide(item) && item.n <= (read?.n ?? 0));
  return {
    t,
    replica,
    view,
    amendments: amendmentsOf(replica.items),
    held,
    news: new Set(news.map((item) => item.n)),
    firstNews: news[0]?.n,
    newest: newest?.n,
    waitedAt: waitsOf(replica.items),
  };
}

/** How long the oldest unanswered message had waited when somebody took the conversation, by the taking's number. */
function waitsOf(items: readonly Item[]): Map<number, number> {
  const waits = new Map<number, number>();
  let since: number | undefined;
  for (const item of items) {
    if (item.kind === 'message') since = item.actor.type === 'customer' ? (since ?? Date.parse(item.at)) : undefined;
    if (item.kind === 'assigned' && since !== undefined) waits.set(item.n, Date.parse(item.at) - since);
  }
  return waits;
}

/** Single items, and runs of quiet ones, in order; a run never crosses midnight. */
function runsOf(items: readonly Item[]): Item[][] {
  const runs: Item[][] = [];
  for (const item of items) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const joins = before && isQuiet(item) && isQuiet(before) && sameDay(Date.parse(before.at), Date.parse(item.at));
    if (last && joins) last.push(item);
    else runs.push([item]);
  }
  return runs;
}

function rowsOfRun(drawing: Drawing, run: Item[]): TimelineRow[] {
  const first = run[0] as Item;
  if (run.length === 1) return [rowOf(drawing, first)];
  const isOpen = drawing.view.opened.has(first.n);
  const line: TimelineRow = { type: 'quiet', key: `quiet-${first.n}`, from: first.n, count: run.length, isOpen };
  return isOpen ? [line, ...run.map((item) => rowOf(drawing, item))] : [line];
}

function newline({ t, replica, held, news }: Drawing): Sentence {
  const caught = replica.caughtUp;
  const away = caught && (!held || held.pressedAt < caught.at) ? replica.items.filter((item) => news.has(item.n)) : [];
  const first = away[0];
  const last = away.at(-1);
  if (!first || !last || !caught || first.n < caught.from || (held && heldSoon(held)))
    return { key: 'newline.writing' };
  const from = hourMinute(Date.parse(first.at) - wallSkewMs(t));
  const to = hourMinute(Date.parse(last.at) - wallSkewMs(t));
  const count = away.length;
  return from === to
    ? { key: 'newline.awayAt', values: { count, at: from } }
    : { key: 'newline.away', values: { count, from, to } };
}

/** Held at once: it did not wait in the outbox for this desk to come back. */
function heldSoon(held: Pending): boolean {
  return held.state.name === 'held' && held.state.heldAt - held.pressedAt <= 3_000;
}

function isOwnSide(item: Item): boolean {
  return item.kind === 'message' && item.actor.type !== 'customer';
}

function customerRead(replica: Replica) {
  for (const [actor, mark] of replica.reads) if (actor.startsWith('customer:')) return mark;
  return undefined;
}

/** A register tells when the newest was seen, not the ones before it. */
function lifeOf({ replica, newest }: Drawing, item: Item): Life | undefined {
  if (!isOwnSide(item)) return undefined;
  const read = customerRead(replica);
  if (!read || read.n < item.n) return { state: 'stored' };
  return item.n === newest ? { state: 'seen', at: hourMinute(Date.parse(read.at)) } : { state: 'seen' };
}

function rowOf(drawing: Drawing, item: Item): TimelineRow {
  const { t, replica } = drawing;
  const numbered: Numbered = {
    key: `n${item.n}`,
    n: item.n,
    isNew: drawing.news.has(item.n),
    toBeSeen: item.n > replica.seen.n && !replica.shown.has(item.n) && isNews(t, item),
  };
  const time = hourMinute(Date.parse(item.at));
  if (item.kind === 'message') return { ...numbered, ...messageRow(drawing, item, time) };
  if (item.kind === 'note') {
    const by: Sentence = isMine(t, item)
      ? { key: 'message.you' }
      : { key: 'message.by', values: { name: firstName(item.actor.name) } };
    return { type: 'note', ...numbered, by, time, text: (item.body as ItemBodies['note'] | undefined)?.text ?? '' };
  }
  return { type: 'system', ...numbered, line: systemLine(t, item, drawing.waitedAt.get(item.n)), time };
}

function isMine(t: Terminal, item: Item): boolean {
  return item.actor.id === t.you?.id;
}

function messageRow(drawing: Drawing, item: Item, time: string) {
  const { t, replica, amendments, held, news } = drawing;
  const customer = item.actor.type === 'customer';
  const erased = item.erased === true || amendments.erased.has(item.n);
  const body = item.body as ItemBodies['message'] | undefined;
  const team: Sentence = isMine(t, item)
    ? { key: 'message.you' }
    : { key: 'message.by', values: { name: item.actor.name } };
  const state = replica.state as ConversationState | null;
  return {
    type: 'message' as const,
    side: customer ? ('customer' as const) : ('team' as const),
    by: customer ? undefined : team,
    text: erased ? undefined : (amendments.texts.get(item.n) ?? body?.text ?? ''),
    choices: (!erased && body?.choices) || [],
    files: erased ? [] : filesIn(body),
    time,
    isEdited: !erased && amendments.texts.has(item.n),
    isWaiting: customer && (state?.unanswered.includes(item.n) ?? false),
    life: lifeOf(drawing, item),
    hasEvidence: !customer && !erased && body?.seen !== undefined,
    crossed: customer && !erased ? crossedBy(replica, item, body?.basedOn?.n) : undefined,
    tag: held && news.has(item.n) && heldSoon(held) ? beforeYouSent(t, held, item) : undefined,
  };
}

/** The last reply that stands between what a customer had seen and what they wrote (SND8). */
function crossedBy(replica: Replica, item: Item, seen: number | undefined): number | undefined {
  if (seen === undefined) return undefined;
  return replica.items.findLast((other) => other.n > seen && other.n < item.n && isOwnSide(other))?.n;
}

function outboxRows(t: Terminal, s: Stream): TimelineRow[] {
  return pendingOf(t, s).flatMap((pending) => {
    const line = outboxLine(t, pending);
    return line ? [{ type: 'outbox' as const, key: pending.id, ...line }] : [];
  });
}

/** Colleagues who write are named beside the step chip (DESIGN §4). */
function typingRows(replica: Replica): TimelineRow[] {
  return [...replica.typing]
    .filter(([actor]) => actor.startsWith('customer:'))
    .map(([actor, { name }]) => ({
      type: 'typing' as const,
      key: `typing-${actor}`,
      sentence: { key: 'typing', values: { name: firstName(name) } },
    }));
}

/** Where a row with this number stands; quiet runs stand for all that they hold. */
export function rowIndex(rows: readonly TimelineRow[], n: number): number {
  return rows.findIndex((row) =>
    'n' in row ? row.n === n : row.type === 'quiet' && row.from <= n && n < row.from + row.count,
  );
}
