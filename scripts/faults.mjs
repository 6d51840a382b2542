// npm run faults -- [--seed S] [--rounds N] [--size quick|usual|long] [--json]: people write while everything fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure, environment, root } from './ensure.mjs';

const node = ensure();
const { status } = spawnSync(node, [join(root, 'simulation/real/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment(),
});
process.exitCode = status ?? 1;
