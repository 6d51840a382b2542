import type { Item } from '@heed/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../../protocol/src/testing/runs.ts';
import { clockFor, STOPPED, timeOf, timetableOf, USUAL_TARGETS } from './clock.ts';
import { type Conversation, emptyConversation, entryOf, evolve, type NewItem } from './conversation.ts';
import type { Hours } from './hours.ts';
import { type Attendance, attendanceOf } from './presence.ts';
import { tend } from './tend.ts';

const START = Date.parse('2026-11-23T10:00:00.000Z');
const MINUTE = 60_000;
const at = (minutes: number) => timeOf(START + minutes * MINUTE);

/** A conversation whose customer wrote at 0, held by ann. */
function waiting(targets = USUAL_TARGETS, holder = 'agent:ann'): Conversation {
  const empty = emptyConversation({
    ...{ id: 'c1', number: 1, customer: { id: 'cy', name: 'Cy' }, inbox: 'shop', queue: 'orders', targets },
    ...{ at: at(0), head: { n: 0, h: '' }, chatHead: { n: 0, h: '' } },
  });
  const message = { id: 'm', kind: 'message', actor: { type: 'customer', id: 'cy', name: 'Cy' }, body: { text: 'hi' } };
  const given = { id: 'g', kind: 'assigned', actor: ANN, body: { from: null, to: holder } };
  return after(after(empty, message as NewItem, 0), given as NewItem, 0);
}
const ANN = { type: 'agent', id: 'ann', name: 'Ann' } as const;

function after(c: Conversation, item: NewItem, minutes: number): Conversation {
  const stored: Item = { ...item, n: c.head.n + 1, h: `h${c.head.n + 1}`, at: at(minutes) };
  return evolve(c, stored);
}

/** Looks until nothing is due; gives what was done, by id and kind. */
function lookAt(c: Conversation, minutes: number): { c: Conversation; done: string[] } {
  const items = tend(c, at(minutes));
  if (items.length === 0) return { c, done: [] };
  const next = lookAt(
    items.reduce((each, item) => after(each, item, minutes), c),
    minutes,
  );
  return { c: next.c, done: [...items.map(({ id, kind }) => `${id} ${kind}`), ...next.done] };
}

describe('what is overdue climbs', () => {
  test('CLK3 the holder is reminded, it goes back with raised priority, the supervisors are told: each once', () => {
    const c = waiting();
    expect(lookAt(c, 4.99).done).toEqual([]);
    const due = lookAt(c, 5);
    expect(due.done).toEqual(['c1:1:remind escalated']);
    expect(entryOf(due.c)).toMatchObject({ overdue: true, holder: 'agent:ann', priority: 0 });
    expect(lookAt(due.c, 9.99).done).toEqual([]);
    const back = lookAt(due.c, 10);
    expect(back.done).toEqual(['c1:1:return escalated', 'c1:1:return.returned returned']);
    expect(entryOf(back.c)).toMatchObject({ holder: 'queue:orders', priority: 1, waitingSince: at(0) });
    expect(entryOf(back.c)).not.toHaveProperty('told');
    const told = lookAt(back.c, 15);
    expect(told.done).toEqual(['c1:1:tell escalated']);
    expect(entryOf(told.c)).toMatchObject({ told: true, priority: 1 });
    expect(lookAt(told.c, 10_000).done).toEqual([]);
    expect(told.c.timetable.nextStepAt).toBeNull();
  });

  test('CLK3 after a night without anybody looking each step still happens once', () => {
    const { c, done } = lookAt(waiting(), 600);
    expect(done).toHaveLength(4);
    expect(entryOf(c)).toMatchObject({ overdue: true, told: true, priority: 1, holder: 'queue:orders' });
  });

  test('CLK3 with the answer everything that had climbed is over', () => {
    const { c } = lookAt(waiting(), 15);
    const body = { text: 'there', covers: c.head.n };
    const answered = after(c, { id: 'r', kind: 'message', actor: ANN, body }, 16);
    expect(answered).toMatchObject({ priority: 0, raised: null, told: false, overdue: false, clock: STOPPED });
    expect(lookAt(answered, 600).done).toEqual([]);
    expect(entryOf(answered)).not.toHaveProperty('told');
  });

  test('CLK3 a queue that returns and tells nobody only reminds', () => {
    const { done } = lookAt(waiting({ ...USUAL_TARGETS, returnAfterMs: null, tellAfterMs: null }), 600);
    expect(done).toEqual(['c1:1:remind escalated']);
  });

  test('CLK3 on a queue nothing is returned; its priority is raised', () => {
    const { c, done } = lookAt(waiting(USUAL_TARGETS, 'queue:orders'), 10);
    expect(done).toEqual(['c1:1:remind escalated', 'c1:1:return escalated']);
    expect(c).toMatchObject({ priority: 1, raised: 'queue:orders' });
  });
});

