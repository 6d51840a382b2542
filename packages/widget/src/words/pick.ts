import { type First, type Words, wordsOf } from './catalogue.ts';
import { en } from './first/en.ts';

/** English comes with the app, and is there where another cannot be fetched; the others when they are spoken. */
export const FIRST: Readonly<Record<string, () => Promise<First>>> = {
  en: async () => en,
  de: async () => (await import('./first/de.ts')).de,
  fr: async () => (await import('./first/fr.ts')).fr,
  es: async () => (await import('./first/es.ts')).es,
  zh: async () => (await import('./first/zh.ts')).zh,
  ar: async () => (await import('./first/ar.ts')).ar,
};
const RIGHT_TO_LEFT = /^(?:ar|dv|fa|he|iw|ku|ps|sd|ug|ur|yi)\b/;

const base = (tag: string): string => tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';

/** Whether `Intl` knows the tag; what a shop writes on its script tag may be anything. */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** The words for what the shop asked for, else for the first of the browser's languages that there are words for. */
export async function pickWords(asked: string | undefined, preferred: readonly string[]): Promise<Words> {
  const wanted = [...(asked ? [asked] : []), ...preferred].filter(isTag);
  const found = wanted.find((tag) => Object.hasOwn(FIRST, base(tag)));
  const spoken = found ? base(found) : 'en';
  const first = await FIRST[spoken]?.().catch(() => undefined);
  const language = first ? spoken : 'en';
  const region = wanted.find((tag) => base(tag) === language && tag.includes('-'));
  return wordsOf(language, first ?? en, region ?? (first && found ? found : 'en-GB'));
}

/** The direction the shop forces, else that of the language it asked for, else that of the words. */
export function pickDirection(forced: string | undefined, asked: string | undefined, words: Words): 'ltr' | 'rtl' {
  if (forced === 'rtl' || forced === 'ltr') return forced;
  return RIGHT_TO_LEFT.test(base(asked || words.language)) ? 'rtl' : 'ltr';
}
