import type { At } from '@heed/protocol';
import { afterOpen, type Hours, nextClosing, nextOpening } from './hours.ts';

/** What a queue promises, in milliseconds of open time (CLK1, CLK2), and what happens where it is not kept (CLK3). */
export interface Targets {
  firstReplyMs: number;
  nextReplyMs: number;
  /** Null: always open. */
  hours: Hours | null;
  /** How long after it was due a work order goes back to the queue, and the supervisors are told; null: never. */
  returnAfterMs: number | null;
  tellAfterMs: number | null;
}

/** The targets of a queue of which nothing is known, and of a new one. */
export const USUAL_TARGETS: Targets = {
  firstReplyMs: 300_000,
  nextReplyMs: 300_000,
  hours: null,
  returnAfterMs: 300_000,
  tellAfterMs: 600_000,
};

/** What climbs (CLK3): the holder is reminded, the work order goes back to the queue, the supervisors are told. */
export type StepName = 'remind' | 'return' | 'tell';
export interface Step {
  step: StepName;
  at: At;
}

/** The clock of somebody who waits; all null where nobody does. It keeps the settings it began with. */
export interface Clock {
  waitingSince: At | null;
  /** From here on it is due soon: 60 % of the target is used. */
  soonAt: At | null;
  dueAt: At | null;
  /** The steps that are still to come, in order. */
  steps: readonly Step[];
}

export const STOPPED: Clock = { waitingSince: null, soonAt: null, dueAt: null, steps: [] };

const SOON = 0.6;

/** The clock that runs since the oldest unanswered message. */
export function clockFor(waitingSince: At | null, replied: boolean, targets: Targets): Clock {
  if (waitingSince === null) return STOPPED;
  const target = replied ? targets.nextReplyMs : targets.firstReplyMs;
  const since = Date.parse(waitingSince);
  const after = (from: number, ms: number) => afterOpen(targets.hours, from, ms);
  const due = after(since, target);
  const steps: [StepName, number | null][] = [
    ['remind', 0],
    ['return', targets.returnAfterMs],
    ['tell', targets.tellAfterMs],
  ];
  return {
    waitingSince,
    soonAt: timeOf(after(since, Math.round(target * SOON))),
    dueAt: timeOf(due),
    steps: steps
      .flatMap(([step, ms]) => (ms === null ? [] : [{ step, at: timeOf(after(due, ms)) }]))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
}

/** When a running clock stands still until, and when somebody must look at it next (CLK2, CLK3). */
export interface Timetable {
  pausedUntil: At | null;
  nextStepAt: At | null;
}

/** What is to be noted of a clock as of now: it stands still while the queue is closed, and must be told so. */
export function timetableOf(clock: Clock, snoozedUntil: At | null, hours: Hours | null, now: At): Timetable {
  if (clock.waitingSince === null) return { pausedUntil: null, nextStepAt: snoozedUntil };
  const at = Date.parse(now);
  const opening = nextOpening(hours, at);
  const turn = opening ?? nextClosing(hours, at);
  const next = [clock.steps[0]?.at, turn === null ? undefined : timeOf(turn)]
    .filter((time) => time !== undefined)
    .sort();
  return { pausedUntil: opening === null ? null : timeOf(opening), nextStepAt: next[0] ?? null };
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
