import { parseArgs } from 'node:util';
import { ALL, storm } from './storm.ts';
import { Town } from './town.ts';

// npm run nodes -- [--rounds N]: several nodes, people who write, and everything that can go, alone and together.
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '1' } } });
if (!/^\d+$/.test(values.rounds)) throw new Error('--rounds is a whole number');

let isFine = true;
for (let round = 1; round <= Number(values.rounds); round++) {
  const town = await Town.build();
  try {
    await town.people(350);
    await town.stored(30);
    await storm(town, ALL, (what) => process.stderr.write(`${what}: gone and back\n`));
    const { faults, failures, refused, ...figures } = await town.judge();
    const wrong = [...faults.map(({ fault, text, why }) => `${fault}: ${text}: ${why}`), ...failures, ...refused];
    isFine &&= wrong.length === 0 && figures.replies > 0;
    const words = JSON.stringify({ round, faults: ALL.length, ...figures });
    process.stdout.write(`${wrong.length === 0 ? 'ok' : 'NOT OK'}: cut by ${town.links.by}; ${words}\n`);
    for (const each of wrong) process.stdout.write(`  ${each}\n`);
  } finally {
    await town.remove();
  }
}
process.exitCode = isFine ? 0 : 1;
