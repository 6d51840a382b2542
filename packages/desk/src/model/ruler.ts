/** Where a held reply was written and where the conversation is, on a line (DESIGN §4). */
export interface Ruler {
  from: number;
  yours: number;
  now: number;
  ticks: { n: number; x: number; isNew: boolean }[];
  /** Where *your reply* stands: before its mark, or after it where there is no room before. */
  yourWords: { x: number; anchor: 'end' | 'start' };
  yourX: number;
}

const START = 18;
const END = 542;
/** More marks than this are a hatch, not a scale. */
const MOST_TICKS = 30;
const BEFORE = 6;
/** So much of the line before the reply, for each step after it, leaves room for both words. */
const SHARE_BEFORE = 3;
/** The words *your reply* are about this wide. */
const WORDS = 70;

export function rulerOf(yours: number, now: number): Ruler {
  const from = Math.max(0, yours - Math.min(BEFORE, SHARE_BEFORE * Math.max(1, now - yours)));
  const x = (n: number) => START + ((END - START) * (n - from)) / Math.max(1, now - from);
  const step = Math.max(1, Math.ceil((now - from) / MOST_TICKS));
  const numbers = new Set([from, yours, now]);
  for (let n = from; n <= now; n += step) numbers.add(n);
  const ticks = [...numbers].sort((a, b) => a - b).map((n) => ({ n, x: round(x(n)), isNew: n > yours }));
  const yourX = round(x(yours));
  const yourWords =
    yourX > WORDS ? { x: yourX - 8, anchor: 'end' as const } : { x: yourX + 8, anchor: 'start' as const };
  return { from, yours, now, ticks, yourX, yourWords };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
