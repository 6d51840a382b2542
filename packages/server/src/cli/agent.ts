import { HeedError } from '../errors.ts';
import { addAgent } from '../store/team.ts';
import { readCommandLine } from './command-line.ts';
import { needAdd } from './need-add.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

const roles = ['agent', 'supervisor', 'admin'] as const;

/** `heed agent add` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, {
    email: { type: 'string' },
    password: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    queue: { type: 'string', multiple: true },
  });
  needAdd('agent', line.words);
  const agent = {
    email: line.need('email'),
    password: line.need('password'),
    name: line.need('name'),
    role: roleFrom(line.value('role') ?? 'agent'),
    queues: [...line.values('queue')],
  };
  const added = await withDatabase(line.config, ({ pool }) => addAgent(pool, agent));
  print(line.json, added, `Added ${agent.role} ${agent.name} <${agent.email}>.`);
  return 0;
}

function roleFrom(text: string): (typeof roles)[number] {
  const role = roles.find((each) => each === text);
  if (role === undefined)
    throw new HeedError('bad_flag', `--role must be one of ${roles.join(', ')}, not ${JSON.stringify(text)}.`);
  return role;
}
