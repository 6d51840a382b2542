// npm run turns -- [--only PART] [--file RECORD] [--races N] [--browser] [--seed S]: whose turn it is, shown in worlds, races and a replay.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { ensure, environment, fail, root } from './ensure.mjs';

const node = ensure();
const words = process.argv.slice(2);
const isInBrowser = words.includes('--browser');
const rest = words.filter((word) => word !== '--browser');
const at = rest.indexOf('--file') + 1;
// npm runs this in the project's folder, wherever it was typed.
if (at > 0 && rest[at]) rest[at] = resolve(process.env.INIT_CWD ?? process.cwd(), rest[at]);
const part = rest[rest.indexOf('--only') + 1];
process.exitCode = rest.includes('--only') && part === 'screens' ? await screens() : await turns();

async function turns() {
  const words = [join(root, 'simulation/turns/main.ts'), ...rest];
  return run(words, isInBrowser ? await browser() : {});
}

/** The races of the browser tests, hundreds of them. */
async function screens() {
  const races = rest.includes('--races') ? rest[rest.indexOf('--races') + 1] : '500';
  const words = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'e2e', 'e2e/races.test.ts'];
  return run(words, { ...(await browser()), HEED_RACES: races });
}

function run(words, env) {
  return spawnSync(node, words, { cwd: root, stdio: 'inherit', env: environment(env) }).status ?? 1;
}

/** What an agent in a browser needs: the pages built, and a Chromium. */
async function browser() {
  const chromium = findChromium();
  if (chromium.path === undefined) fail(chromium.why);
  await build(node);
  return { HEED_CHROMIUM: chromium.path };
}
