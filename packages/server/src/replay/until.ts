import type { Client } from '@heed/client';

/** Nothing in a play takes this long unless something is stuck: beats repair within 25 s what was lost. */
const STUCK_MS = 60_000;

/** What somebody on the stage waited for did not come. */
export class Stuck extends Error {}

/** Resolves as soon as a terminal's state is as wanted; fails with `Stuck` after a minute. */
export function until(client: Client, what: string, isSo: () => boolean): Promise<void> {
  if (isSo()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      stop();
    };
    const timer = setTimeout(() => {
      end();
      reject(new Stuck(what));
    }, STUCK_MS);
    const stop = client.subscribe(() => {
      if (!isSo()) return;
      end();
      resolve();
    });
  });
}

/** A value that will be there once. */
export interface Coming<T> {
  promise: Promise<T>;
  resolve(value: T): void;
}

export function coming<T>(): Coming<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { promise, resolve };
}
