// npm test: every check and every test, the quick ones first. `npm test -- types unit` runs only the stages named, and
// `npm test -- all` also those that take too long for every day.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensure, environment, fail, root } from './ensure.mjs';
import { browser, nats } from './needs.mjs';

const node = ensure();
const scratch = mkdtempSync(join(tmpdir(), 'heed-npm-test-'));

const stages = {
  types: () => check('typescript/bin/tsc', ['-b']),
  style: () => check('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
  unused: () => check('knip/bin/knip.js', []),
  unit: () => vitest('unit'),
  pg: () => vitest('pg'),
  browser: async () => vitest('e2e', await browser(node)),
};

const long = {
  'pg-long': () => vitest('pg-long'),
  'browser-long': async () => vitest('e2e-long', await browser(node)),
  nodes: () => vitest('nodes', nats()),
  worlds: () => prove('worlds', '--seeds', '2000'),
  partitions: () => prove('partitions', '--seeds', '2000'),
  mutants: () => prove('mutants', '--third', String(third())),
};

const isAll = process.argv[2] === 'all';
const named = isAll ? [] : process.argv.slice(2);
const known = { ...stages, ...long };
const unknown = named.find((name) => !(name in known));
if (unknown !== undefined) fail(`There is no stage ${unknown}; there are ${Object.keys(known).join(', ')}, and all.`);

const total = { passed: 0, failed: 0, skipped: 0 };
const failedStages = [];
for (const [name, run] of Object.entries(isAll || named.length > 0 ? known : stages)) {
  if (named.length > 0 && !named.includes(name)) continue;
  process.stdout.write(`\n── ${name} ──\n`);
  const began = Date.now();
  const result = await attempt(run);
  for (const key of Object.keys(total)) total[key] += result[key];
  if (result.failed > 0) failedStages.push(name);
  process.stdout.write(`── ${name}: ${sentence(result)}, ${((Date.now() - began) / 1000).toFixed(1)} s ──\n`);
}
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(failedStages.length > 0 ? `\nFailed: ${failedStages.join(', ')}\n` : '\n');
process.stdout.write(`${sentence(total)}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A stage that cannot even begin is a failure like any other: the line at the end must come. */
async function attempt(run) {
  try {
    return await run();
  } catch (thrown) {
    process.stderr.write(`${thrown.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** A check counts as one test. */
function check(program, args) {
  const ok = run(program, args) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** A part of the proof counts its worlds together as one, and each mutant as one. */
function prove(part, ...words) {
  const report = join(scratch, `${part}.json`);
  const status = run('../simulation/prove/main.ts', ['--only', part, ...words, '--report', report]);
  const { mutants = [] } = reportIn(report);
  const failed = mutants.filter(({ isFound }) => !isFound).length;
  if (mutants.length === 0) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  return { passed: mutants.length - failed, failed: status === 0 ? 0 : Math.max(1, failed), skipped: 0 };
}

/** Which third of the mutants: the same for the same commit, another for most others. */
function third() {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return Number.parseInt(stdout?.[0] ?? '0', 16) % 3 || 0;
}

function reportIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    process.stderr.write(`The proof left no report (${thrown.message}).\n`);
    return {};
  }
}

function vitest(project, env = {}) {
  const report = join(scratch, `${project}.json`);
  const args = [
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ];
  const status = run('vitest/vitest.mjs', args, env);
  const counts = countsIn(report);
  // A file that does not load, or an error after the last test, fails no test by name and is a failure all the same.
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countsIn(report) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch (thrown) {
    process.stderr.write(`The tests left no report (${thrown.message}).\n`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function run(program, args, env = {}) {
  const { status, error } = spawnSync(node, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: environment(env),
  });
  if (error) process.stderr.write(`${program} could not be run (${error.message}).\n`);
  return status ?? 1;
}
