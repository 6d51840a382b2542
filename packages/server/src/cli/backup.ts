import { resolve } from 'node:path';
import { backUp } from '../backup/back-up.ts';
import { typedIn } from '../config.ts';
import { HeedError } from '../errors.ts';
import { readCommandLine } from './command-line.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `heed backup --to FILE` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, { to: { type: 'string' } });
  if (line.words.length > 0) throw new HeedError('bad_command', 'After backup comes --to FILE and nothing else.');
  const file = resolve(typedIn(process.env), line.need('to'));
  const done = await withDatabase(line.config, ({ connection }) => backUp(connection, file));
  const rows = Object.values(done.tables).reduce((sum, table) => sum + table.rows, 0);
  const { conversation, item } = done.tables;
  const what = `${conversation?.rows ?? 0} conversations with ${item?.rows ?? 0} items, ${rows} rows in all`;
  print(line.json, { file, ...done }, `Wrote ${file}: ${what}.`);
  return 0;
}
