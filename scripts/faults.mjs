// npm run faults -- [--seed S] [--rounds N] [--size quick|usual|long] [--browser] [--json]: people write while all fails.
import { join } from 'node:path';
import { ensure, root } from './ensure.mjs';
import { browser, run } from './needs.mjs';

const words = process.argv.slice(2);
const needs = words.includes('--browser') ? browser : undefined;
await run(ensure(), [join(root, 'simulation/real/main.ts'), ...words], needs);
