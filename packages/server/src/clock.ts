import { steadyClock } from '@heed/protocol';

/** Stops what was begun; a second time it does nothing. */
export type Cancel = () => void;

/** Time and chance as a node meets them: the machine's, or those of a simulated world. */
export interface Clock {
  /** Milliseconds that never go back. They drive intervals only; what is stored has the database's time (STR5). */
  now(): number;
  /** The machine's time, in milliseconds since 1970, whoever set it: to be told, not to be measured by. */
  wall(): number;
  after(ms: number, then: () => void): Cancel;
  every(ms: number, then: () => void): Cancel;
  /** Once everything that has arrived by now was looked at. */
  soon(then: () => void): Cancel;
  /** From 0 (inclusive) to 1: for jitter and names, never for secrets. */
  random(): number;
}

/** The machine's clock. None of its timers keeps a process alive that has nothing else to do. */
export const machineClock: Clock = {
  now: steadyClock(),
  wall: Date.now,
  after: (ms, then) => {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  },
  every: (ms, then) => {
    const timer = setInterval(then, ms).unref();
    return () => clearInterval(timer);
  },
  soon: (then) => {
    const turn = setImmediate(then);
    return () => clearImmediate(turn);
  },
  random: Math.random,
};
