import type { Violation } from '../world/check.ts';
import { type Faults, NO_FAULTS } from '../world/faults.ts';
import { type Outcome, stormOf, type WorldOptions } from '../world/world.ts';

/** The smallest world found that still breaks the same rule. */
export interface Shrunk {
  faults: Faults;
  seconds: number;
  outcome: Outcome;
  /** Worlds that were played for it. */
  tries: number;
}

const ruleOf = (violations: Violation[]) => violations[0]?.rule;

/**
 * Makes a broken world smaller: drops its faults one by one, and shortens the time in which things go wrong, as long as
 * the first rule that it breaks stays the same.
 */
export async function shrink(
  seed: number,
  play: (options: WorldOptions) => Promise<Outcome>,
  seconds = stormOf(seed),
): Promise<Shrunk> {
  const first = await play({ seed, seconds });
  const rule = ruleOf(first.violations);
  let best: Shrunk = { faults: first.faults, seconds, outcome: first, tries: 1 };
  if (rule === undefined) return best;
  const attempt = async (faults: Faults, storm: number): Promise<boolean> => {
    const outcome = await play({ seed, faults, seconds: storm });
    const isStill = ruleOf(outcome.violations) === rule;
    best = isStill ? { faults, seconds: storm, outcome, tries: best.tries + 1 } : { ...best, tries: best.tries + 1 };
    return isStill;
  };
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const name of Object.keys(NO_FAULTS) as (keyof Faults)[]) {
      if (best.faults[name] === NO_FAULTS[name]) continue;
      if (await attempt({ ...best.faults, [name]: NO_FAULTS[name] }, best.seconds)) isSmaller = true;
    }
    while (best.seconds > 2 && (await attempt(best.faults, Math.floor(best.seconds * 0.7)))) isSmaller = true;
  }
  return best;
}

/** The faults that are left, as a world is told of them. */
export function faultsLeft(faults: Faults): Partial<Faults> {
  const names = Object.keys(NO_FAULTS) as (keyof Faults)[];
  return Object.fromEntries(
    names.filter((name) => faults[name] !== NO_FAULTS[name]).map((name) => [name, faults[name]]),
  );
}
