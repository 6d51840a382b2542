import type { Item, Update } from './frames.ts';
import type { Point } from './point.ts';

/** What a terminal holds of one stream, as far as a comparison needs it. */
export interface Held {
  /** The point of the last item held without a gap; absent where nothing is held. */
  at?: Point;
  /** The hash at a number that is held, where it is still known. */
  hashAt(n: number): string | undefined;
  /** What the terminal held, or had been told of, when it asked: a head below it is a divergence (CMP3). */
  asked?: Point;
}

export type Verdict =
  | { do: 'apply'; from: number }
  | { do: 'get' }
  | { do: 'ignore' }
  | { do: 'diverged'; ours: Point; theirs: Point };

/** Whether an item comes directly after a number; on lists it stands for dropped ones from `n0` on (LST2). */
export function fits(item: Item, after: number): boolean {
  return (item.n0 ?? item.n) <= after + 1 && after + 1 <= item.n;
}

/** CMP12: numbers follow one another, and where the last one is the head's, so is its hash. */
export function isWellFormed(update: Update): boolean {
  let last = update.prev.n;
  for (const item of update.items) {
    if (!fits(item, last)) return false;
    last = item.n;
  }
  const end = update.items.at(-1);
  return last <= update.head.n && (end === undefined || end.n !== update.head.n || end.h === update.head.h);
}

function disagreement(update: Update, held: Held, at: Point): Verdict | undefined {
  const theirs = [update.prev, ...update.items, update.head].find((point) => {
    const ours = point.n <= at.n ? held.hashAt(point.n) : undefined;
    return ours !== undefined && ours !== point.h;
  });
  if (theirs)
    return {
      do: 'diverged',
      ours: { n: theirs.n, h: held.hashAt(theirs.n) ?? '' },
      theirs: { n: theirs.n, h: theirs.h },
    };
  if (held.asked !== undefined && update.head.n < held.asked.n)
    return { do: 'diverged', ours: held.asked, theirs: update.head };
  return undefined;
}

/** What a terminal does with an update, given what it holds (CMP2–CMP7). Epochs (CMP1) are compared before. */
export function compare(update: Update, held: Held): Verdict {
  const at = held.at;
  if (at === undefined) return update.prev.n === 0 ? { do: 'apply', from: 0 } : { do: 'get' };
  const diverged = disagreement(update, held, at);
  if (diverged) return diverged;
  if (update.prev.n > at.n) return { do: 'get' };
  const from = update.items.findIndex((item) => item.n > at.n);
  if (from === -1) return { do: 'ignore' };
  return fits(update.items[from] as Item, at.n) ? { do: 'apply', from } : { do: 'get' };
}
