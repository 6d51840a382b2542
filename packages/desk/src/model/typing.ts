import { deviceClock } from '@heed/client';

/** Tells the others that somebody is writing: at most once in this time, and that it ended after a pause. */
const AGAIN_MS = 3_000;
const PAUSE_MS = 4_000;

export interface TypingTeller {
  typed(isAnything: boolean): void;
  stop(): void;
}

export function newTypingTeller(tell: (on: boolean) => void): TypingTeller {
  let toldAt: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    clearTimeout(timer);
    if (toldAt !== undefined) tell(false);
    toldAt = undefined;
  };
  return {
    typed(isAnything) {
      if (!isAnything) return stop();
      clearTimeout(timer);
      timer = setTimeout(stop, PAUSE_MS);
      if (toldAt !== undefined && deviceClock.now() - toldAt < AGAIN_MS) return;
      toldAt = deviceClock.now();
      tell(true);
    },
    stop,
  };
}
