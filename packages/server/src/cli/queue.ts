import { type Hours, weekFrom } from '../domain/hours.ts';
import { HeedError } from '../errors.ts';
import { addQueue, type QueueSettings, setCapacity, setQueue } from '../store/team.ts';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { print } from './output.ts';
import { withDatabase } from './with-database.ts';

const flags = [
  ...['name', 'routing', 'capacity', 'agent', 'first-reply', 'next-reply'],
  ...['return-after', 'tell-after', 'hours', 'zone', 'holidays'],
];
const options = Object.fromEntries(flags.map((flag) => [flag, { type: 'string' as const }]));

/** `heed queue add`, `heed queue set` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, options);
  const [verb, ...more] = line.words;
  if (more.length > 0 || (verb !== 'add' && verb !== 'set')) {
    const typed = line.words.length === 0 ? 'nothing' : JSON.stringify(line.words.join(' '));
    throw new HeedError('bad_command', `After queue comes "add" or "set" and then flags; you typed ${typed}.`);
  }
  const name = line.need('name');
  return verb === 'add' ? add(line, name) : set(line, name);
}

async function add(line: CommandLine, name: string): Promise<number> {
  const settings = settingsFrom(line);
  const added = await withDatabase(line.config, async ({ pool }) => {
    const queue = await addQueue(pool, { name });
    return setQueue(pool, queue.id, settings);
  });
  print(line.json, added, `Added the queue ${name}.`);
  return 0;
}

async function set(line: CommandLine, name: string): Promise<number> {
  const email = line.value('agent');
  if (email !== undefined) {
    const capacity = capacityOf(line.need('capacity'));
    const done = await withDatabase(line.config, ({ pool }) => setCapacity(pool, name, email, capacity));
    print(line.json, done, `Set the capacity of ${email} in the queue ${name}.`);
    return 0;
  }
  const settings = settingsFrom(line);
  const done = await withDatabase(line.config, ({ pool }) => setQueue(pool, name, settings));
  print(
    line.json,
    done,
    `Set the queue ${name}. Servers that run follow within seconds; clocks that run keep their times.`,
  );
  return 0;
}

function capacityOf(text: string): number | null {
  if (text === 'queue') return null;
  if (!/^\d{1,4}$/.test(text))
    throw new HeedError(
      'bad_flag',
      `--capacity must be a number, or "queue" for that of the queue, not ${JSON.stringify(text)}.`,
    );
  return Number(text);
}

function settingsFrom(line: CommandLine): QueueSettings {
  const capacity = line.number('capacity');
  if (capacity === 0) throw new HeedError('bad_flag', '--capacity must be at least 1.');
  return {
    routing: routingFrom(line.value('routing')),
    capacity,
    firstReplyMs: line.value('first-reply') === undefined ? undefined : duration(line, 'first-reply'),
    nextReplyMs: line.value('next-reply') === undefined ? undefined : duration(line, 'next-reply'),
    returnAfterMs: durationOrNever(line, 'return-after'),
    tellAfterMs: durationOrNever(line, 'tell-after'),
    hours: hoursFrom(line),
  };
}

function routingFrom(text: string | undefined): QueueSettings['routing'] {
  if (text === undefined || text === 'take' || text === 'push') return text;
  throw new HeedError('bad_flag', `--routing must be take or push, not ${JSON.stringify(text)}.`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** What the tables hold: a little over 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

function duration(line: CommandLine, flag: string): number {
  const text = line.need(flag);
  const [, count = '', unit = ''] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? 0);
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new HeedError(
    'bad_flag',
    `--${flag} must be a time like 30s, 5m, 2h or 1d, up to 24 days, not ${JSON.stringify(text)}.`,
  );
}

function durationOrNever(line: CommandLine, flag: string): number | null | undefined {
  const text = line.value(flag);
  if (text === undefined) return undefined;
  return text === 'never' ? null : duration(line, flag);
}

/** What is given changes what there is: new holidays need no new hours. */
function hoursFrom(line: CommandLine): QueueSettings['hours'] {
  const [text, zone, days] = [line.value('hours'), line.value('zone'), line.value('holidays')];
  if (text === undefined && zone === undefined && days === undefined) return undefined;
  if (text === 'always') return () => null;
  const week = text === undefined ? undefined : weekFrom(text);
  if (typeof week === 'string') throw new HeedError('bad_hours', `--hours: ${week}`);
  const holidays = days === undefined || days === 'none' ? [] : days.split(',').map((day) => day.trim());
  return (now: Hours | null): Hours => {
    const base = now ?? { zone: zone ?? '', week: {}, holidays: [] };
    if (now === null && (week === undefined || zone === undefined))
      throw new HeedError('bad_hours', 'A queue that was always open needs --hours and --zone.');
    return {
      zone: zone ?? base.zone,
      week: week ?? base.week,
      holidays: days === undefined ? base.holidays : holidays,
    };
  };
}
