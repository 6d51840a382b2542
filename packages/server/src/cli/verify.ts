import { HeedError } from '../errors.ts';
import { countStopped, releaseStopped } from '../verify/examine.ts';
import type { Verdict } from '../verify/findings.ts';
import { isSound, verifyDatabase } from '../verify/verify.ts';
import { readCommandLine } from './command-line.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `heed verify [--release]` */
export async function run(argv: readonly string[]): Promise<number> {
  const { config, json, words, has } = readCommandLine(argv, { release: { type: 'boolean' } });
  if (words.length > 0)
    throw new HeedError('bad_command', `After verify come flags only; you typed ${JSON.stringify(words.join(' '))}.`);
  const { verdict, stopped, released } = await withDatabase(config, async ({ pool }) => {
    const found = await verifyDatabase(pool);
    const release = has('release') && isSound(found) ? await releaseStopped(pool) : 0;
    return { verdict: found, stopped: await countStopped(pool), released: release };
  });
  const sound = isSound(verdict);
  print(json, { ok: sound, stopped, released, ...verdict }, [
    ...sentences(verdict, sound),
    ...(released > 0 ? [`${released} conversations that were stopped as damaged go on.`] : []),
    ...(stopped > 0
      ? [`${stopped} conversations are stopped as damaged; where nothing is wrong, --release lets them go on.`]
      : []),
  ]);
  return sound ? 0 : 1;
}

function sentences({ checked, wrong, findings }: Verdict, sound: boolean): string[] {
  const { conversations, items, bodies, erased, chatItems, waiting, lists, points, entries, keys, epochs } = checked;
  return [
    `Checked ${conversations} conversations: ${items} items and ${chatItems} that customers see, ${bodies} bodies (${erased} erased);`,
    `${waiting} conversations in which a customer waits; ${lists} lists with ${points} points and ${entries} entries; ${keys} keys; ${epochs} epochs.`,
    ...findings.map(({ code, stream, n, sentence }) => `${code}  ${stream} ${n}: ${sentence}`),
    ...(wrong > findings.length ? [`… and ${wrong - findings.length} more.`] : []),
    sound ? 'Nothing is wrong.' : wrong > 0 ? `${wrong} things are wrong.` : 'There was nothing to check.',
  ];
}
