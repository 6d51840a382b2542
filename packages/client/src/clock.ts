import { steadyClock } from '@heed/protocol';
import type { Ms } from './state.ts';

/** Time and chance as a terminal meets them: the device's, or those of a simulated world. */
export interface Clock {
  now(): Ms;
  /** Both return how to stop it. */
  after(ms: Ms, then: () => void): () => void;
  every(ms: Ms, then: () => void): () => void;
  /** From 0 to 1, for jitter. */
  random(): number;
}

/** The device's clock: one that is set back would keep a window from finding out that nothing comes any more (BEAT4). */
export const deviceClock: Clock = {
  now: steadyClock(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, then) => {
    const timer = setInterval(then, ms);
    return () => clearInterval(timer);
  },
  random: () => Math.random(),
};
