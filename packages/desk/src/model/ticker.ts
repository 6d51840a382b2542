import { deviceClock } from '@heed/client';

/** One timer for every clock on the page: it ticks on the second, and only while somebody looks. */
const listeners = new Set<() => void>();
let now = deviceClock.now();
let timer: ReturnType<typeof setTimeout> | undefined;

function tick(): void {
  now = deviceClock.now();
  timer = setTimeout(tick, 1000 - (now % 1000));
  for (const listener of listeners) listener();
}

export function subscribeToTicks(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  };
}

/** This device's time at the last tick; read at once where nothing ticks yet. */
export function lastTick(): number {
  const fresh = deviceClock.now();
  if (timer === undefined && fresh - now >= 1000) now = fresh;
  return now;
}
