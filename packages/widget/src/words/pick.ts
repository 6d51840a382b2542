import { type Catalogue, type Words, wordsOf } from './catalogue.ts';
import { en } from './en.ts';

/** English comes with the app; the others when they are spoken. */
export const CATALOGUES: Readonly<Record<string, () => Promise<Catalogue>>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
};
const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'iw', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi']);

const base = (tag: string): string => tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';

/** Whether `Intl` knows the tag; what a shop writes on its script tag may be anything. */
function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** The words for what the shop asked for, else for the first of the browser's languages that there is a catalogue for. */
export async function pickWords(asked: string | undefined, preferred: readonly string[]): Promise<Words> {
  const wanted = [...(asked ? [asked] : []), ...preferred].filter(isTag);
  const found = wanted.find((tag) => Object.hasOwn(CATALOGUES, base(tag)));
  const language = found ? base(found) : 'en';
  const region = wanted.find((tag) => base(tag) === language && tag.includes('-'));
  return wordsOf(language, (await CATALOGUES[language]?.()) ?? en, region ?? found ?? 'en-GB');
}

/** The direction the shop forces, else that of the language it asked for, else that of the words. */
export function pickDirection(forced: string | undefined, asked: string | undefined, words: Words): 'ltr' | 'rtl' {
  if (forced === 'rtl' || forced === 'ltr') return forced;
  return RIGHT_TO_LEFT.has(base(asked || words.language)) ? 'rtl' : 'ltr';
}
