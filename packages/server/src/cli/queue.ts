import { addQueue } from '../store/team.ts';
import { readCommandLine } from './command-line.ts';
import { needAdd } from './need-add.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `heed queue add` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, { name: { type: 'string' } });
  needAdd('queue', line.words);
  const name = line.need('name');
  const added = await withDatabase(line.config, ({ pool }) => addQueue(pool, { name }));
  print(line.json, added, `Added the queue ${name}.`);
  return 0;
}
