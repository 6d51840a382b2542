/** How long to wait after so many failures in a row: from 1 s, doubling to 30 s, with half of it left to chance. */
export function backoffMs(failures: number, chance: number): number {
  const most = Math.min(30_000, 1_000 * 2 ** (failures - 1));
  return most / 2 + (most / 2) * chance;
}