describe('leases', () => {
  const held = (is: Attendance) => ({ ...waiting(), attendance: { holder: 'agent:ann', is } });

  test.each(['signedOut', 'away', 'gone'] as const)(
    'LST6 what customers wait for goes back from one who is %s',
    (is) => {
      const items = tend(held(is), at(1));
      expect(items).toMatchObject([{ kind: 'returned', body: { from: 'agent:ann', to: 'queue:orders', reason: is } }]);
      expect(lookAt(held(is), 1).done).toHaveLength(1);
    },
  );

  test('LST6 nothing goes back from one who is there, or was away for a moment only', () => {
    for (const is of ['taking', 'pausing'] as const) expect(tend(held(is), at(1))).toEqual([]);
  });

  test('LST6 what was answered stays, and so does what another has by now', () => {
    const answered = after(held('gone'), { id: 'r', kind: 'message', actor: ANN, body: { text: 'x', covers: 2 } }, 1);
    expect(tend(answered, at(2))).toEqual([]);
    const body = { from: 'agent:ann', to: 'agent:bob' };
    expect(tend(after(held('gone'), { id: 'a', kind: 'assigned', actor: ANN, body }, 1), at(2))).toEqual([]);
  });

  const patience = { graceMs: 60_000, awayMs: 5_000, listens: true };
  test("LST6 silence is somebody's only where a whole grace was listened to", () => {
    const silent = { state: 'taking', sinceMs: 1e9, heardMs: 60_000 } as const;
    expect(attendanceOf(silent, patience)).toBe('gone');
    expect(attendanceOf({ ...silent, heardMs: 59_999 }, patience)).toBe('taking');
    expect(attendanceOf(silent, { ...patience, listens: false })).toBe('taking');
    expect(attendanceOf(undefined, patience)).toBe('gone');
    expect(attendanceOf(undefined, { ...patience, listens: false })).toBe('taking');
  });

  test('LST6 away counts after 5 s, whoever listened; signed out at once', () => {
    const away = { state: 'away', sinceMs: 4_999, heardMs: 0 } as const;
    expect(attendanceOf(away, patience)).toBe('pausing');
    expect(attendanceOf({ ...away, sinceMs: 5_000 }, { ...patience, listens: false })).toBe('away');
    expect(attendanceOf({ ...away, state: 'offline', sinceMs: 0 }, patience)).toBe('signedOut');
  });
});

describe('snoozes', () => {
  const snoozed = (is: Attendance) => {
    const answered = after(waiting(), { id: 'r', kind: 'message', actor: ANN, body: { text: 'x', covers: 2 } }, 1);
    const c = after(answered, { id: 's', kind: 'snoozed', actor: ANN, body: { until: at(30) } }, 1);
    return { ...c, attendance: { holder: 'agent:ann', is } };
  };

  test('LST7 one that ran out comes back to its holder if they take chats, else to the queue', () => {
    expect(snoozed('taking').timetable.nextStepAt).toBe(at(30));
    expect(lookAt(snoozed('taking'), 29).done).toEqual([]);
    const { c, done } = lookAt(snoozed('taking'), 30);
    expect(done).toEqual(['c1:4:wake reopened']);
    expect(entryOf(c)).toMatchObject({ state: 'active', holder: 'agent:ann', snoozedUntil: null });
    for (const is of ['pausing', 'away', 'gone', 'signedOut'] as const) {
      const { c } = lookAt(snoozed(is), 30);
      expect(entryOf(c)).toMatchObject({ state: 'active', holder: 'queue:orders' });
    }
  });
});

describe('opening hours', () => {
  const hours: Hours = { zone: 'UTC', week: { mon: [['09:00', '11:00']], tue: [['09:00', '11:00']] }, holidays: [] };

  test('CLK2 a clock stands still while the queue is closed, and the steps with it', () => {
    const targets = { ...USUAL_TARGETS, firstReplyMs: 70 * MINUTE, hours };
    const { clock, timetable } = waiting(targets);
    // Open from 10:00 to 11:00 of the first day and from 9:00 of the next.
    expect(clock.dueAt).toBe('2026-11-24T09:10:00.000Z');
    expect(clock.steps.map((step) => step.at.slice(5, 16))).toEqual(['11-24T09:10', '11-24T09:15', '11-24T09:20']);
    expect(timetable).toEqual({ pausedUntil: null, nextStepAt: '2026-11-23T11:00:00.000Z' });
    expect(timetableOf(clock, null, hours, '2026-11-23T11:00:00.000Z')).toEqual({
      pausedUntil: '2026-11-24T09:00:00.000Z',
      nextStepAt: '2026-11-24T09:00:00.000Z',
    });
    expect(timetableOf(clock, null, hours, '2026-11-24T09:00:00.000Z')).toEqual({
      pausedUntil: null,
      nextStepAt: '2026-11-24T09:10:00.000Z',
    });
  });

  test('CLK2 nobody who waits is ever without a time at which somebody looks, before the next step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_160 }), fc.integer({ min: 1, max: 600 }), (minutes, target) => {
        const since = at(minutes);
        const clock = clockFor(since, false, { ...USUAL_TARGETS, firstReplyMs: target * MINUTE, hours });
        const { pausedUntil, nextStepAt } = timetableOf(clock, null, hours, since);
        expect(clock.soonAt && clock.dueAt && clock.soonAt <= clock.dueAt && since <= clock.soonAt).toBe(true);
        expect(clock.steps[0]).toEqual({ step: 'remind', at: clock.dueAt });
        expect(nextStepAt !== null && nextStepAt > since && nextStepAt <= (clock.dueAt as string)).toBe(true);
        if (pausedUntil !== null) expect(pausedUntil <= (clock.dueAt as string)).toBe(true);
      }),
      runs(200),
    );
  });
});
