import { HeedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Plan } from '../replay/plan.ts';
import type { Progress } from '../replay/play.ts';
import { type Replayed, replay } from '../replay/replay.ts';
import { readCommandLine, userPath } from './command-line.ts';
import { commandLog, print } from './output.ts';
import { withDatabase } from './with-database.ts';

const AGENTS = 8;
const MOST_AGENTS = 200;

/** `heed replay FILE` */
export async function run(argv: readonly string[]): Promise<number> {
  const line = readCommandLine(argv, {
    speed: { type: 'string' },
    agents: { type: 'string' },
    limit: { type: 'string' },
    seed: { type: 'string' },
    url: { type: 'string' },
  });
  const [file, ...more] = line.words;
  if (file === undefined || more.length > 0)
    throw new HeedError('bad_command', 'After replay comes one file of recorded conversations, and then flags.');
  const options = {
    file: userPath(file),
    speed: atLeastOne(line.number('speed'), 'speed'),
    agents: Math.min(atLeastOne(line.number('agents'), 'agents') ?? AGENTS, MOST_AGENTS),
    limit: atLeastOne(line.number('limit'), 'limit') ?? Number.POSITIVE_INFINITY,
    seed: line.number('seed') ?? 1,
    url: line.value('url'),
    log: quietLog,
    announce,
    tell,
  };
  const result = await withDatabase(line.config, (database) => replay(database, line.config, options));
  print(line.json, result, sentences(result));
  return result.ok ? 0 : 1;
}

function atLeastOne(value: number | undefined, flag: string): number | undefined {
  if (value === 0) throw new HeedError('bad_flag', `--${flag} must be at least 1.`);
  return value;
}

/** What an own server has to complain about; that it is ready is no news here. */
const quietLog: Log = { ...commandLog, info: () => undefined };

function announce(plan: Plan, url: string): void {
  const turns = plan.parts.reduce((sum, part) => sum + part.turns.length, 0);
  const what = `${plan.parts.length} conversations, ${turns} messages, at ${plan.speed} times their speed`;
  process.stderr.write(`Playing ${what} on ${url}; it will take about ${clock(plan.lastsMs)}.\n`);
}

let told = 0;

function tell({ pressed, turns, ended, conversations, elapsedMs }: Progress): void {
  // A terminal shows each step; a log gets every tenth.
  const isLast = ended === conversations;
  if (!process.stderr.isTTY && told++ % 5 !== 0 && !isLast) return;
  const text = `${clock(elapsedMs)}  ${pressed} of ${turns} messages, ${ended} of ${conversations} conversations ended`;
  process.stderr.write(process.stderr.isTTY ? `\r${text}\u001b[K${isLast ? '\n' : ''}` : `${text}\n`);
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function sentences(result: Replayed): string[] {
  const { ofRecord, mismatches, sendToStoredMs: stored, sendToShownMs: shown } = result;
  const rows: [string, string][] = [
    ['conversations', `${result.conversations} of ${ofRecord.conversations}`],
    ['messages', `${result.messages} of ${ofRecord.messages}${savedOf(result)}`],
    ['lost', String(result.lost)],
    ['doubled', String(result.doubled)],
    ['out of order', String(result.outOfOrder)],
    ['altered', String(result.altered)],
    ['answered blindly', String(result.answeredBlindly)],
    ['held', String(result.held)],
    ['mismatches', `${mismatches.found} found, ${mismatches.repaired} repaired`],
    ['send to stored', `p50 ${stored.p50} ms, p99 ${stored.p99} ms`],
    ['send to shown', `p50 ${shown.p50} ms, p99 ${shown.p99} ms`],
    ['seconds', result.seconds.toFixed(1)],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(18)}${value}`),
    ...result.faults.map(({ fault, conversation, turn, why }) => `${fault}: ${conversation} ${turn}: ${why}`),
    ...result.failures.map((failure) => `failed: ${failure}`),
    ...(result.unsent > 0 ? [`${result.unsent} terminals have something left in the outbox.`] : []),
    ...(result.recording ? [`The recording is kept in ${result.recording}.`] : []),
    verdict(result),
  ];
}

function savedOf({ savedReplies }: Replayed): string {
  return savedReplies > 0 ? `, and ${savedReplies} saved replies` : '';
}

function verdict(result: Replayed): string {
  if (result.ok) return 'Everything that was written arrived: once, in order, unaltered.';
  if (result.compared === 0) return 'Nothing could be compared.';
  if (result.held === 0) return 'Nothing was held: the play did not put the guard to the test.';
  return 'Something is wrong.';
}
