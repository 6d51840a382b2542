import { checkSmallWorld } from './search.ts';
import { USUAL } from './usual.ts';

let failed = false;
for (const [name, bounds] of Object.entries(USUAL)) {
  const began = performance.now();
  const figures = await checkSmallWorld({
    bounds,
    tell: (states, waiting) =>
      process.stderr.isTTY && process.stderr.write(`\r${name}: ${states} states, ${waiting} to go on from\x1b[K`),
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { states, transitions, settled, mostBeats, depth, violations } = figures;
  process.stdout.write(
    `${name}: ${states} states, ${transitions} transitions, ${depth} deep; ${settled} came to rest in at most ${mostBeats} beats; ${violations.length} violations; ${seconds} s\n`,
  );
  for (const { what, story } of violations)
    process.stdout.write(`${what}\n${story.map((line) => `  ${line}`).join('\n')}\n`);
  failed ||= violations.length > 0;
}
process.exitCode = failed ? 1 : 0;
