import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../protocol/src/testing/runs.ts';
import {
  afterOpen,
  complaint,
  DAYS,
  type Day,
  type Hours,
  isOpen,
  nextClosing,
  nextOpening,
  weekFrom,
} from './hours.ts';

const MINUTE = 60_000;
const at = (text: string) => Date.parse(text);
const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

const OFFICE: Hours = {
  zone: 'Europe/Berlin',
  week: weekFrom('mon-fri 09:00-17:00') as Hours['week'],
  holidays: ['2026-12-25'],
};

test('CLK2 the target is counted in open time, over the night, the weekend and holidays', () => {
  const due = (since: string, minutes: number) => time(afterOpen(OFFICE, at(since), minutes * MINUTE));
  expect(due('2026-11-23T10:00:00.000Z', 30)).toBe('2026-11-23T10:30:00.000Z');
  // Monday 16:50 in Berlin: ten minutes are left of the day.
  expect(due('2026-11-23T15:50:00.000Z', 30)).toBe('2026-11-24T08:20:00.000Z');
  // What ends with the day is due then, and not in the morning.
  expect(due('2026-11-23T15:50:00.000Z', 10)).toBe('2026-11-23T16:00:00.000Z');
  expect(due('2026-11-27T20:00:00.000Z', 1)).toBe('2026-11-30T08:01:00.000Z');
  // Christmas Day is a Friday.
  expect(due('2026-12-24T15:59:00.000Z', 2)).toBe('2026-12-28T08:01:00.000Z');
});

test('CLK2 closed until the next opening, open until the next closing', () => {
  expect(time(nextOpening(OFFICE, at('2026-11-23T16:00:00.000Z')))).toBe('2026-11-24T08:00:00.000Z');
  expect(nextOpening(OFFICE, at('2026-11-23T15:59:59.999Z'))).toBeNull();
  expect(time(nextClosing(OFFICE, at('2026-11-23T08:00:00.000Z')))).toBe('2026-11-23T16:00:00.000Z');
  expect(nextClosing(OFFICE, at('2026-11-23T07:59:59.999Z'))).toBeNull();
  expect([isOpen(null, 0), nextOpening(null, 0), nextClosing(null, 0), afterOpen(null, 5, 7)]).toEqual([
    true,
    null,
    null,
    12,
  ]);
});

test('CLK2 around the clock never closes', () => {
  const always: Hours = { zone: 'Europe/Berlin', week: weekFrom('mon-sun 00:00-24:00') as Hours['week'], holidays: [] };
  const now = at('2026-03-28T12:00:00.000Z');
  expect(nextClosing(always, now)).toBeNull();
  expect(afterOpen(always, now, 500 * 86_400_000)).toBe(now + 500 * 86_400_000);
  const withBreak = { ...always, holidays: ['2026-04-05'] };
  expect(time(nextClosing(withBreak, now))).toBe('2026-04-04T22:00:00.000Z');
});

test('CLK2 an hour that the clocks leave out was never open, one that comes twice is open twice', () => {
  const night: Hours = { zone: 'Europe/Berlin', week: { sun: [['02:00', '03:00']] }, holidays: [] };
  expect(time(nextOpening(night, at('2026-03-28T12:00:00.000Z')))).toBe('2026-04-05T00:00:00.000Z');
  const opens = nextOpening(night, at('2026-10-24T12:00:00.000Z')) as number;
  expect([time(opens), time(nextClosing(night, opens))]).toEqual([
    '2026-10-25T00:00:00.000Z',
    '2026-10-25T02:00:00.000Z',
  ]);
});

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Africa/Casablanca',
  'UTC',
];
const clock = fc
  .integer({ min: 0, max: 96 })
  .map((q) => `${String(Math.floor(q / 4)).padStart(2, '0')}:${String((q % 4) * 15).padStart(2, '0')}`);
const interval = fc
  .tuple(clock, clock)
  .filter(([a, b]) => a !== b)
  .map(([a, b]): [string, string] => (a < b ? [a, b] : [b, a]));
const week = fc.dictionary(fc.constantFrom<Day[]>(...DAYS), fc.array(interval, { minLength: 1, maxLength: 3 }), {
  minKeys: 2,
});
// Around the changes of the clocks, where everything is decided.
const CHANGES = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
  '2026-02-15',
  '2026-03-22',
];
const since = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -2_000, max: 2_000 }))
  .map(([day, m]) => at(day) + m * MINUTE);
