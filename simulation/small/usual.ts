import type { Bounds } from './actions.ts';

const NONE = { loss: 0, repetition: 0, swap: 0, cut: 0, crash: 0, rollback: 0, wait: 0, beat: 0 };

/** Worlds that together have every trouble, small enough to be visited whole in two minutes. */
export const USUAL: Record<string, Bounds> = {
  'no trouble': { presses: [1, 1], says: 1, most: NONE, troubles: 0 },
  'time passes': { presses: [1, 1], says: 1, most: { ...NONE, wait: 1 }, troubles: 0 },
  'two troubles': {
    presses: [1, 0],
    says: 0,
    most: { loss: 1, repetition: 1, swap: 1, cut: 1, crash: 1, rollback: 1, wait: 0, beat: 0 },
    troubles: 2,
  },
  'one trouble': {
    presses: [1, 1],
    says: 1,
    most: { loss: 1, repetition: 1, swap: 1, cut: 1, crash: 1, rollback: 1, wait: 0, beat: 0 },
    troubles: 1,
  },
};
