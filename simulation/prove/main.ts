import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playWorld, type WorldOptions } from '../world/world.ts';
import { mutantsOf, type Trial, tryMutant } from './mutants.ts';
import { writeTable } from './proof-page.ts';
import { faultsLeft, shrink } from './shrink.ts';
import { type Broken, playWorlds } from './worlds.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    seconds: { type: 'string' },
    /** So long worlds are played at most, however many there are. */
    minutes: { type: 'string' },
    trace: { type: 'string' },
    only: { type: 'string' },
    partitions: { type: 'boolean', default: false },
    third: { type: 'string' },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    /** A file for what --json prints. */
    report: { type: 'string' },
  },
});

type NumberName = 'seeds' | 'from' | 'seed' | 'seconds' | 'minutes' | 'third';
function numberIn(name: NumberName): number {
  const text = values[name] ?? '';
  if (!/^\d+$/.test(text)) throw new Error(`--${name} is a whole number`);
  return Number(text);
}

const say = (text: string) => process.stdout.write(values.json ? '' : `${text}\n`);
const results: Record<string, unknown> = {};

/** One world with its whole story. */
async function oneWorld(): Promise<boolean> {
  const seed = numberIn('seed');
  const { trace, partitions } = values;
  const outcome = await playWorld({
    seed,
    partitions,
    ...(values.seconds === undefined ? {} : { seconds: numberIn('seconds') }),
    ...(trace === undefined ? {} : { trace }),
  });
  say([...outcome.story, JSON.stringify(outcome.figures)].join('\n'));
  results.world = outcome;
  return outcome.violations.length === 0;
}

const MOST_SHRUNK = 3;
/** Worlds whose networks never become whole take longer, and have less in them to go wrong. */
const WHOLE_PER_PARTED = 20;

async function worlds(partitions = false): Promise<boolean> {
  const result = await playWorlds({
    root,
    from: numberIn('from'),
    count: Math.ceil(numberIn('seeds') / (partitions ? WHOLE_PER_PARTED : 1)),
    processes: availableParallelism(),
    partitions,
    givesWay: values.only === undefined,
    ...(values.minutes === undefined ? {} : { mostMs: numberIn('minutes') * 60_000 }),
    tell: (played, broken) => progress(`${played} worlds, broken: ${broken.map(seedAndRule).join(', ') || 'none'}`),
  });
  const { played, seconds, figures, broken, crashed } = result;
  const list = Object.entries(figures).map(([name, count]) => `${count} ${name}`);
  say(
    `${partitions ? 'worlds with partitions' : 'worlds'}: ${played} in ${Math.round(seconds)} s (${list.join(', ')}): ${broken.length} broke a rule`,
  );
  for (const one of broken.slice(0, MOST_SHRUNK)) await tellBroken(one, partitions);
  for (const { seed, violations } of broken.slice(MOST_SHRUNK)) say(`  seed ${seed}: ${violations[0]?.rule}`);
  if (crashed !== undefined) say(`A process that plays worlds ${crashed}`);
  results[partitions ? 'partitions' : 'worlds'] = result;
  return broken.length === 0 && crashed === undefined;
}

const seedAndRule = ({ seed, violations }: Broken) => `${seed} (${violations[0]?.rule})`;

let toldAt = Date.now();

function progress(text: string): void {
  if (Date.now() - toldAt < 5_000) return;
  toldAt = Date.now();
  process.stderr.write(`  ${text}\n`);
}

/** The story of the smallest world that still breaks the same rule, and how to see it again. */
async function tellBroken({ seed }: Broken, partitions: boolean): Promise<void> {
  const play = (options: WorldOptions) => playWorld({ ...options, partitions });
  const { faults, seconds, outcome, tries } = await shrink(seed, play);
  say(`\nSeed ${seed} breaks ${outcome.violations[0]?.rule}. The smallest of ${tries} worlds that do:`);
  say(outcome.story.map((line) => `  ${line}`).join('\n'));
  say(`  with ${JSON.stringify(faultsLeft(faults))} for ${seconds} s`);
  say(`Again, with all faults of the seed: npm run prove -- --seed ${seed}${partitions ? ' --partitions' : ''}`);
}

/** At most so many worlds, or so long, until a mutant must have been found. */
const LIMITS = { worlds: 3_000, mostMs: 8 * 60_000 };

/** Each mutant in a copy of the tree of its own, as many at once as there are cores. */
async function mutants(named?: string): Promise<boolean> {
  const third = values.third === undefined ? undefined : numberIn('third') % 3;
  const all = mutantsOf(root);
  const wanted = all.filter(({ name }, index) =>
    named === undefined ? third === undefined || index % 3 === third : name === named,
  );
  if (wanted.length === 0) throw new Error(`there is no mutant ${named}`);
  const waiting = [...wanted];
  const trials: Trial[] = [];
  const run = async () => {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const trial = await tryMutant(root, mutant, LIMITS);
      trials.push(trial);
      if (values.write) writeTable(root, trials, all);
      say(`  ${trialLine(trial)}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, run));
  trials.sort((a, b) => (a.name < b.name ? -1 : 1));
  const missed = trials.filter(({ isFound }) => !isFound);
  say(`mutants: ${trials.length - missed.length} of ${trials.length} found`);
  results.mutants = trials;
  return missed.length === 0;
}

function trialLine({ name, isFound, by, worlds: played, seconds }: Trial): string {
  const how = played === undefined ? `${seconds} s` : `${played} worlds, ${seconds} s`;
  return `${isFound ? 'found' : 'NOT FOUND'} ${name} after ${how}: ${by}`;
}

/** A part that is a program of its own. */
async function program(path: string, ...words: string[]): Promise<boolean> {
  const stdout = values.json ? 'ignore' : 'inherit';
  const child = spawn(process.execPath, [join(root, path), ...words], { stdio: ['ignore', stdout, 'inherit'] });
  const status = await new Promise((resolve, reject) => child.on('close', resolve).on('error', reject));
  results[path] = status;
  return status === 0;
}

const PARTS = {
  small: () => program('simulation/small/main.ts'),
  worlds: () => worlds(),
  partitions: () => worlds(true),
  mutants: () => mutants(),
  faults: () => program('simulation/real/main.ts', '--size', 'usual'),
};

/** Worlds need processors; what is real waits most of its time, and takes only the rest of twenty minutes beside them. */
const SIDE_BY_SIDE: (keyof typeof PARTS)[][] = [
  ['small', 'worlds', 'partitions'],
  ['faults', 'mutants'],
];

async function proveAll(): Promise<boolean> {
  const begun = Date.now();
  const inTurn = async (names: (keyof typeof PARTS)[]) => {
    let isGood = true;
    for (const name of names) {
      say(`── ${name} ──`);
      const isPartGood = await PARTS[name]();
      say(`── ${name}: ${isPartGood ? 'as it must be' : 'BROKEN'}, ${minutesSince(begun)} from the beginning ──`);
      isGood &&= isPartGood;
    }
    return isGood;
  };
  const all = await Promise.all(SIDE_BY_SIDE.map(inTurn));
  return all.every((isGood) => isGood);
}

const minutesSince = (begun: number) => `${((Date.now() - begun) / 60_000).toFixed(1)} min`;

async function run(): Promise<boolean> {
  if (values.seed !== undefined) return oneWorld();
  const { only } = values;
  if (only === undefined) return proveAll();
  return only in PARTS ? PARTS[only as keyof typeof PARTS]() : mutants(only);
}

const isGood = await run();
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(results));
if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
else if (values.seed === undefined) say(isGood ? 'proven' : 'NOT proven: see above');
process.exitCode = isGood ? 0 : 1;
