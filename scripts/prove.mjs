// npm run prove -- [--seeds N] [--from S] [--only PART] [--seed S [--trace TEXT]] [--json]: tries to break the promise.
import { join } from 'node:path';
import { ensure, root } from './ensure.mjs';
import { run } from './needs.mjs';

await run(ensure(), [join(root, 'simulation/prove/main.ts'), ...process.argv.slice(2)]);
