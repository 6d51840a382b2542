// npm run faults -- [--seed S] [--rounds N] [--size quick|usual|long] [--browser] [--json]: people write while all fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { ensure, environment, fail, root } from './ensure.mjs';

const node = ensure();
const words = process.argv.slice(2);
const { status } = spawnSync(node, [join(root, 'simulation/real/main.ts'), ...words], {
  stdio: 'inherit',
  env: environment(words.includes('--browser') ? await browser() : {}),
});
process.exitCode = status ?? 1;

/** What a round in the browser needs: the pages built, and a Chromium. */
async function browser() {
  const chromium = findChromium();
  if (chromium.path === undefined) fail(chromium.why);
  await build(node);
  return { HEED_CHROMIUM: chromium.path };
}
