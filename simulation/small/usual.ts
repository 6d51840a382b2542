import type { Bounds } from './actions.ts';

const NONE = { loss: 0, repetition: 0, swap: 0, cut: 0, crash: 0, rollback: 0, wait: 0, beat: 0 };
const EACH = { ...NONE, loss: 1, repetition: 1, swap: 1, cut: 1, crash: 1, rollback: 1 };

/** Worlds that together have every trouble, small enough to be visited whole in two minutes. */
export const USUAL: Record<string, Bounds> = {
  'no trouble': { presses: [1, 1], says: 1, most: NONE, troubles: 0 },
  'time passes': { presses: [1, 1], says: 1, most: { ...NONE, wait: 1 }, troubles: 0 },
  'one trouble': { presses: [1, 1], says: 1, most: EACH, troubles: 1 },
  'one trouble, a chain': { presses: [2, 0], says: 1, most: EACH, troubles: 1 },
  'two troubles': { presses: [1, 0], says: 0, most: EACH, troubles: 2 },
};

/** The same with more of everything, for a long run. */
export const LONG: Record<string, Bounds> = {
  'one trouble, and a beat': { presses: [1, 0], says: 1, most: { ...EACH, beat: 1 }, troubles: 1 },
  'two troubles, the customer writes': { presses: [1, 0], says: 1, most: EACH, troubles: 2 },
};
