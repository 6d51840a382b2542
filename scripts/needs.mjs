// What the longer proofs need beside Node, and how they are run.
import { spawnSync } from 'node:child_process';
import { build } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { environment, fail, root } from './ensure.mjs';
import { findProgram } from './program.mjs';

/** A browser needs the pages built, and a Chromium. Gives what its user's environment must have; throws why not. */
export async function browser(node) {
  const chromium = findChromium();
  if (chromium.path === undefined) throw new Error(chromium.why);
  await build(node);
  return { HEED_CHROMIUM: chromium.path };
}

/** Several processes over one database hear of each other through a NATS server of their own. */
export function nats() {
  const server = findProgram({
    title: 'NATS server',
    variable: 'HEED_NATS_SERVER',
    names: ['nats-server'],
    debian: 'nats-server',
    use: 'several nodes',
  });
  if (server.path === undefined) throw new Error(server.why);
  return { HEED_NATS_SERVER: server.path };
}

/** Runs a program of the project with its words, and ends as it ends. `needs`: what it needs in its environment. */
export async function run(node, words, needs = () => ({})) {
  try {
    const env = environment(await needs(node));
    process.exitCode = spawnSync(node, words, { cwd: root, stdio: 'inherit', env }).status ?? 1;
  } catch (thrown) {
    fail(thrown.message);
  }
}
