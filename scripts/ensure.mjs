// Makes sure that the dependencies of the committed lock are installed, and says where their Node is.
// Runs on whatever Node the machine has (20 or newer) and needs nothing but it and npm.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeTurn } from './lock.mjs';

/** The folder of the project. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const modules = join(root, 'node_modules');
const stampFile = join(modules, '.heed-stamp');
const lockFile = join(modules, '.heed-installing');
const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Installs if the lock has changed since; returns the path of the Node that everything runs on. */
export function ensure() {
  requireNode();
  if (isCurrent()) return node;
  try {
    mkdirSync(modules, { recursive: true });
    const endTurn = takeTurn(lockFile, 'installing');
    try {
      if (!isCurrent()) install();
    } finally {
      endTurn();
    }
  } catch (thrown) {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(thrown.code)) throw thrown;
    fail(`The dependencies cannot be installed in ${modules}: ${thrown.message}.`);
  }
  return node;
}

/** The environment in which the project's tools run: its Node and its programs come first. */
export function environment(more = {}) {
  // What Node makes of our sources is kept between runs: half of the time a command takes to begin.
  const NODE_COMPILE_CACHE = join(modules, '.cache/node');
  return {
    ...process.env,
    NODE_COMPILE_CACHE,
    PATH: `${join(modules, '.bin')}:${dirname(node)}:${process.env.PATH ?? ''}`,
    ...more,
  };
}

/** Ends with one sentence. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function requireNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Node ${process.versions.node} is too old to install Heed with; 20 or newer is needed.`);
}

function isCurrent() {
  return existsSync(stampFile) && existsSync(node) && readFileSync(stampFile, 'utf8') === wantedStamp();
}

function wantedStamp() {
  const hash = createHash('sha256');
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'package.json'));
  for (const file of ['package-lock.json', 'package.json', ...packages.sort()]) {
    if (existsSync(join(root, file))) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function install() {
  say('Installing what Heed needs (about a minute the first time) …');
  // Not npm ci: it refuses a lock that was written where some platforms' packages were not to be had.
  runNpm([
    'install',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts=false',
    '--no-fund',
    '--no-audit',
    '--loglevel=error',
  ]);
  if (!runs(node)) {
    say('The install script of Node 24 did not run; trying again …');
    runNpm(['rebuild', 'node', '--loglevel=error']);
  }
  if (!runs(node)) {
    fail(
      'Node 24 (the npm package "node") could not be installed: allow install scripts (npm config ignore-scripts=false), and run npm rebuild node.',
    );
  }
  // After npm, which may have written the lock anew.
  writeFileSync(stampFile, wantedStamp());
}

function runNpm(args) {
  // npm's words go to stderr: stdout belongs to the command that was asked for.
  const { status, error } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], env: withoutNpmState() });
  if (error) fail(`npm could not be run (${error.message}); it comes with Node.`);
  if (status !== 0) fail(`npm ${args[0]} failed; its own words are above.`);
}

/** Started by npm itself, we would hand our caller's flags on to the npm that installs. */
function withoutNpmState() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(prefix|global|workspaces?|dry_run|json)|lifecycle|package)/i.test(name),
  );
  return { ...Object.fromEntries(kept), NODE_ENV: 'development' };
}

function runs(program) {
  return existsSync(program) && spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function say(sentence) {
  process.stderr.write(`${sentence}\n`);
}
