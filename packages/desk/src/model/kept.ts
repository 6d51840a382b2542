import { ask } from './ask.ts';

/** Something small that the server keeps and the desk asks for when it is first needed: the last answer stays meanwhile. */
export interface Kept<T> {
  /** Undefined until it came. */
  now: () => T | undefined;
  subscribe: (listener: () => void) => () => void;
  /** Asks anew; who asks while an answer is under way gets that one. */
  refresh: () => Promise<void>;
}

export function keptFrom<T, A>(path: string, take: (answer: A) => T): Kept<T> {
  let value: T | undefined;
  let asking: Promise<void> | undefined;
  const listeners = new Set<() => void>();
  const read = async () => {
    try {
      const answer = await ask<A>('GET', path);
      if (!answer.ok) return;
      value = take(answer.value);
      for (const listener of listeners) listener();
    } catch (error) {
      // Without a connection the last answer stays.
      console.warn(`heed: ${path} could not be read`, error);
    }
  };
  return {
    now: () => value,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => {
      asking ??= read().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}
