import { expect, test } from 'vitest';
import { steadyClock } from './steady.ts';

test('BEAT5 LST6 a clock that is set back does not stop what is measured by it', () => {
  const machine = { wall: 1_000_000, steady: 50 };
  const now = steadyClock(
    () => machine.wall,
    () => machine.steady,
  );
  const pass = (wall: number, steady: number) => {
    machine.wall += wall;
    machine.steady += steady;
    return now();
  };
  expect(now()).toBe(1_000_000);
  expect(pass(10, 10)).toBe(1_000_010);
  // Set back by an hour while five seconds pass.
  expect(pass(-3_595_000, 5_000)).toBe(1_005_010);
  expect(pass(1_000, 1_000)).toBe(1_006_010);
  // Asleep for an hour: what counts the processor's time stood still.
  expect(pass(3_600_000, 0)).toBe(4_606_010);
  expect(pass(0, 0)).toBe(4_606_010);
});
