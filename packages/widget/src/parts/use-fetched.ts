import { useEffect, useState } from 'preact/hooks';
import type { Words } from '../words/catalogue.ts';

/** A conversation on the screen. */
export type Talk = typeof import('../app/talk.ts');
/** What the first picture does without. */
export type Later = typeof import('../app/later.ts');

export const fetchTalk = (): Promise<Talk> => import('../app/talk.ts');

/** With what its parts say. */
export async function fetchLater(words: Words): Promise<Later> {
  const later = await import('../app/later.ts');
  await later.learnTheRest(words);
  return later;
}

/** How soon what could not be fetched is fetched again: messages whose files are on this device wait for it. */
const RETRY_MS = 5000;

/** Asks until it is there. */
export async function atLast<T>(fetch: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await fetch();
    } catch {
      // There is no network, or none yet: the window goes on without it.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Parts of the window that are fetched after its first picture; until then it goes on without them. */
export function useFetched<T>(fetch: () => Promise<T>, begun?: T): T | undefined {
  const [fetched, setFetched] = useState(begun);
  useEffect(() => {
    if (!begun) void atLast(fetch).then((it) => setFetched(() => it));
  }, []);
  return fetched;
}
