import { evenTimes, isZone } from './zone.ts';

export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];

/** When a queue is open (CLK2): times of each day as clocks in the zone show them, `24:00` being its end. */
export interface Hours {
  zone: string;
  week: Partial<Record<Day, [from: string, to: string][]>>;
  /** Days on which it stays closed: `2026-12-25`. */
  holidays: string[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

interface Stretch {
  from: number;
  to: number;
}

/** Hours as they are reckoned with: what is open of each weekday in ms since midnight, and closed days by number. */
interface Plan {
  zone: string;
  week: Stretch[][];
  closed: Set<number>;
}

const plans = new WeakMap<Hours, Plan>();

function planOf(hours: Hours): Plan {
  let plan = plans.get(hours);
  if (!plan) {
    const week = DAYS.map((day) =>
      (hours.week[day] ?? []).map(([from, to]) => ({ from: timeOf(from), to: timeOf(to) })),
    );
    for (const day of week) day.sort((a, b) => a.from - b.from);
    plan = { zone: hours.zone, week, closed: new Set(hours.holidays.map((date) => Date.parse(date) / DAY_MS)) };
    plans.set(hours, plan);
  }
  return plan;
}

function timeOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number) as [number, number];
  return (hours * 60 + minutes) * MINUTE_MS;
}

/**
 * What is open from an instant on, in order and without end: what touches is one. It is open when the clocks of the
 * zone show a time that is, so an hour that comes twice is open twice, and one that is left out never was.
 */
function* openTimes(hours: Hours, from: number): Generator<Stretch> {
  let last: Stretch | undefined;
  for (const next of piecesFrom(planOf(hours), from)) {
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else {
      if (last) yield last;
      last = next;
    }
    // Open around the clock: whoever asks goes on counting from here.
    if (last.to - last.from > 400 * DAY_MS) {
      yield last;
      last = undefined;
    }
  }
}

function* piecesFrom({ zone, week, closed }: Plan, at: number): Generator<Stretch> {
  for (const { from, to, offset } of evenTimes(zone, at)) {
    for (let day = Math.floor((from + offset) / DAY_MS); day * DAY_MS < to + offset; day++) {
      if (closed.has(day)) continue;
      // The first of January 1970 was a Thursday.
      for (const open of week[(((day + 4) % 7) + 7) % 7] ?? []) {
        const begin = Math.max(from, day * DAY_MS + open.from - offset);
        const end = Math.min(to, day * DAY_MS + open.to - offset);
        if (begin < end) yield { from: begin, to: end };
      }
    }
  }
}

function firstOpen(hours: Hours, at: number): Stretch {
  for (const open of openTimes(hours, at)) return open;
  throw new Error('opening hours end');
}

/** Whether a queue is open at an instant (ms since 1970); null is always open. */
export function isOpen(hours: Hours | null, at: number): boolean {
  return hours === null || firstOpen(hours, at).from === at;
}

/** The instant before which a queue was open for so long since another. */
export function afterOpen(hours: Hours | null, since: number, ms: number): number {
  if (hours === null || ms <= 0) return since + ms;
  let left = ms;
  for (const { from, to } of openTimes(hours, since)) {
    if (to - from >= left) return from + left;
    left -= to - from;
  }
  throw new Error('opening hours end');
}

/** When a queue that is closed at an instant opens next; null where it is open. */
export function nextOpening(hours: Hours | null, at: number): number | null {
  if (hours === null) return null;
  const { from } = firstOpen(hours, at);
  return from === at ? null : from;
}

/** When a queue that is open at an instant closes next; null where it is closed, or does not close within a year. */
export function nextClosing(hours: Hours | null, at: number): number | null {
  if (hours === null) return null;
  const { from, to } = firstOpen(hours, at);
  return from === at && to - from < 366 * DAY_MS ? to : null;
}

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/;
const MOST = 400;

/** What is wrong with hours that somebody wrote, as a sentence that helps; undefined where nothing is. */
export function complaint(hours: Hours): string | undefined {
  if (!isZone(hours.zone)) return `${JSON.stringify(hours.zone)} is no time zone; one looks like Europe/Berlin.`;
  const times = DAYS.flatMap((day) => (hours.week[day] ?? []).map((each) => [day, ...each] as const));
  if (times.length === 0) return 'There must be a time of the week at which the queue is open.';
  for (const [day, from, to] of times) {
    if (!TIME.test(from) || !TIME.test(to)) return `${day} ${from}-${to}: times look like 09:00, up to 24:00.`;
    if (from >= to) return `${day} ${from}-${to}: it must close after it opens; past midnight it is two days' times.`;
  }
  const bad = hours.holidays.find((date) => !isDate(date));
  if (bad !== undefined) return `${JSON.stringify(bad)} is no date; one looks like 2026-12-25.`;
  return hours.holidays.length > MOST
    ? `There can be ${MOST} holidays at most; leave out those that are over.`
    : undefined;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

const PART = /^([a-z]{3})(?:-([a-z]{3}))?((?:\s+\d\d:\d\d-\d\d:\d\d)+)$/;

/** The week of `mon-fri 09:00-12:30 13:00-17:00, sat 10:00-14:00`; a sentence where it is not written like that. */
export function weekFrom(text: string): Hours['week'] | string {
  const week: Hours['week'] = {};
  for (const part of text.toLowerCase().split(',')) {
    const [, first = '', last = first, times = ''] = PART.exec(part.trim()) ?? [];
    const [from, to] = [DAYS.indexOf(first as Day), DAYS.indexOf(last as Day)];
    if (from < 0 || to < 0)
      return `${JSON.stringify(part.trim())} is not like "mon-fri 09:00-17:00" or "sat 10:00-14:00".`;
    const open = times
      .trim()
      .split(/\s+/)
      .map((time) => time.split('-') as [string, string]);
    for (let day = from; ; day = (day + 1) % 7) {
      const name = DAYS[day] as Day;
      week[name] = [...(week[name] ?? []), ...open];
      if (day === to) break;
    }
  }
  return week;
}
