import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { codeOf, HeedError } from '../errors.ts';

/** A message of a recorded conversation. */
export interface Turn {
  from: 'customer' | 'agent';
  text: string;
  /** Milliseconds since 1970, where the source has real times. */
  at?: number;
  /** No words of the record: an answer that a customer gets where the record has none. */
  saved?: true;
}

export interface Transcript {
  id: string;
  /** Who writes: the same in several conversations where the source knows that. */
  customer: string;
  turns: Turn[];
}

interface Line {
  id: string;
  visitor?: string;
  agent_side?: string;
  turns: { from: string; text: string; at?: string; turn?: number }[];
}

/** What agents answer where the record has only the customers' side. */
export const SAVED_REPLY = 'Thank you for writing. We have your message and are looking into it now.';

/** Reads recorded conversations, one JSON object a line, gzipped or not. Lines by neither side (`system`) are left out. */
export async function readTranscripts(file: string, limit: number): Promise<Transcript[]> {
  const transcripts: Transcript[] = [];
  let number = 0;
  for await (const text of linesOf(file)) {
    number++;
    if (text.trim() === '') continue;
    const transcript = transcriptOf(readLine(text, file, number));
    if (transcript.turns.length > 0) transcripts.push(transcript);
    if (transcripts.length === limit) break;
  }
  if (transcripts.length === 0) throw new HeedError('nothing_to_play', `There is no conversation in ${file}.`);
  return transcripts;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const input = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // A pipe does not pass errors on, and one that nobody hears ends the process.
  bytes.on('error', (error) => input.destroy(error));
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (thrown) {
    throw new HeedError('file_unreadable', `${file} cannot be read (${codeOf(thrown) ?? thrown}).`);
  } finally {
    bytes.destroy();
  }
}

function readLine(text: string, file: string, number: number): Line {
  try {
    const line = JSON.parse(text) as Line;
    const isTurn = (turn: Line['turns'][number]) => typeof turn?.from === 'string' && typeof turn.text === 'string';
    if (typeof line?.id === 'string' && Array.isArray(line.turns) && line.turns.every(isTurn)) return line;
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw new HeedError(
    'bad_line',
    `Line ${number} of ${file} is not a conversation: {"id", "turns": [{"from", "text"}]}.`,
  );
}

function transcriptOf(line: Line): Transcript {
  const said = line.turns.filter(({ from }) => from === 'visitor' || from === 'agent');
  const hasAgents = line.agent_side !== 'missing' && said.some(({ from }) => from === 'agent');
  const turns = said.flatMap((turn, index): Turn[] => {
    const at = turn.at === undefined ? Number.NaN : Date.parse(turn.at);
    const own: Turn = {
      from: turn.from === 'agent' ? 'agent' : 'customer',
      text: turn.text,
      ...(Number.isNaN(at) ? {} : { at }),
    };
    // Where two places in the record follow one another, nobody answered in between.
    const next = said[index + 1];
    const goesOn = next?.turn !== undefined && next.turn === (turn.turn ?? 0) + 1;
    return hasAgents || goesOn ? [own] : [own, { ...own, from: 'agent', text: SAVED_REPLY, saved: true }];
  });
  return { id: line.id, customer: line.visitor ?? `only of ${line.id}`, turns };
}
