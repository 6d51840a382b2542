import { deviceClock } from '@heed/client';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** Something whose value is replaced at each change. */
export interface Watched {
  subscribe(listener: () => void): () => void;
}

/** The value as it is now, drawn again when it changes. */
export function useValue<T>(source: Watched, read: () => T): T {
  const [, redraw] = useState(0);
  // Before anything else happens to the page, so that no change falls between drawing and listening.
  useLayoutEffect(() => source.subscribe(() => redraw((n) => n + 1)), [source]);
  return read();
}

/** This device's time, drawn again each second while a clock is on the screen. */
export function useNow(running: boolean): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => redraw((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return deviceClock.now();
}
