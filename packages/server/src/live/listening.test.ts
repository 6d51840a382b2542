import { expect, test } from 'vitest';
import { Listening } from './listening.ts';

test('LST6 after a start, a gap, or a clock that jumps either way the grace begins anew', () => {
  const listening = new Listening(0, 10);
  const goOn = (from: number, to: number) => {
    for (let now = from; now <= to; now += 5) listening.noted(now);
  };
  goOn(5, 55);
  expect(listening.has(60, 55)).toBe(false);
  goOn(60, 60);
  expect(listening.has(60, 60)).toBe(true);
  // Nothing noted for longer than a gap: whether it goes on is not known yet, and then it did not.
  expect(listening.has(60, 71)).toBe(false);
  goOn(80, 100);
  expect(listening.has(60, 100)).toBe(false);
  goOn(105, 140);
  expect(listening.has(60, 140)).toBe(true);
  listening.noted(100);
  expect(listening.has(60, 100)).toBe(false);
  goOn(105, 160);
  expect(listening.has(60, 160)).toBe(true);
  listening.missed(161);
  expect(listening.has(1, 161)).toBe(false);
});
