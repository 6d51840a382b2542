import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { HeedError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { printFailure } from './output.ts';

/**
 * What was compiled once is not compiled at each start: after a crash everybody waits for that. Beside the packages,
 * where only who installs may write; where that is nobody, it is compiled each time.
 */
enableCompileCache(join(import.meta.dirname, '../../../../node_modules/.cache/heed'));

/** A command: what it takes, what it does, and where its code is, which is only loaded when it runs. */
interface Command {
  readonly usage: string;
  readonly sentence: string;
  load(): Promise<{ run(argv: readonly string[]): Promise<number> }>;
}

const commands: Readonly<Record<string, Command>> = {
  start: { usage: 'start', sentence: 'runs the server', load: () => import('./start.ts') },
  migrate: {
    usage: 'migrate',
    sentence: 'brings the schema of the database up to date',
    load: () => import('./migrate.ts'),
  },
  doctor: { usage: 'doctor', sentence: 'checks everything that a start needs', load: () => import('./doctor.ts') },
  agent: {
    usage: 'agent add --email ADDRESS --password TEXT --name NAME [--role agent|supervisor|admin] [--queue NAME …]',
    sentence: 'adds a person',
    load: () => import('./agent.ts'),
  },
  bot: {
    usage: 'bot add --name NAME [--queue NAME …] | bot key --name NAME [--revoke]',
    sentence: 'adds a bot with an API key; makes another key, and with --revoke ends those before it',
    load: () => import('./bot.ts'),
  },
  queue: {
    usage:
      'queue add|set --name NAME [--routing take|push] [--capacity N [--agent ADDRESS]] [--first-reply 5m] [--next-reply 5m] [--return-after 5m|never] [--tell-after 10m|never] [--hours "mon-fri 09:00-17:00"|always] [--zone Europe/Berlin] [--holidays 2026-12-25,…|none]',
    sentence: 'adds a queue, or sets how one works',
    load: () => import('./queue.ts'),
  },
  inbox: {
    usage:
      'inbox add --name NAME --queue NAME [--key TEXT] [--origin ADDRESS …] | inbox set --name NAME [--accent #115c6e] [--greeting TEXT] [--topic TEXT …] [--ask-name no|optional|required] [--ask-email …] [--consent TEXT [--consent-url ADDRESS]] [--identity optional|required] | inbox key --name NAME [--public-key FILE] | inbox key --remove ID | inbox keys --name NAME',
    sentence:
      'adds an inbox, which a page embeds by its key; sets what its widget says and asks; adds, removes and lists the keys that sign customers in',
    load: () => import('./inbox.ts'),
  },
  verify: {
    usage: 'verify [--release]',
    sentence: 'recomputes everything that can be recomputed from the tables, and says what is wrong',
    load: () => import('./verify.ts'),
  },
  unanswered: {
    usage: 'unanswered',
    sentence: 'lists every message that waits for an answer, and holds the Unanswered view against the log',
    load: () => import('./unanswered.ts'),
  },
  backup: {
    usage: 'backup --to FILE',
    sentence: 'writes everything that the database holds into one file; servers go on meanwhile',
    load: () => import('./backup.ts'),
  },
  restore: {
    usage: 'restore --from FILE [--replace]',
    sentence: 'reads a backup into an empty database, or in the place of what is in it, and begins a new epoch',
    load: () => import('./restore.ts'),
  },
  replay: {
    usage: 'replay FILE [--speed N] [--agents N] [--limit N] [--seed N] [--url ADDRESS]',
    sentence: 'plays recorded conversations through real sockets, and judges what became of them',
    load: () => import('./replay.ts'),
  },
  settings: { usage: 'settings', sentence: 'shows every setting', load: () => import('./settings.ts') },
};

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h')
    return help(name === undefined ? 1 : 0);
  try {
    const command = commands[name];
    if (command === undefined) throw unknownCommand(name);
    if (rest.includes('--help')) return helpFor(command);
    return await (await command.load()).run(rest);
  } catch (thrown) {
    printFailure(argv.includes('--json'), thrown);
    return 1;
  }
}

function help(exitCode: number): number {
  const lines = Object.values(commands).map(({ usage, sentence }) => `  ${usage}\n      ${sentence}`);
  process.stdout.write(`Usage: npm run heed -- COMMAND [--json] [settings]\n\n${lines.join('\n')}\n\n`);
  process.stdout.write(
    'Every command takes the settings as flags (--data FOLDER, --database-url …); docs/operating.md lists them.\n',
  );
  return exitCode;
}

function helpFor({ usage, sentence }: Command): number {
  process.stdout.write(`npm run heed -- ${usage}\n    ${sentence}\n`);
  return 0;
}

function unknownCommand(name: string): HeedError {
  const meant = nearest(name, Object.keys(commands));
  const hint = meant === undefined ? 'run with --help for all of them' : `did you mean ${meant}?`;
  return new HeedError('unknown_command', `There is no command ${name}; ${hint}`);
}
