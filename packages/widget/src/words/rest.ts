import type { Later, Words } from './catalogue.ts';

/** What the parts say that are fetched later. */
export const LATER: Readonly<Record<string, () => Promise<Later>>> = {
  en: async () => (await import('./later/en.ts')).en,
  de: async () => (await import('./later/de.ts')).de,
  fr: async () => (await import('./later/fr.ts')).fr,
  es: async () => (await import('./later/es.ts')).es,
  zh: async () => (await import('./later/zh.ts')).zh,
  ar: async () => (await import('./later/ar.ts')).ar,
};

/** Fetches it; throws where it cannot be fetched now. */
export async function learnTheRest(words: Words): Promise<void> {
  const rest = await LATER[words.language]?.();
  if (rest) words.learn(rest);
}
