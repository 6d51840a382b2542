// npm run turns -- [--only PART] [--file RECORD] [--browser] [--seed S]: whose turn it is, shown in worlds, races and a replay.
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
const { status } = spawnSync(node, [join(root, 'simulation/turns/main.ts'), ...rest], {
  stdio: 'inherit',
  env: environment(isInBrowser ? await browser() : {}),
});
process.exitCode = status ?? 1;

/** What an agent in a browser needs: the pages built, and a Chromium. */
async function browser() {
  const chromium = findChromium();
  if (chromium.path === undefined) fail(chromium.why);
  await build(node);
  return { HEED_CHROMIUM: chromium.path };
}
