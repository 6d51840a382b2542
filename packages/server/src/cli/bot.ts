import { HeedError } from '../errors.ts';
import { addBot, newBotKey } from '../store/team.ts';
import { readCommandLine } from './command-line.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `heed bot add` makes a bot and its first key, `heed bot key` another one. A key is printed once and kept as a hash. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, {
    name: { type: 'string' },
    queue: { type: 'string', multiple: true },
    revoke: { type: 'boolean' },
  });
  const [word, ...rest] = line.words;
  if ((word !== 'add' && word !== 'key') || rest.length > 0)
    throw new HeedError('bad_command', 'After bot comes "add" or "key", and then flags.');
  const name = line.need('name');
  const made = await withDatabase(line.config, async ({ pool }) => {
    const bot = word === 'add' ? (await addBot(pool, { name, queues: [...line.values('queue')] })).id : name;
    return newBotKey(pool, bot, line.has('revoke'));
  });
  print(line.json, made, `The key of ${name}, which is shown this once: ${made.key}`);
  return 0;
}
