import { addInbox } from '../store/team.ts';
import { readCommandLine } from './command-line.ts';
import { needAdd } from './need-add.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `heed inbox add` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, {
    name: { type: 'string' },
    queue: { type: 'string' },
    key: { type: 'string' },
    origin: { type: 'string', multiple: true },
  });
  needAdd('inbox', line.words);
  const key = line.value('key');
  const inbox = {
    name: line.need('name'),
    queue: line.need('queue'),
    origins: [...line.values('origin')],
    ...(key === undefined ? {} : { key }),
  };
  const added = await withDatabase(line.config, ({ pool }) => addInbox(pool, inbox));
  print(line.json, added, `Added the inbox ${inbox.name}; its key is ${added.key}.`);
  return 0;
}
