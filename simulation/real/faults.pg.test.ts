import { expect, test } from 'vitest';
import { planOf } from './plan.ts';
import { runFaults } from './run-faults.ts';

const minute = 60_000;

test(
  'I1 I2 I3 I4 I5 I8 I15 nothing is lost, doubled, reordered or answered blindly while networks and processes fail',
  async () => {
    const { faults, failures, replies, windows, done } = await runFaults({ seed: 1, size: 'quick' });
    expect({ faults, failures }).toEqual({ faults: [], failures: [] });
    expect(Math.min(replies, windows, done.server ?? 0, done.postmaster ?? 0)).toBeGreaterThan(0);
  },
  5 * minute,
);

test('a seed and a size make one plan', () => {
  expect(planOf(7, 'usual')).toEqual(planOf(7, 'usual'));
  expect(planOf(8, 'usual')).not.toEqual(planOf(7, 'usual'));
});
