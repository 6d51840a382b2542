// npm run bench -- [NAME …] [--json]: measures on this machine, over loopback, in temporary folders.
import { join } from 'node:path';
import { ensure, root } from './ensure.mjs';
import { run } from './needs.mjs';

await run(ensure(), [join(root, 'bench/main.ts'), ...process.argv.slice(2)]);
