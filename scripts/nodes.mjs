// npm run nodes -- [--rounds N]: several nodes, and everything that can go, alone and together, while people write.
import { join } from 'node:path';
import { ensure, root } from './ensure.mjs';
import { nats, run } from './needs.mjs';

await run(ensure(), [join(root, 'simulation/nodes/main.ts'), ...process.argv.slice(2)], nats);
