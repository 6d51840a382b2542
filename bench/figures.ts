/** The middle of some figures: what a noisy machine says most honestly. */
export function median(figures: readonly number[]): number {
  return percentile(figures, 50);
}

/** The figure below which so many percent of all lie. */
export function percentile(figures: readonly number[], percent: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
