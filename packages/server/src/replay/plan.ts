import { type Random, seeded, shuffled } from './random.ts';
import type { Transcript, Turn } from './transcripts.ts';

/** A turn and when it is due, in milliseconds from the beginning of the play, at the play's speed. */
export interface PlannedTurn extends Pick<Turn, 'from' | 'text' | 'saved'> {
  due: number;
  /** Pressed without having seen what came before. */
  blind?: Blind;
}

/**
 * So many milliseconds after the press before it, so that the two cross and either may be first; or when the message
 * before it appears, too late to keep an agent from the key, so that the reply is held.
 */
export type Blind = { when: 'crossing'; after: number } | { when: 'as it appears' };

export interface Part {
  id: string;
  customer: string;
  turns: PlannedTurn[];
  /** Whether its last reply also resolves it (SND11). */
  resolvesWithLast: boolean;
}

export interface Plan {
  parts: Part[];
  speed: number;
  /** How long it takes if nothing holds it up. */
  lastsMs: number;
  /** How long a message must be shown before it counts as seen. */
  dwellMs: number;
}

export interface PlanOptions {
  /** How much faster than in life; without it so much that the play takes about two minutes. */
  speed: number | undefined;
  agents: number;
  seed: number;
}

const WANTED_MS = 120_000;
/** GRD1: what is in view for this long was seen. */
const DWELL_MS = 800;
/** One turn in ten is pressed without waiting. */
const BLIND = 10;
/** Two sends that cross are this close, in real time: about what the way to the server and back takes. */
const CROSSING_MS = 12;
/** What an agent has in hand at a time, where the record does not say. */
const AT_ONCE = 4;

/**
 * Seconds between a message and the next, as deciles (0 %, 10 % … 100 %, the last cut at the 99th): from one side to the
 * other as measured over the 84,133 such gaps of the STAR conversations (Mosig, Mehri, Kober 2020), on one side over the
 * 863 of the stripe-irc conversations (Gouravajhala et al. 2023), since in STAR the sides take turns.
 */
const GAPS = {
  reply: [2, 9, 11, 14, 17, 20, 25, 31, 40, 57, 131],
  answer: [1, 7, 10, 12, 15, 19, 23, 28, 35, 47, 100],
  more: [0, 1, 4, 9, 15, 21, 29, 46, 76, 178, 401],
};

function gapMs(before: Turn, after: Turn, random: Random): number {
  const deciles = before.from === after.from ? GAPS.more : after.from === 'agent' ? GAPS.reply : GAPS.answer;
  const place = random() * (deciles.length - 1);
  const low = deciles[Math.floor(place)] ?? 0;
  const high = deciles[Math.ceil(place)] ?? low;
  return (low + (high - low) * (place % 1)) * 1000;
}

/** When each turn was said, in milliseconds of the conversation's own life from its beginning. */
function ownTimes(turns: readonly Turn[], random: Random): number[] {
  let now = 0;
  return turns.map((turn, index) => {
    const before = turns[index - 1];
    if (before === undefined) return 0;
    const isMeasured = turn.at !== undefined && before.at !== undefined && turn.saved === undefined;
    now += isMeasured ? Math.max(0, (turn.at ?? 0) - (before.at ?? 0)) : gapMs(before, turn, random);
    return now;
  });
}

interface Timed {
  transcript: Transcript;
  times: number[];
  begins: number;
}

/** Where the record has real times it plays by them; time in which no conversation is open is skipped. */
function byClock(timed: Timed[]): Timed[] {
  const order = [...timed].sort((a, b) => (a.transcript.turns[0]?.at ?? 0) - (b.transcript.turns[0]?.at ?? 0));
  let skipped: number | undefined;
  let open = 0;
  for (const each of order) {
    const at = each.transcript.turns[0]?.at ?? 0;
    skipped ??= at;
    if (at - skipped > open) skipped = at - open;
    each.begins = at - skipped;
    open = Math.max(open, each.begins + (each.times.at(-1) ?? 0));
  }
  return order;
}

/** Elsewhere conversations follow one another on as many lines as the agents have in hand together. */
function byLines(timed: Timed[], agents: number, random: Random): Timed[] {
  const lines = Array.from({ length: Math.min(timed.length, agents * AT_ONCE) }, () => random() * 60_000);
  for (const each of timed) {
    const line = lines.indexOf(Math.min(...lines));
    each.begins = lines[line] ?? 0;
    lines[line] = each.begins + (each.times.at(-1) ?? 0) + random() * 30_000;
  }
  return timed;
}

/**
 * Which turns are pressed without waiting, and how: a tenth of all, chosen by the seed among those that answer the other
 * side, agents' and customers' by turns, so that even a short record has a reply that is held.
 */
function chooseBlind(transcripts: readonly Transcript[], random: Random): Map<Turn, Blind> {
  const answers = transcripts.flatMap(({ turns }) =>
    turns.filter((turn, at) => at > 0 && turn.from !== turns[at - 1]?.from),
  );
  const of = (side: Turn['from']) =>
    shuffled(
      answers.filter(({ from }) => from === side),
      random,
    );
  const [agents, customers] = [of('agent'), of('customer')];
  const byTurns = answers.flatMap((_, place) => [agents[place], customers[place]]).filter((turn) => turn !== undefined);
  const wanted = Math.ceil(transcripts.reduce((sum, { turns }) => sum + turns.length, 0) / BLIND);
  return new Map(
    byTurns.slice(0, wanted).map((turn, place): [Turn, Blind] => {
      if (turn.from === 'agent' && place % 4 === 0) return [turn, { when: 'as it appears' }];
      return [turn, { when: 'crossing', after: random() < 0.5 ? 0 : random() * CROSSING_MS }];
    }),
  );
}

/** When which turn is due, and which are pressed blindly. Pure: the same options give the same plan. */
export function planOf(transcripts: readonly Transcript[], options: PlanOptions): Plan {
  const random = seeded(options.seed);
  const blind = chooseBlind(transcripts, random);
  const timed = transcripts.map((transcript) => ({ transcript, times: ownTimes(transcript.turns, random), begins: 0 }));
  const hasClock = transcripts.every(({ turns }) => turns[0]?.at !== undefined);
  const placed = hasClock ? byClock(timed) : byLines(timed, options.agents, random);
  const lifeMs = Math.max(...placed.map(({ begins, times }) => begins + (times.at(-1) ?? 0)));
  const speed = options.speed ?? Math.max(1, Math.ceil(lifeMs / WANTED_MS));
  const parts = placed.map(({ transcript, times, begins }): Part => {
    const turns = transcript.turns.map((turn, index): PlannedTurn => {
      const { from, text, saved } = turn;
      const due = (begins + (times[index] ?? 0)) / speed;
      const crossing = blind.get(turn);
      return { from, text, due, ...(saved ? { saved } : {}), ...(crossing ? { blind: crossing } : {}) };
    });
    const last = turns.at(-1);
    const resolvesWithLast = last?.from === 'agent' && !last.blind && random() < 0.5;
    return { id: transcript.id, customer: transcript.customer, turns, resolvesWithLast };
  });
  return { parts, speed, lastsMs: lifeMs / speed, dwellMs: Math.max(1, DWELL_MS / speed) };
}
