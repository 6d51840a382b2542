import { parseArgs } from 'node:util';
import type { Figures } from './figures.ts';
import { SIZES, type Size } from './plan.ts';
import { runFaults } from './run-faults.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    rounds: { type: 'string', default: '1' },
    size: { type: 'string', default: 'usual' },
    browser: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const { seed, rounds, size, browser, json } = values;
if (!(size in SIZES)) throw new Error(`--size is one of ${Object.keys(SIZES).join(', ')}`);
if (!/^\d+$/.test(seed) || !/^\d+$/.test(rounds)) throw new Error('--seed and --rounds are whole numbers');

// Only who wants the browser needs it to be there.
const run = browser ? (await import('../../e2e/crash-round.ts')).runCrashes : runFaults;
const all: Figures[] = [];
for (let round = 0; round < Number(rounds); round++) {
  let happened = 0;
  const tell = (what: string) => {
    happened++;
    if (!json && process.stderr.isTTY) process.stderr.write(`\r${happened} ${what}\x1b[K`);
  };
  const figures = await run({ seed: Number(seed) + round, size: size as Size, tell });
  all.push(figures);
  if (!json) process.stdout.write(`${sentence(figures)}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
process.exitCode = all.every(({ ok }) => ok) ? 0 : 1;

function sentence({ ok, seed, seconds, done, counts, faults, failures, ...rest }: Figures): string {
  const list = (of: Record<string, number>) => Object.entries(of).map(([name, count]) => `${count} ${name}`);
  return [
    `${ok ? 'ok' : 'NOT OK'}: seed ${seed}, ${seconds} s; ${list(done).join(', ')}`,
    `  ${list({ ...rest }).join(', ')}; ${list(counts).join(', ')}`,
    ...faults.map(({ fault, text, why }) => `  ${fault}: ${text}: ${why}`),
    ...failures.map((failure) => `  ${failure}`),
  ].join('\n');
}
