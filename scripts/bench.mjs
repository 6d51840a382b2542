// npm run bench -- [NAME …] [--json]: measures on this machine, over loopback, in temporary folders.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure, environment, root } from './ensure.mjs';

const node = ensure();
const { status } = spawnSync(node, [join(root, 'bench/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment(),
});
process.exitCode = status ?? 1;
