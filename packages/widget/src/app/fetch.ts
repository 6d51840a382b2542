import type { Words } from '../words/catalogue.ts';

/** A conversation on the screen. */
export type Talk = typeof import('./talk.ts');
/** The start page. */
export type Start = typeof import('./start.ts');
/** What the first picture does without. */
export type Later = typeof import('./later.ts');

export const fetchStart = (): Promise<Start> => import('./start.ts');
export const fetchTalk = (): Promise<Talk> => import('./talk.ts');

/** With what its parts say. */
export async function fetchLater(words: Words): Promise<Later> {
  const later = await import('./later.ts');
  await later.learnTheRest(words);
  return later;
}

/** What is made at the first use, once; where making it failed, at the next. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
