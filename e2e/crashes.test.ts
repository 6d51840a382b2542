import { expect, test } from 'vitest';
import { runCrashes } from './crash-round.ts';

test('I1 I2 I3 I5 I8 pages, connections and the server die while people write: judged by what the pages showed', async () => {
  const { faults, failures, windows, replies, done } = await runCrashes({ seed: 1, size: 'quick' });
  expect({ faults, failures }).toEqual({ faults: [], failures: [] });
  expect(windows).toBe(3);
  expect(Math.min(replies, done.renderer ?? 0, done.server ?? 0)).toBeGreaterThan(0);
});
