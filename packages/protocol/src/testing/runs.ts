import type { Parameters } from 'fast-check';

/**
 * How often a property is tried: always the same examples, so that a red run is red for everybody. `FC_RUNS` multiplies
 * them for a long run, `FC_SEED` draws others; what fails names its seed.
 */
export function runs(usual: number): Pick<Parameters<unknown>, 'numRuns' | 'seed'> {
  const { FC_RUNS = '1', FC_SEED = '2026' } = process.env;
  return { numRuns: usual * Number(FC_RUNS), seed: Number(FC_SEED) };
}
