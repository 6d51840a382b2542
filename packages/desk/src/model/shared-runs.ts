/** A stretch of a text; `same` where the other text has the same run of words. */
export interface Run {
  text: string;
  same: boolean;
}

interface Word {
  start: number;
  end: number;
  folded: string;
}

/** Shorter runs are how people write, not what they say. */
const SHORTEST = 3;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

function wordsOf(text: string): Word[] {
  return [...segmenter.segment(text)]
    .filter((segment) => segment.isWordLike)
    .map(({ index, segment }) => ({
      start: index,
      end: index + segment.length,
      folded: segment.normalize('NFKC').toLowerCase(),
    }));
}

/** Lengths of the common runs that end at each pair of words, row by row. */
function longestRun(a: Word[], b: Word[], usedA: Set<number>, usedB: Set<number>) {
  let best = { length: 0, a: 0, b: 0 };
  let before: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const row: number[] = [];
    for (let j = 0; j < b.length; j++) {
      if (a[i]?.folded !== b[j]?.folded || usedA.has(i) || usedB.has(j)) continue;
      const length = (before[j - 1] ?? 0) + 1;
      row[j] = length;
      if (length > best.length) best = { length, a: i - length + 1, b: j - length + 1 };
    }
    before = row;
  }
  return best;
}

function stretches(text: string, words: Word[], runs: { from: number; length: number }[]): Run[] {
  const result: Run[] = [];
  let at = 0;
  for (const { from, length } of runs.sort((x, y) => x.from - y.from)) {
    const start = words[from]?.start ?? at;
    const end = words[from + length - 1]?.end ?? start;
    if (start > at) result.push({ text: text.slice(at, start), same: false });
    result.push({ text: text.slice(start, end), same: true });
    at = end;
  }
  if (at < text.length) result.push({ text: text.slice(at), same: false });
  return result;
}

/** Texts longer than this are not compared: the work grows with both. */
const MOST_WORDS = 600;

/** Runs of three words or more that stand in both texts, longest first, each word used once: no guessing. */
export function sharedRuns(left: string, right: string): { left: Run[]; right: Run[]; shared: number } {
  const a = wordsOf(left).slice(0, MOST_WORDS);
  const b = wordsOf(right).slice(0, MOST_WORDS);
  const usedA = new Set<number>();
  const usedB = new Set<number>();
  const runs: { a: number; b: number; length: number }[] = [];
  for (let run = longestRun(a, b, usedA, usedB); run.length >= SHORTEST; run = longestRun(a, b, usedA, usedB)) {
    runs.push(run);
    for (let k = 0; k < run.length; k++) {
      usedA.add(run.a + k);
      usedB.add(run.b + k);
    }
  }
  return {
    left: stretches(
      left,
      a,
      runs.map((run) => ({ from: run.a, length: run.length })),
    ),
    right: stretches(
      right,
      b,
      runs.map((run) => ({ from: run.b, length: run.length })),
    ),
    shared: runs.length,
  };
}