const anyHours = fc.record({
  zone: fc.constantFrom(...ZONES),
  week: week as fc.Arbitrary<Hours['week']>,
  holidays: fc.array(fc.constantFrom(...CHANGES), { maxLength: 2 }),
});

/** What somebody with a clock on the wall of the zone would say. */
class Wall {
  readonly #hours: Hours;
  readonly #format: Intl.DateTimeFormat;
  constructor(hours: Hours) {
    this.#hours = hours;
    const parts = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    } as const;
    this.#format = new Intl.DateTimeFormat('en-GB', { ...parts, timeZone: hours.zone, hourCycle: 'h23' });
  }
  isOpen(ms: number): boolean {
    const part = Object.fromEntries(this.#format.formatToParts(ms).map(({ type, value }) => [type, value]));
    if (this.#hours.holidays.includes(`${part.year}-${part.month}-${part.day}`)) return false;
    const shown = `${part.hour}:${part.minute}`;
    const times = this.#hours.week[part.weekday?.toLowerCase() as Day] ?? [];
    return times.some(([from, to]) => from <= shown && shown < to);
  }
  after(from: number, minutes: number): number | undefined {
    let left = minutes;
    for (let ms = from; ms < from + 12 * 86_400_000; ms += MINUTE) {
      if (left === 0) return ms;
      if (this.isOpen(ms)) left--;
    }
    return undefined;
  }
}

test('CLK2 open, opening, closing and due are what a clock on the wall says, minute by minute', () => {
  fc.assert(
    fc.property(anyHours, since, fc.integer({ min: 1, max: 900 }), (hours, from, minutes) => {
      const wall = new Wall(hours);
      const open = isOpen(hours, from);
      expect(open).toBe(wall.isOpen(from));
      const turn = open ? nextClosing(hours, from) : nextOpening(hours, from);
      const span = Math.min((turn ?? from) - from, 86_400_000);
      for (let ms = 0; ms < span; ms += MINUTE) expect(wall.isOpen(from + ms)).toBe(open);
      if (turn !== null && turn - from <= span) expect(wall.isOpen(turn)).toBe(!open);
      const due = wall.after(from, minutes);
      if (due !== undefined) expect(time(afterOpen(hours, from, minutes * MINUTE))).toBe(time(due));
    }),
    runs(40),
  );
});

test('CLK2 open time adds up: so long and then so long again is both at once', () => {
  fc.assert(
    fc.property(
      anyHours,
      since,
      fc.integer({ min: 1, max: 86_400_000 }),
      fc.integer({ min: 1, max: 86_400_000 }),
      (hours, from, a, b) => {
        expect(complaint(hours)).toBeUndefined();
        expect(afterOpen(hours, afterOpen(hours, from, a), b)).toBe(afterOpen(hours, from, a + b));
      },
    ),
    runs(200),
  );
});

test('CLK2 what cannot be hours is refused with a sentence', () => {
  const wrong = (change: Partial<Hours>) => complaint({ ...OFFICE, ...change });
  expect(wrong({})).toBeUndefined();
  expect(wrong({ zone: 'Mars/Olympus' })).toContain('time zone');
  expect(wrong({ zone: '' })).toContain('time zone');
  expect(wrong({ week: {} })).toContain('open');
  expect(wrong({ week: { mon: [['9:00', '17:00']] } })).toContain('09:00');
  expect(wrong({ week: { mon: [['22:00', '06:00']] } })).toContain('midnight');
  expect(wrong({ holidays: ['2026-02-30'] })).toContain('date');
  expect(weekFrom('monday 9-5')).toContain('mon-fri');
  expect(weekFrom('sat-mon 10:00-12:00 13:00-14:00, mon 15:00-16:00')).toEqual({
    sat: [
      ['10:00', '12:00'],
      ['13:00', '14:00'],
    ],
    sun: [
      ['10:00', '12:00'],
      ['13:00', '14:00'],
    ],
    mon: [
      ['10:00', '12:00'],
      ['13:00', '14:00'],
      ['15:00', '16:00'],
    ],
  });
});
