import type { Figures, Period, Spread } from '@heed/protocol';
import { timeOf } from './clock.ts';

/** Somebody waited from one moment to another, or still does. All times in milliseconds since 1970. */
export interface Wait {
  asked: number;
  /** Absent while they wait. */
  ended?: number;
  /** How it ended: a reply answers, and the first one of a conversation is counted apart; a mark only ends it (CLK1). */
  by?: 'first' | 'next' | 'mark';
  due: number;
}

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const LOOK_BACK_MS = 2 * HOUR_MS;
const SAMPLE_MS = 5 * MINUTE_MS;
const BIN_MS = MINUTE_MS / 2;
const BINS = 12;

/** From when on waits must be known for the figures of a day that began at `from`. */
export function figuresBegin(from: number, now: number): number {
  return Math.min(from, now - LOOK_BACK_MS - QUARTER_MS);
}

/** The figures of a day from its waits; those that ended before it only count for what lies before it. */
export function figuresOf(waits: readonly Wait[], from: number, now: number): Omit<Figures, 'queues' | 'agents'> {
  const answers = waits.filter((wait): wait is Answer => isAnswer(wait) && wait.ended >= from);
  const first = answers.filter(({ by }) => by === 'first');
  const next = answers.filter(({ by }) => by === 'next');
  const overlaps = waits.map(({ asked, ended = now }) => Math.max(0, Math.min(ended, now) - Math.max(asked, from)));
  const today = waits.filter(({ ended = now }) => ended >= from);
  return {
    now: timeOf(now),
    from: timeOf(from),
    arrived: waits.filter(({ asked }) => asked >= from).length,
    answered: answers.length,
    inTime: answers.filter(isInTime).length,
    first: spreadOf(first),
    next: spreadOf(next),
    unansweredMinutes: Math.round(overlaps.reduce((sum, ms) => sum + ms, 0) / MINUTE_MS),
    longestWaitMs: today.reduce((longest, { asked, ended = now }) => Math.max(longest, ended - asked), 0),
    lastAnswerAt: lastOf(waits),
    waiting: samplesOf(waits, now),
    quarters: periodsOf(waits, now - LOOK_BACK_MS, now, QUARTER_MS),
    hours: periodsOf(waits, from, now, HOUR_MS),
    firstByWait: binsOf(first),
  };
}

type Answer = Wait & { ended: number };

function isAnswer(wait: Wait): wait is Answer {
  return wait.ended !== undefined && (wait.by === 'first' || wait.by === 'next');
}

function isInTime({ ended, due }: Answer): boolean {
  return ended <= due;
}

function spreadOf(answers: readonly Answer[]): Spread {
  const sorted = answers.map(({ asked, ended }) => ended - asked).sort((a, b) => a - b);
  const within = (part: number) => sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
  return { count: sorted.length, p50Ms: within(0.5), p90Ms: within(0.9) };
}

function lastOf(waits: readonly Wait[]): string | null {
  const last = waits.filter(isAnswer).reduce((latest, { ended }) => Math.max(latest, ended), 0);
  return last === 0 ? null : timeOf(last);
}

function samplesOf(waits: readonly Wait[], now: number): Figures['waiting'] {
  const last = Math.floor(now / SAMPLE_MS) * SAMPLE_MS;
  const samples: Figures['waiting'] = [];
  for (let at = last - LOOK_BACK_MS; at <= last; at += SAMPLE_MS)
    samples.push({
      at: timeOf(at),
      count: waits.filter(({ asked, ended = now + 1 }) => asked <= at && at < ended).length,
    });
  return samples;
}

/** Whole periods from the one in which `from` lies to the one that runs. */
function periodsOf(waits: readonly Wait[], from: number, now: number, length: number): Period[] {
  const begin = Math.floor(from / length) * length;
  const periods = Array.from({ length: Math.floor((now - begin) / length) + 1 }, (_, index) => ({
    at: timeOf(begin + index * length),
    arrived: 0,
    answered: 0,
  }));
  const at = (ms: number) => periods[Math.floor((ms - begin) / length)];
  for (const wait of waits) {
    const arrived = at(wait.asked);
    if (arrived) arrived.arrived++;
    const answered = isAnswer(wait) ? at(wait.ended) : undefined;
    if (answered) answered.answered++;
  }
  return periods;
}

function binsOf(first: readonly Answer[]): Figures['firstByWait'] {
  const bins = Array.from({ length: BINS + 1 }, (_, index) => ({
    toMs: index < BINS ? (index + 1) * BIN_MS : null,
    count: 0,
    inTime: 0,
  }));
  for (const answer of first) {
    const bin = bins[Math.min(BINS, Math.floor((answer.ended - answer.asked) / BIN_MS))];
    if (!bin) continue;
    bin.count++;
    if (isInTime(answer)) bin.inTime++;
  }
  return bins;
}
