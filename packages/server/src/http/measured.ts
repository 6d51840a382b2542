import { offsetAt } from '../domain/zone.ts';
import type { QueueRow } from '../store/directory.ts';
import type { FiguresSource } from '../store/figures.ts';

/** Reply times of today, as a widget shows them. */
export interface Measured {
  replies: number;
  halfWithinMs: number;
  slowestMs: number;
  repliesMs: number[];
}

/** Fewer say nothing about the next one (DESIGN §4). */
const FEWEST = 20;
/** As many as the widget draws. */
const NEWEST = 40;
/** Every page that opens asks; nobody needs it fresher. */
const FRESH_MS = 60_000;
const DAY_MS = 86_400_000;

/** What the newest replies of a day took; null where there are too few to measure. */
export function measuredOf(repliesMs: readonly number[]): Measured | null {
  const newest = repliesMs.slice(-NEWEST);
  if (newest.length < FEWEST) return null;
  const sorted = newest.toSorted((a, b) => a - b);
  const half = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return { replies: newest.length, halfWithinMs: half, slowestMs: sorted.at(-1) ?? 0, repliesMs: newest };
}

/** Measures each queue at most once a minute. */
export class MeasuredReplies {
  readonly #source: FiguresSource;
  readonly #kept = new Map<string, { at: number; measured: Promise<Measured | null> }>();

  constructor(source: FiguresSource) {
    this.#source = source;
  }

  /** Of today where the queue is; by UTC where it has no hours. */
  of(queue: QueueRow | undefined, now: number): Promise<Measured | null> {
    if (!queue) return Promise.resolve(null);
    const kept = this.#kept.get(queue.id);
    if (kept && now - kept.at < FRESH_MS) return kept.measured;
    const measured = this.#measure(queue, now);
    this.#kept.set(queue.id, { at: now, measured });
    // What failed is asked for again by the next one.
    measured.catch(() => this.#kept.delete(queue.id));
    return measured;
  }

  async #measure(queue: QueueRow, now: number): Promise<Measured | null> {
    const offset = offsetAt(queue.targets.hours?.zone ?? 'UTC', now);
    const today = Math.floor((now + offset) / DAY_MS) * DAY_MS - offset;
    const ended = await this.#source.ended([queue.id], today);
    const replies = ended.filter(({ by }) => by !== 'mark').sort((a, b) => a.ended - b.ended);
    return measuredOf(replies.map((reply) => Math.max(0, reply.ended - reply.asked)));
  }
}
