// Finds the browser for the browser tests; as root on Debian it is installed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const places = [
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of a Chromium, or a sentence that says why there is none. */
export function findChromium() {
  const named = process.env.HEED_CHROMIUM;
  if (named) return runnable(named) ? { path: named } : { why: `HEED_CHROMIUM names ${named}, which cannot be run.` };
  const found = installed();
  if (found !== undefined) return { path: found };
  if (!existsSync('/etc/debian_version'))
    return { why: 'No Chromium or Chrome was found; install one or name it in HEED_CHROMIUM.' };
  if (process.getuid?.() !== 0)
    return { why: 'No Chromium was found; run "apt-get install chromium" as root, or name one in HEED_CHROMIUM.' };
  install();
  const path = installed();
  return path === undefined
    ? { why: 'Chromium could not be installed from Debian; install it or name one in HEED_CHROMIUM.' }
    : { path };
}

function install() {
  process.stdout.write('Installing Chromium from Debian for the browser tests …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'inherit', 'inherit'], env });
  }
}

function installed() {
  const inPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...names.map((name) => `/usr/bin/${name}`), ...inPath, ...places].find(runnable);
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
