import type { At } from '@heed/protocol';

/** A queue's targets in milliseconds (CLK1, CLK2). */
export interface Targets {
  firstReplyMs: number;
  nextReplyMs: number;
}

/** The clock of somebody who waits; all null where nobody does. */
export interface Clock {
  waitingSince: At | null;
  /** From here on it is due soon: 60 % of the target is used. */
  soonAt: At | null;
  dueAt: At | null;
}

export const STOPPED: Clock = { waitingSince: null, soonAt: null, dueAt: null };

const SOON = 0.6;

/** The clock that runs since the oldest unanswered message. */
export function clockFor(waitingSince: At | null, replied: boolean, targets: Targets): Clock {
  if (waitingSince === null) return STOPPED;
  const target = replied ? targets.nextReplyMs : targets.firstReplyMs;
  const since = Date.parse(waitingSince);
  return { waitingSince, soonAt: timeOf(since + target * SOON), dueAt: timeOf(since + target) };
}

/** Milliseconds since 1970 as a time on the wire. */
export function timeOf(ms: number): At {
  return new Date(ms).toISOString();
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/;

/** A time somebody sent, in milliseconds since 1970; undefined where the calendar has no such time. */
export function momentOf(value: string): number | undefined {
  const ms = TIME.test(value) ? Date.parse(value) : Number.NaN;
  // Parsers read the 30th of February as a day of March.
  return Number.isNaN(ms) || timeOf(ms).slice(0, 19) !== value.slice(0, 19) ? undefined : ms;
}
