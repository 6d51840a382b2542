import { expect, test } from 'vitest';
import { figuresBegin, figuresOf, type Wait } from './figures.ts';

const DAY = Date.parse('2026-03-02T08:00:00.000Z');
const NOW = Date.parse('2026-03-02T10:07:00.000Z');
const minute = 60_000;

function wait(asked: number, ended?: number, by: Wait['by'] = 'next', due = asked + 5): Wait {
  const at = (minutes: number) => DAY + minutes * minute;
  return { asked: at(asked), due: at(due), ...(ended === undefined ? {} : { ended: at(ended), by }) };
}

test('figures count what began and was answered since the day began, and what still waits', () => {
  const waits = [
    wait(-30, -20),
    wait(-10, 2, 'first'),
    wait(10, 11, 'first'),
    wait(20, 23),
    wait(30, 32, 'mark'),
    wait(120),
  ];
  const figures = figuresOf(waits, DAY, NOW);
  expect(figures).toMatchObject({
    arrived: 4,
    answered: 3,
    inTime: 2,
    first: { count: 2, p50Ms: minute, p90Ms: 12 * minute },
    next: { count: 1, p50Ms: 3 * minute, p90Ms: 3 * minute },
    unansweredMinutes: 2 + 1 + 3 + 2 + 7,
    longestWaitMs: 12 * minute,
    lastAnswerAt: '2026-03-02T08:23:00.000Z',
  });
  expect(figures.hours.map(({ arrived, answered }) => [arrived, answered])).toEqual([
    [3, 3],
    [0, 0],
    [1, 0],
  ]);
  expect(figures.firstByWait.flatMap(({ toMs, count, inTime }) => (count ? [[toMs, count, inTime]] : []))).toEqual([
    [90_000, 1, 1],
    [null, 1, 0],
  ]);
});

test('who waited is sampled every five minutes of two hours, and no figure needs more than was read', () => {
  const { waiting, quarters } = figuresOf([wait(115, 125), wait(118)], DAY, NOW);
  expect([waiting.length, waiting[0]?.at, waiting.at(-1)?.at]).toEqual([
    25,
    '2026-03-02T08:05:00.000Z',
    '2026-03-02T10:05:00.000Z',
  ]);
  expect(waiting.slice(-3).map(({ count }) => count)).toEqual([1, 2, 1]);
  expect(quarters[0]?.at).toBe('2026-03-02T08:00:00.000Z');
  expect(figuresBegin(NOW, NOW)).toBeLessThanOrEqual(Date.parse(quarters[0]?.at ?? ''));
});

test('a day without a wait has no halves and no tenths', () => {
  expect(figuresOf([], DAY, NOW)).toMatchObject({ first: { count: 0, p50Ms: null, p90Ms: null }, lastAnswerAt: null });
});
