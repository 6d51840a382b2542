import { type Pending, pendingOf, type Terminal, wallSkewMs } from '@heed/client';
import type { Attachment, Item, ItemBodies, Stream } from '@heed/protocol';
import type { Words } from '../words/catalogue.ts';
import { isOffline } from './connection.ts';
import { firstName, initialsOf } from './initials.ts';
import { type Life, lifeOfItem, lifeOfPending, readByTeam } from './life.ts';
import { dayNumber, dayOf, timeOf } from './times.ts';

interface Row {
  key: string;
  /** The numbers that count as shown when this row is: the item's own, and those after it that have no row. */
  numbers: number[];
}
export interface MessageRow extends Row {
  kind: 'message';
  mine: boolean;
  text: string;
  files: readonly Attachment[];
  removed: boolean;
  edited: boolean;
  time: string;
  author: string;
  initials: string;
  /** Whether the next row continues this author's run: avatar, name and time stand under the last of it. */
  continued: boolean;
  life?: Life;
  /** The send that this row stands for, while it is in the outbox. */
  pending?: string;
}
export interface LineRow extends Row {
  kind: 'line';
  text: string;
}
export interface DayRow extends Row {
  kind: 'day';
  text: string;
}
export type TimelineRow = MessageRow | LineRow | DayRow;

interface Context {
  words: Words;
  now: number;
  skewMs: number;
  readUpTo: number;
  changes: Changes;
}

/** What later items did to earlier messages (STR3). */
interface Changes {
  edits: Map<number, string>;
  erased: Set<number>;
}

/** The body of an item of a kind that is known; an erased one has none. */
function body<K extends keyof ItemBodies>(item: Item, _kind: K): Partial<ItemBodies[K]> {
  return item.erased || typeof item.body !== 'object' || item.body === null
    ? {}
    : (item.body as Partial<ItemBodies[K]>);
}

function changesOf(items: readonly Item[]): Changes {
  const changes: Changes = { edits: new Map(), erased: new Set() };
  for (const item of items) {
    if (item.erased) changes.erased.add(item.n);
    if (item.kind === 'erased') changes.erased.add(body(item, 'erased').target ?? 0);
    if (item.kind !== 'edited') continue;
    const { target = 0, text = '' } = body(item, 'edited');
    changes.edits.set(target, text);
  }
  return changes;
}

const nameOf = (item: Item, words: Words): string =>
  item.actor.type === 'system' || !item.actor.name ? words.say('someone') : firstName(item.actor.name);

/** This device's time of an item. */
const localTime = (item: Item, skewMs: number): number => Date.parse(item.at) - skewMs;

function messageRow(item: Item, context: Context): MessageRow {
  const { words, changes } = context;
  const mine = item.actor.type === 'customer';
  const removed = changes.erased.has(item.n);
  const edit = changes.edits.get(item.n);
  const text = removed ? words.say('removed') : (edit ?? body(item, 'message').text ?? '');
  return {
    kind: 'message',
    key: item.id,
    numbers: [item.n],
    mine,
    text,
    files: (!removed && body(item, 'message').attachments) || [],
    removed,
    edited: edit !== undefined && !removed,
    time: timeOf(localTime(item, context.skewMs), words),
    author: mine ? words.say('you') : nameOf(item, words),
    initials: initialsOf(item.actor.name),
    continued: false,
    ...(mine ? { life: lifeOfItem(item.n, context.readUpTo, words) } : {}),
  };
}

type Line = (item: Item, words: Words, time: string) => string;
const LINES: Readonly<Record<string, Line>> = {
  served: (item, words) => {
    const by = body(item, 'served').by;
    return by ? words.say('servedBy', { name: firstName(by.name) }) : words.say('unserved');
  },
  resolved: (item, words, time) => words.say('resolved', { name: nameOf(item, words), time }),
  reopened: (_item, words, time) => words.say('reopened', { time }),
  rated: (item, words) => words.say('rated', { score: body(item, 'rated').score ?? '' }),
};

function lineRow(item: Item, context: Context): LineRow {
  const line = Object.hasOwn(LINES, item.kind) ? LINES[item.kind] : undefined;
  const time = timeOf(localTime(item, context.skewMs), context.words);
  const text = line ? line(item, context.words, time) : context.words.say('otherItem');
  return { kind: 'line', key: item.id, numbers: [item.n], text };
}

/** Edits and erasures show in the message they changed, not as rows of their own. */
function itemRow(item: Item, context: Context): TimelineRow | undefined {
  if (item.kind === 'message') return messageRow(item, context);
  if (item.kind === 'edited' || item.kind === 'erased') return undefined;
  return lineRow(item, context);
}

function pendingRow(pending: Pending, connected: boolean, words: Words): MessageRow {
  const { text = '', attachments = [] } = pending.body as { text?: string; attachments?: Attachment[] };
  return {
    kind: 'message',
    key: pending.id,
    numbers: [],
    mine: true,
    text,
    files: attachments,
    removed: false,
    edited: false,
    time: pending.state.name === 'stored' ? timeOf(pending.pressedAt, words) : '',
    author: words.say('you'),
    initials: '',
    continued: false,
    life: lifeOfPending(pending, connected, words),
    pending: pending.id,
  };
}

/** Not in the durable outbox yet (SND1), or on its way out of it. */
const HIDDEN: ReadonlySet<string> = new Set(['writing', 'cancelling']);

/** The messages of the outbox that belong to a conversation, and are not among its items yet (CMP9). */
export function pendingMessages(terminal: Terminal, s: Stream, items: readonly Item[]): Pending[] {
  const arrived = new Set(items.map((item) => item.id));
  return pendingOf(terminal, s).filter(
    ({ id, kind, state }) => kind === 'message' && !HIDDEN.has(state.name) && !arrived.has(id),
  );
}

/** One author's run in one minute and one state says its name and time once, under the last. */
function markRuns(rows: TimelineRow[]): TimelineRow[] {
  return rows.map((row, index) => {
    const next = rows[index + 1];
    if (row.kind !== 'message' || next?.kind !== 'message' || row.mine || next.mine) return row;
    const same = row.author === next.author && row.initials === next.initials && row.time === next.time;
    return same ? { ...row, continued: true } : row;
  });
}

/** A conversation as rows: days, messages, lines, and at the end what waits in the outbox. */
export function timelineOf(terminal: Terminal, s: Stream, now: number, words: Words): TimelineRow[] {
  const replica = terminal.replicas.get(s);
  const items = replica?.items ?? [];
  const skewMs = wallSkewMs(terminal);
  const readUpTo = replica ? readByTeam(replica) : 0;
  const today = now + terminal.skewMs - skewMs;
  const context: Context = { words, now, skewMs, readUpTo, changes: changesOf(items) };
  const rows: TimelineRow[] = [];
  let day = 0;
  const begin = (at: number): void => {
    if (dayNumber(at) === day) return;
    day = dayNumber(at);
    rows.push({ kind: 'day', key: `day ${day}`, numbers: [], text: dayOf(at, today, words) });
  };
  for (const [index, item] of items.entries()) {
    // Who serves may change twice at once; only where it came to rest is worth a line.
    const passing = item.kind === 'served' && items[index + 1]?.kind === 'served';
    const row = passing ? undefined : itemRow(item, context);
    if (!row) {
      rows.at(-1)?.numbers.push(item.n);
      continue;
    }
    begin(localTime(item, skewMs));
    rows.push(row);
  }
  for (const pending of pendingMessages(terminal, s, items)) {
    begin(pending.pressedAt);
    rows.push(pendingRow(pending, !isOffline(terminal, now), words));
  }
  return markRuns(rows);
}
