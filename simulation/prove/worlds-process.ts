// Plays worlds in a process of its own, and says what became of them, a line of JSON each time.
import { parseArgs } from 'node:util';
import { NO_FIGURES, playWorld } from '../world/world.ts';
import type { WorldsLine } from './worlds.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    /** Only every so manieth seed: the others are another process's. */
    step: { type: 'string', default: '1' },
    partitions: { type: 'boolean', default: false },
  },
});
const [from, count, step] = [Number(values.from), Number(values.count), Number(values.step)];
const TELL_MS = 500;

const say = (line: WorldsLine) => process.stdout.write(`${JSON.stringify(line)}\n`);

let played = 0;
let told = Date.now();
const figures: WorldsLine['figures'] = { ...NO_FIGURES };
for (let index = 0; index < count; index++) {
  const seed = from + index * step;
  const outcome = await playWorld({ seed, partitions: values.partitions });
  played++;
  for (const name of Object.keys(figures) as (keyof typeof figures)[]) figures[name] += outcome.figures[name];
  const isBroken = outcome.violations.length > 0;
  if (!isBroken && Date.now() - told < TELL_MS) continue;
  told = Date.now();
  say({ played, figures, ...(isBroken ? { broken: { seed, violations: outcome.violations } } : {}) });
}
say({ played, figures });
