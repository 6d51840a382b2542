// npm run orders -- [--rounds N] [--clocks N] [--seed S]: takes, hand-outs and escalation, raced over two nodes.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure, environment, root } from './ensure.mjs';

const node = ensure();
const { status } = spawnSync(node, [join(root, 'simulation/orders/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment(),
});
process.exitCode = status ?? 1;
