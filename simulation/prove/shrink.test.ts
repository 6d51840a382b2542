import { expect, test } from 'vitest';
import { NO_FAULTS } from '../world/faults.ts';
import { NO_FIGURES, type Outcome, type WorldOptions } from '../world/world.ts';
import { faultsLeft, shrink } from './shrink.ts';

/** A world that breaks a rule where there are cuts and at least ten seconds, whatever else goes wrong. */
async function play({ seed, faults = DRAWN, seconds = 60 }: WorldOptions): Promise<Outcome> {
  const isBroken = faults.cuts > 0 && seconds >= 10;
  const violations = isBroken ? [{ rule: 'I1', what: 'a window differs' }] : [];
  return { seed, faults, violations, story: [], figures: NO_FIGURES };
}
const DRAWN = { ...NO_FAULTS, cuts: 3, kills: 2, busDead: true };

test('only the faults are left without which the rule holds, and the shortest storm', async () => {
  const { faults, seconds, outcome } = await shrink(7, play);
  expect(faultsLeft(faults)).toEqual({ cuts: 3 });
  expect(seconds).toBeGreaterThanOrEqual(10);
  expect(seconds).toBeLessThan(15);
  expect(outcome.violations).toHaveLength(1);
});

test('a world that breaks no rule is left as it is', async () => {
  const { tries, seconds } = await shrink(7, async (options) => ({ ...(await play(options)), violations: [] }));
  expect({ tries, seconds }).toEqual({ tries: 1, seconds: 60 });
});
