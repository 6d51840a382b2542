/** Since when each number has been on the screen without a break. */
export type Dwell = ReadonlyMap<number, number>;

/** How long something must be on the screen to have been seen (GRD1). */
export const DWELL_MS = 800;

/** What is on the screen now keeps its time; what is gone begins anew. Nothing counts while nobody looks. */
export function look(dwell: Dwell, visible: readonly number[], attentive: boolean, now: number): Dwell {
  return new Map(attentive ? visible.map((n) => [n, dwell.get(n) ?? now]) : []);
}

/** The numbers that have been there long enough. */
export function dwelt(dwell: Dwell, now: number): number[] {
  return [...dwell].filter(([, since]) => now - since >= DWELL_MS).map(([n]) => n);
}

/** When the next number will have been there long enough, if one is on its way. */
export function nextDue(dwell: Dwell, now: number): number | undefined {
  const due = [...dwell.values()].map((since) => since + DWELL_MS).filter((at) => at > now);
  return due.length > 0 ? Math.min(...due) : undefined;
}
