/** Where a held reply was written and where the conversation is, on a line (DESIGN §4). */
export interface Ruler {
  from: number;
  yours: number;
  now: number;
  ticks: { n: number; x: number; isNew: boolean }[];
  /** Room for both words above the line. */
  yourWordsX: number;
}

const START = 18;
const END = 542;
/** More marks than this are a hatch, not a scale. */
const MOST_TICKS = 30;
const BEFORE = 6;

export function rulerOf(yours: number, now: number): Ruler {
  const from = Math.max(0, yours - BEFORE);
  const x = (n: number) => START + ((END - START) * (n - from)) / Math.max(1, now - from);
  const step = Math.max(1, Math.ceil((now - from) / MOST_TICKS));
  const numbers = new Set([from, yours, now]);
  for (let n = from; n <= now; n += step) numbers.add(n);
  const ticks = [...numbers].sort((a, b) => a - b).map((n) => ({ n, x: round(x(n)), isNew: n > yours }));
  return { from, yours, now, ticks, yourWordsX: round(x(yours)) - 8 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
