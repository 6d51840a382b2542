import i18next from 'i18next';
import { en } from './en.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

type Singular<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;
export type Key = Singular<keyof typeof en>;
export type Values = Record<string, string | number>;

/** What the model says: which sentence, and what stands in it. Put into words where it is shown. */
export interface Sentence {
  key: Key;
  values?: Values;
}

/** A stretch of a sentence. Tags in the catalogue: `b` strong, `n` figures, `m` a position, `k` a key. */
export interface Part {
  text: string;
  tag?: 'b' | 'n' | 'm' | 'k';
  /** It came from outside, so its direction is its own. */
  foreign?: true;
}

const catalogue = i18next.createInstance();
void catalogue.init({
  lng: 'en',
  fallbackLng: 'en',
  keySeparator: false,
  nsSeparator: false,
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: { en: { translation: en } },
});

export function language(): Language {
  return catalogue.language as Language;
}

/** Changes the language; its catalogue is fetched when it is first needed. */
export async function setLanguage(next: Language): Promise<void> {
  if (next === 'de' && !catalogue.hasResourceBundle('de', 'translation')) {
    const { de } = await import('./de.ts');
    catalogue.addResourceBundle('de', 'translation', de);
  }
  await catalogue.changeLanguage(next);
}

export function subscribeToLanguage(listener: () => void): () => void {
  catalogue.on('languageChanged', listener);
  return () => catalogue.off('languageChanged', listener);
}

/** Where a person's words would stand, so that theirs are never read as ours. */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const TOKEN = /\uE000(\d+)\uE001/u;
const PIECES = /(<\/?[bnmk]>|\uE000\d+\uE001)/u;

/** A sentence as stretches: tags of the catalogue resolved, foreign text apart. */
export function partsOf({ key, values = {} }: Sentence): Part[] {
  const foreign: string[] = [];
  const safe: Values = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'number') safe[name] = value;
    else safe[name] = `${OPEN}${foreign.push(value) - 1}${CLOSE}`;
  }
  const parts: Part[] = [];
  let tag: Part['tag'];
  for (const piece of catalogue.t(key as string, safe).split(PIECES)) {
    const token = TOKEN.exec(piece);
    if (/^<[bnmk]>$/.test(piece)) tag = piece[1] as Part['tag'];
    else if (/^<\/[bnmk]>$/.test(piece)) tag = undefined;
    else if (token) parts.push({ text: foreign[Number(token[1])] ?? '', foreign: true, ...(tag ? { tag } : {}) });
    else if (piece !== '') parts.push({ text: piece, ...(tag ? { tag } : {}) });
  }
  return parts;
}

/** A sentence as plain text, for labels and live regions. */
export function say(sentence: Sentence): string {
  return partsOf(sentence)
    .map((part) => part.text)
    .join('');
}

export function t(key: Key, values?: Values): string {
  return say(values ? { key, values } : { key });
}
