import { type ConversationState, EMPTY_CONVERSATION, evolveConversation, type Item } from '@heed/protocol';
import type { Hours } from '../../packages/server/src/domain/hours.ts';
import type { StoredItem, StoredStream } from '../../packages/server/src/store/memory/data.ts';
import type { QueueSettings } from './house.ts';

/** What a conversation's log says of turns and clocks, worked out without asking the program (LST4, CLK1 to CLK3). */
export interface Trail {
  n: number;
  state: ConversationState;
  /** When the oldest unanswered message came. */
  since: string | null;
  /** The queue whose settings the running clock has. */
  clockOf: string;
  /** The steps that this clock has done. */
  steps: readonly string[];
  /** With whose number it came to where it is, and when. */
  movedN: number;
  enteredAt: string;
}

export const NO_TRAIL: Trail = {
  n: 0,
  state: EMPTY_CONVERSATION,
  since: null,
  clockOf: '',
  steps: [],
  movedN: 0,
  enteredAt: '',
};

/** The trail after one more item. */
export function follow(before: Trail, row: StoredItem, { items }: StoredStream): Trail {
  const state = evolveConversation(before.state, itemOf(row));
  const oldest = state.unanswered[0];
  const since = oldest === undefined ? null : (items[oldest - 1]?.at ?? null);
  const isNewClock = since !== before.since;
  const moved = state.holder !== before.state.holder && state.holder !== null;
  const { reason } = row.kind === 'escalated' ? (bodyOf(row) as { reason: string }) : { reason: undefined };
  return {
    n: row.n,
    state,
    since,
    // The first message comes before it is said where it waits.
    clockOf: (isNewClock ? before.state.queue : before.clockOf) || state.queue,
    steps: isNewClock ? [] : reason === undefined ? before.steps : [...before.steps, reason],
    movedN: moved ? row.n : before.movedN,
    enteredAt: moved ? row.at : before.enteredAt,
  };
}

/** LST4: what comes before in a queue is smaller. */
export function placeOf(id: string, { steps, since, enteredAt }: Trail): string {
  return [steps.includes('return') ? 0 : 1, since ?? '~', enteredAt, id].join('\n');
}

/** An item as everybody has it. */
export function itemOf(row: StoredItem): Item {
  const { n, h, id, kind, actorType: type, actor, at, json } = row;
  const base = { n, h, id, kind, actor: { type, id: actor, name: '' }, at };
  return json === null ? { ...base, erased: true } : { ...base, body: JSON.parse(json) as unknown };
}

/** The body of an item; of one that was erased, an empty one. */
export const bodyOf = (item: StoredItem) => JSON.parse(item.json ?? '{}') as Record<string, unknown>;

/** When a clock's step is due, by either target: which of them counts, the program says. */
export function dueBy({ targets }: QueueSettings, since: string, step: 'due' | 'return' | 'tell'): (number | null)[] {
  const { firstReplyMs, nextReplyMs, returnAfterMs, tellAfterMs, hours } = targets;
  const more = step === 'due' ? 0 : step === 'return' ? returnAfterMs : tellAfterMs;
  const open = stretchesOf(hours, Date.parse(since));
  return [firstReplyMs, nextReplyMs].map((ms) =>
    more === null ? null : afterOpen(open, afterOpen(open, Date.parse(since), ms), more),
  );
}

const DAY_MS = 86_400_000;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** What is open from the midnight before on, for three days, in UTC: the zone of all worlds. */
function stretchesOf(hours: Hours | null, from: number): [from: number, to: number][] {
  if (hours === null) return [[from, Number.POSITIVE_INFINITY]];
  const midnight = Math.floor(from / DAY_MS) * DAY_MS;
  return [0, 1, 2].flatMap((day) => {
    const begin = midnight + day * DAY_MS;
    const week = hours.week[DAYS[new Date(begin).getUTCDay()] as (typeof DAYS)[number]] ?? [];
    return week.map(([opens, closes]): [number, number] => [begin + minutes(opens), begin + minutes(closes)]);
  });
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return (hour * 60 + minute) * 60_000;
}

function afterOpen(open: [from: number, to: number][], from: number, ms: number): number {
  let left = ms;
  for (const [opens, closes] of open) {
    const begin = Math.max(opens, from);
    if (closes <= begin) continue;
    // What just fits is due as it closes.
    if (closes - begin >= left) return begin + left;
    left -= closes - begin;
  }
  return Number.POSITIVE_INFINITY;
}
