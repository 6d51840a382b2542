// npm run prove -- [--seeds N] [--from S] [--only PART] [--seed S [--trace TEXT]] [--json]: tries to break the promise.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensure, environment, root } from './ensure.mjs';

const { status } = spawnSync(ensure(), [join(root, 'simulation/prove/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: environment(),
});
process.exitCode = status ?? 1;
