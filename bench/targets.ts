/** A figure, what it should be, and whether it is; `wish` is where we want to be. */
export interface Target {
  name: string;
  wanted: string;
  value: number;
  isMet: boolean;
}

/** What a bench found: its figures by name, and the targets that they are held against. */
export interface Findings {
  figures: Record<string, unknown>;
  targets: Target[];
  /** Figures of each round by name, where things were measured beside each other. */
  rounds?: Record<string, number>[];
}

export function atLeast(name: string, value: number, wanted: number, wish?: number): Target {
  return { name, wanted: `≥ ${wanted}${wish === undefined ? '' : ` (${wish})`}`, value, isMet: value >= wanted };
}

export function atMost(name: string, value: number, wanted: number, wish?: number): Target {
  return { name, wanted: `≤ ${wanted}${wish === undefined ? '' : ` (${wish})`}`, value, isMet: value <= wanted };
}

/** So many digits behind the point. */
export function rounded(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
