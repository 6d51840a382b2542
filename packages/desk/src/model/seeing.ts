/** How much of an item must be on screen, and how long, before it counts as seen (GRD1). */
const SHARE = 0.6;
export const SEEN_AFTER_MS = 800;

/** What is on screen of one item. */
export interface Glimpse {
  visible: number;
  height: number;
  viewport: number;
  /** Whether its last line is on screen. */
  end: boolean;
}

/** 60 % of the item, or its end where it is taller than 60 % of the viewport. */
export function isShown({ visible, height, viewport, end }: Glimpse): boolean {
  if (height > viewport * SHARE) return end;
  return height > 0 && visible >= height * SHARE;
}

/** Measures how long items stand on screen while somebody looks; typing does not stop it. */
export interface Dwell {
  /** When it came on screen and somebody looked, by number. */
  since: ReadonlyMap<number, number>;
  looking: boolean;
  onScreen: ReadonlySet<number>;
}

export const NO_DWELL: Dwell = { since: new Map(), looking: false, onScreen: new Set() };

/** Something came on screen or left it. */
export function glimpsed(dwell: Dwell, n: number, shown: boolean, now: number): Dwell {
  if (dwell.onScreen.has(n) === shown) return dwell;
  const onScreen = new Set(dwell.onScreen);
  const since = new Map(dwell.since);
  if (shown) onScreen.add(n);
  else onScreen.delete(n);
  if (shown && dwell.looking) since.set(n, now);
  else since.delete(n);
  return { ...dwell, onScreen, since };
}

/** The page got or lost the focus, or was hidden: what is on screen begins anew. */
export function attended(dwell: Dwell, looking: boolean, now: number): Dwell {
  if (dwell.looking === looking) return dwell;
  return { ...dwell, looking, since: new Map(looking ? [...dwell.onScreen].map((n) => [n, now]) : []) };
}

/** What has been seen by now, and what remains to be measured. */
export function seenBy(dwell: Dwell, now: number): { seen: number[]; rest: Dwell; nextAt: number | undefined } {
  const seen = [...dwell.since].filter(([, at]) => now - at >= SEEN_AFTER_MS).map(([n]) => n);
  const since = new Map([...dwell.since].filter(([n]) => !seen.includes(n)));
  const first = Math.min(...since.values());
  return { seen, rest: { ...dwell, since }, nextAt: since.size > 0 ? first + SEEN_AFTER_MS : undefined };
}
