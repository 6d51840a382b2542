// npm run turns -- [--only PART] [--file RECORD] [--races N] [--browser] [--seed S]: whose turn it is, shown in worlds, races and a replay.
import { join, resolve } from 'node:path';
import { ensure, root } from './ensure.mjs';
import { browser, run } from './needs.mjs';

const node = ensure();
const words = process.argv.slice(2).filter((word) => word !== '--browser');
// npm runs this in the project's folder, wherever it was typed.
for (const [index, word] of words.entries())
  if (words[index - 1] === '--file') words[index] = resolve(process.env.INIT_CWD ?? process.cwd(), word);
if (after('--only') === 'screens') await screens();
else
  await run(
    node,
    [join(root, 'simulation/turns/main.ts'), ...words],
    process.argv.includes('--browser') || after('--only') === 'day' ? browser : undefined,
  );

/** The races of the browser tests, hundreds of them. */
async function screens() {
  const races = after('--races') ?? '500';
  const vitest = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'e2e', 'e2e/races.test.ts'];
  await run(node, vitest, async () => ({ ...(await browser(node)), HEED_RACES: races }));
}

function after(flag) {
  return words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined;
}
