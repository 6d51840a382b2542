// npm run nodes -- [--rounds N]: several nodes, and everything that can go, alone and together, while people write.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure, environment, fail, root } from './ensure.mjs';
import { findProgram } from './program.mjs';

const node = ensure();
const nats = findProgram({
  title: 'NATS server',
  variable: 'HEED_NATS_SERVER',
  names: ['nats-server'],
  debian: 'nats-server',
  use: 'several nodes',
});
if (nats.path === undefined) fail(nats.why);
const { status } = spawnSync(node, [join(root, 'simulation/nodes/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment({ HEED_NATS_SERVER: nats.path }),
});
process.exitCode = status ?? 1;
