import { useEffect, useState } from 'preact/hooks';
import { atLast } from '../app/at-last.ts';
import type { Words } from '../words/catalogue.ts';

/** A conversation on the screen. */
export type Talk = typeof import('../app/talk.ts');
/** The start page. */
export type Start = typeof import('../app/start.ts');
/** What the first picture does without. */
export type Later = typeof import('../app/later.ts');

export const fetchStart = (): Promise<Start> => import('../app/start.ts');
export const fetchTalk = (): Promise<Talk> => import('../app/talk.ts');

/** With what its parts say. */
export async function fetchLater(words: Words): Promise<Later> {
  const later = await import('../app/later.ts');
  await later.learnTheRest(words);
  return later;
}

/** Parts of the window that are fetched after its first picture; until then it goes on without them. */
export function useFetched<T>(fetch: () => Promise<T>, begun?: T): T | undefined {
  const [fetched, setFetched] = useState(begun);
  useEffect(() => {
    if (!begun) void atLast(fetch).then((it) => setFetched(() => it));
  }, []);
  return fetched;
}
