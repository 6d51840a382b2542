import { expect, test } from 'vitest';
import { EMOJI, stepTo } from './emoji.ts';

test('arrows lead through the signs, in the direction of the script, and not beyond them', () => {
  expect(stepTo('ArrowRight', 0, 60, false)).toBe(1);
  expect(stepTo('ArrowRight', 5, 60, true)).toBe(4);
  expect(stepTo('ArrowDown', 0, 60, true)).toBe(8);
  expect(stepTo('ArrowUp', 3, 60, false)).toBe(0);
  expect(stepTo('ArrowDown', 58, 60, false)).toBe(59);
  expect([stepTo('Home', 7, 60, false), stepTo('End', 7, 60, false), stepTo('a', 7, 60, false)]).toEqual([
    0,
    59,
    undefined,
  ]);
});

test('each sign is there once', () => {
  const all = EMOJI.flatMap((group) => group.all);
  expect(new Set(all).size).toBe(all.length);
});
