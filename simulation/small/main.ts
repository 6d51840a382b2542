import { parseArgs } from 'node:util';
import { checkSmallWorld, type SmallWorldFigures } from './search.ts';
import { LONG, USUAL } from './usual.ts';

const { values } = parseArgs({ options: { long: { type: 'boolean', default: false } } });

let failed = false;
for (const [name, bounds] of Object.entries(values.long ? { ...USUAL, ...LONG } : USUAL)) {
  const began = performance.now();
  const tell = (states: number, waiting: number) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${states} states, ${waiting} to go on from\x1b[K\r`);
  };
  const figures = await checkSmallWorld({ bounds, tell });
  process.stdout.write(`${sentence(name, figures)}; ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  for (const { what, story } of figures.violations)
    process.stdout.write(`${what}\n${story.map((line) => `  ${line}`).join('\n')}\n`);
  failed ||= figures.violations.length > 0;
}
process.exitCode = failed ? 1 : 0;

function sentence(name: string, figures: SmallWorldFigures): string {
  const { states, transitions, depth, settled, mostBeats, violations } = figures;
  const size = `${states} states, ${transitions} transitions, ${depth} deep`;
  return `${name}: ${size}; ${settled} came to rest in at most ${mostBeats} beats; ${violations.length} violations`;
}
