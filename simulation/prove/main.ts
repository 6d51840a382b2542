import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playWorld } from '../world/world.ts';
import { faultsLeft, shrink } from './shrink.ts';
import { type Broken, playWorlds } from './worlds.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    trace: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

function numberIn(name: 'seeds' | 'from' | 'seed' | 'seconds'): number {
  const text = values[name] ?? '';
  if (!/^\d+$/.test(text)) throw new Error(`--${name} is a whole number`);
  return Number(text);
}

const say = (text: string) => process.stdout.write(values.json ? '' : `${text}\n`);

/** One world with its whole story. */
async function oneWorld(): Promise<boolean> {
  const seed = numberIn('seed');
  const { trace } = values;
  const outcome = await playWorld({ seed, seconds: numberIn('seconds'), ...(trace === undefined ? {} : { trace }) });
  say([...outcome.story, JSON.stringify(outcome.figures)].join('\n'));
  if (values.json) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
  return outcome.violations.length === 0;
}

const MOST_SHRUNK = 3;

async function worlds(): Promise<boolean> {
  const result = await playWorlds({
    root,
    from: numberIn('from'),
    count: numberIn('seeds'),
    processes: availableParallelism(),
    tell: progress,
  });
  const { played, seconds, figures, broken, crashed } = result;
  const list = Object.entries(figures).map(([name, count]) => `${count} ${name}`);
  say(`${played} worlds in ${Math.round(seconds)} s (${list.join(', ')}): ${broken.length} broke a rule`);
  for (const one of broken.slice(0, MOST_SHRUNK)) await tellBroken(one);
  for (const { seed, violations } of broken.slice(MOST_SHRUNK)) say(`  seed ${seed}: ${violations[0]?.rule}`);
  if (crashed !== undefined) say(`A process that plays worlds ${crashed}`);
  if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  return broken.length === 0 && crashed === undefined;
}

let toldAt = Date.now();

function progress(played: number, broken: number): void {
  if (Date.now() - toldAt < 5_000) return;
  toldAt = Date.now();
  process.stderr.write(`  ${played} worlds, ${broken} broken\n`);
}

/** The story of the smallest world that still breaks the same rule, and how to see it again. */
async function tellBroken({ seed }: Broken): Promise<void> {
  const { faults, seconds, outcome, tries } = await shrink(seed, playWorld);
  say(`\nSeed ${seed} breaks ${outcome.violations[0]?.rule}. The smallest of ${tries} worlds that do:`);
  say(outcome.story.map((line) => `  ${line}`).join('\n'));
  say(`  with ${JSON.stringify(faultsLeft(faults))} for ${seconds} s`);
  say(`Again, with all faults of the seed: npm run prove -- --seed ${seed}`);
}

const isGood = await (values.seed === undefined ? worlds() : oneWorld());
process.exitCode = isGood ? 0 : 1;
