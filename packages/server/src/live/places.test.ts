import { expect, test } from 'vitest';
import { expectedWait } from './places.ts';

test('LST9 the expected wait is the place times the measured pace, in steps of 30 s; nothing where it was not measured', () => {
  expect(expectedWait(3, undefined)).toBeNull();
  expect(expectedWait(1, 10_000)).toBe(30_000);
  expect(expectedWait(3, 10_000)).toBe(30_000);
  expect(expectedWait(4, 10_000)).toBe(60_000);
  expect(expectedWait(1, 0)).toBe(30_000);
});
