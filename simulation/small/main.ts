import { parseArgs } from 'node:util';
import { linesOf, proveSmall } from './prove-small.ts';
import { LONG, USUAL } from './usual.ts';

const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } });

const all = await proveSmall(values.long ? { ...USUAL, ...LONG } : USUAL, (name, states, waiting) => {
  if (process.stderr.isTTY) process.stderr.write(`${name}: ${states} states, ${waiting} to go on from\x1b[K\r`);
});
process.stdout.write(`${all.flatMap(linesOf).join('\n')}\n`);
process.exitCode = all.every(({ violations }) => violations.length === 0) ? 0 : 1;
