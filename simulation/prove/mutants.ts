import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { playWorld } from '../world/world.ts';
import { copyWith, dropCopy } from './copy.ts';
import { type Mutant, parseMutant } from './patch.ts';
import { type Broken, playWorlds } from './worlds.ts';

/** What became of a mutant. */
export interface Trial {
  name: string;
  rule: string;
  title: string;
  where: 'worlds' | 'pg' | 'unit';
  isFound: boolean;
  /** Worlds played, or seconds of tests run, until it was found. */
  worlds?: number;
  seconds: number;
  /** The rule that gave it away, or the test; or why it was not found. */
  by: string;
}

export interface MutantLimits {
  worlds: number;
  mostMs: number;
}

/** All mutants of the tree, by name. */
export function mutantsOf(root: string): Mutant[] {
  const folder = join(root, 'simulation/mutants');
  const names = readdirSync(folder).filter((name) => name.endsWith('.patch'));
  return names
    .toSorted()
    .map((name) => parseMutant(name.slice(0, -'.patch'.length), readFileSync(join(folder, name), 'utf8')));
}

/** Runs one mutant until it is found. */
export async function tryMutant(root: string, mutant: Mutant, limits: MutantLimits): Promise<Trial> {
  const { name, rule, title, where } = mutant;
  const [kind, ...files] = where.split(' ') as [Trial['where'], ...string[]];
  const about = { name, rule, title, where: kind };
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 100) / 10;
  let folder: string;
  try {
    folder = copyWith(root, mutant);
  } catch (error) {
    return {
      ...about,
      isFound: false,
      seconds: seconds(),
      by: `the patch does not apply: ${(error as Error).message}`,
    };
  }
  try {
    const result = kind === 'worlds' ? await inWorlds(folder, limits) : await inTests(folder, kind, files, limits);
    return { ...about, ...result, seconds: seconds() };
  } finally {
    dropCopy(folder);
  }
}

type Result = Pick<Trial, 'isFound' | 'by' | 'worlds'>;

async function inWorlds(folder: string, { worlds, mostMs }: MutantLimits): Promise<Result> {
  const options = { root: folder, from: 1, count: worlds, processes: 1, stopsAtFirst: true, mostMs };
  const { played, broken, crashed } = await playWorlds(options);
  if (crashed !== undefined) return { isFound: false, by: `it does not run: ${crashed}`, worlds: played };
  const [violation] = broken[0]?.violations ?? [];
  if (!violation) return { isFound: false, by: 'no world broke a rule', worlds: played };
  const { seed } = broken[0] as Broken;
  const whole = await playWorld({ seed });
  if (whole.violations.length > 0) return { isFound: false, by: `seed ${seed} breaks a rule without it too` };
  return { isFound: true, by: violation.rule, worlds: played };
}

interface Report {
  numFailedTests: number;
  testResults: { assertionResults: { status: string; title: string }[] }[];
}

async function inTests(folder: string, project: string, files: string[], { mostMs }: MutantLimits): Promise<Result> {
  const report = join(folder, 'report.json');
  const words = ['run', '--project', project, '--bail=1', '--reporter=json', `--outputFile.json=${report}`, ...files];
  await new Promise<void>((resolve) => {
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, ...words], { cwd: folder, stdio: 'ignore', timeout: mostMs });
    child.on('error', () => resolve());
    child.on('close', () => resolve());
  });
  const found = failedIn(report);
  if (typeof found === 'string') return { isFound: true, by: found };
  return { isFound: false, by: found === undefined ? 'no test failed' : `the tests did not run: ${found.message}` };
}

/** The first test that failed, if one did. */
function failedIn(path: string): string | undefined | Error {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
    const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    if (results.length === 0) return new Error('there were none');
    return results.find(({ status }) => status === 'failed')?.title;
  } catch (error) {
    return error as Error;
  }
}
