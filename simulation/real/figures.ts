import { FAULTS, type FaultName, type Verdict } from './checker.ts';

/** How often each fault was done, by name. */
export type Done = Record<string, number>;

/** What a round of real faults came to. */
export interface Figures extends Verdict {
  ok: boolean;
  seed: number;
  seconds: number;
  done: Done;
  counts: Record<FaultName, number>;
  /** What went wrong with the round itself, or with a process that ended by itself. */
  failures: string[];
}

const KEPT = 30;

/** Counts what is done. */
export function count(done: Done, what: string): void {
  done[what] = (done[what] ?? 0) + 1;
}

/** Does a part of a round; what goes wrong with it is a failure of the round, and what comes after is done all the same. */
export async function attempt(failures: string[], part: () => Promise<void>): Promise<void> {
  try {
    await part();
  } catch (thrown) {
    failures.push(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Runs a round, which fills in what it did and what failed, and sums up. A round that compared nothing is not in order. */
export async function figuresOf(
  seed: number,
  round: (done: Done, failures: string[]) => Promise<Verdict>,
): Promise<Figures> {
  const began = performance.now();
  const done: Done = {};
  const failures: string[] = [];
  const verdict = await round(done, failures);
  const counts = Object.fromEntries(FAULTS.map((name) => [name, 0])) as Figures['counts'];
  for (const { fault } of verdict.faults) counts[fault]++;
  const ok = verdict.faults.length + failures.length === 0 && verdict.replies > 0 && verdict.windows > 0;
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  return { ...verdict, faults: verdict.faults.slice(0, KEPT), ok, seed, seconds, done, counts, failures };
}
