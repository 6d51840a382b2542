import { HeedError } from '../errors.ts';
import { compareUnanswered, type WaitingConversation } from '../verify/unanswered.ts';
import { readCommandLine } from './command-line.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

/** `heed unanswered` */
export async function run(argv: readonly string[]): Promise<number> {
  const { config, json, words } = readCommandLine(argv);
  if (words.length > 0)
    throw new HeedError(
      'bad_command',
      `After unanswered come flags only; you typed ${JSON.stringify(words.join(' '))}.`,
    );
  const { waiting, differences } = await withDatabase(config, ({ pool }) => compareUnanswered(pool));
  const messages = waiting.reduce((sum, each) => sum + each.messages.length, 0);
  print(json, { ok: differences.length === 0, messages, waiting, differences }, [
    ...waiting.map(line),
    ...differences,
    `${messages} messages wait in ${waiting.length} conversations; ${differences.length} differences between the view and the log.`,
  ]);
  return differences.length === 0 ? 0 : 1;
}

function line({ number, holder, waitingSince, dueAt, overdue, messages }: WaitingConversation): string {
  const numbers = messages.map(({ n }) => n).join(', ');
  return `${number}  ${holder}  since ${waitingSince}  due ${dueAt}${overdue ? ' (overdue)' : ''}  messages ${numbers}`;
}
