// Finds a program that tests need; as root on Debian it is installed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program, or a sentence that says why there is none. `variable` may name one; `names` are looked for in
 * the usual folders, `places` are whole paths; `debian` is the package that has it.
 */
export function findProgram({ title, variable, names, places = [], debian, use }) {
  const named = process.env[variable];
  if (named) return runnable(named) ? { path: named } : { why: `${variable} names ${named}, which cannot be run.` };
  const found = installed(names, places);
  if (found !== undefined) return { path: found };
  if (!existsSync('/etc/debian_version'))
    return { why: `No ${title} was found; install one or name it in ${variable}.` };
  if (process.getuid?.() !== 0)
    return { why: `No ${title} was found; run "apt-get install ${debian}" as root, or name one in ${variable}.` };
  install(title, debian, use);
  const path = installed(names, places);
  return path === undefined
    ? { why: `${title} could not be installed from Debian; install it or name one in ${variable}.` }
    : { path };
}

function install(title, debian, use) {
  process.stdout.write(`Installing ${title} from Debian for ${use} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', debian]]) {
    spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env });
  }
}

function installed(names, places) {
  const folders = ['/usr/bin', '/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)];
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...places].find(runnable);
}

function runnable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error) return false;
    throw thrown;
  }
}
