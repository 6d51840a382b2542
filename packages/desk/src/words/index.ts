import { type Catalogue, formOf, type Key, type Values } from './catalogue.ts';
import { en } from './en/index.ts';

export type { Key, Values };

/** English comes with the desk; the others are fetched when they are first spoken. */
export const CATALOGUES = {
  en: async (): Promise<Catalogue> => en,
  de: async () => (await import('./de/index.ts')).de,
  fr: async () => (await import('./fr/index.ts')).fr,
  es: async () => (await import('./es/index.ts')).es,
  zh: async () => (await import('./zh/index.ts')).zh,
  ar: async () => (await import('./ar/index.ts')).ar,
};
export type Language = keyof typeof CATALOGUES;
export const LANGUAGES = Object.keys(CATALOGUES) as Language[];

/** Where the reader's browser names no region of the language. */
const REGIONS: Readonly<Record<Language, string>> = {
  en: 'en-GB',
  de: 'de-DE',
  fr: 'fr-FR',
  es: 'es-ES',
  zh: 'zh-CN',
  ar: 'ar-EG',
};

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

/** What is spoken now, with the rules of its language for counting. */
interface Spoken {
  language: Language;
  catalogue: Catalogue;
  plurals: Intl.PluralRules;
}

let spoken: Spoken = { language: 'en', catalogue: en, plurals: new Intl.PluralRules('en') };
const listeners = new Set<() => void>();

export function language(): Language {
  return spoken.language;
}

/** The reader's own locale where it is of the desk's language, so that an Irish reader gets Irish times. */
export function locale(): string {
  const preferred = typeof navigator === 'undefined' ? [] : navigator.languages;
  return preferred.find((tag) => tag.split('-')[0] === spoken.language) ?? REGIONS[spoken.language];
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** What a language calls itself. */
export function nameOf(language: Language): string {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
  return name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1);
}

/** Changes the language; its catalogue is fetched when it is first needed. */
export async function setLanguage(next: Language): Promise<void> {
  const catalogue = await CATALOGUES[next]();
  spoken = { language: next, catalogue, plurals: new Intl.PluralRules(next) };
  for (const listener of listeners) listener();
}

export function subscribeToLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const numbers = new Map<string, Intl.NumberFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const name = locale() + JSON.stringify(options);
  const made = numbers.get(name) ?? new Intl.NumberFormat(locale(), options);
  numbers.set(name, made);
  return made;
}

/** A number in the reader's digits. */
export function figure(value: number, options: Intl.NumberFormatOptions = {}): string {
  return numberFormat(options).format(value);
}

/** The same in its parts. */
export function figureParts(value: number, options: Intl.NumberFormatOptions): Intl.NumberFormatPart[] {
  return numberFormat(options).formatToParts(value);
}

/** Numbers that name something, a position or a conversation, look the same in every language. */
const NAMES: ReadonlySet<string> = new Set(['n', 'yours', 'now', 'number']);

const PIECES = /(<\/?[bnmk]>|\{\{\w+\}\})/;
const TAG = /^<[bnmk]>$/;
const END = /^<\/[bnmk]>$/;
const SLOT = /^\{\{(\w+)\}\}$/;

/** What stands in a slot: a person's words are never read as ours. */
function filled(slot: string, values: Values): Omit<Part, 'tag'> {
  const value = values[slot];
  if (typeof value === 'number') return { text: NAMES.has(slot) ? String(value) : figure(value) };
  return { text: value ?? '', foreign: true };
}

/** A sentence as stretches: tags of the catalogue resolved, foreign text apart. */
export function partsOf({ key, values = {} }: Sentence): Part[] {
  const { catalogue, plurals } = spoken;
  const parts: Part[] = [];
  let tag: Part['tag'];
  for (const piece of formOf(catalogue[key], Number(values.count ?? 0), plurals).split(PIECES)) {
    const slot = SLOT.exec(piece)?.[1];
    if (TAG.test(piece)) tag = piece[1] as Part['tag'];
    else if (END.test(piece)) tag = undefined;
    else if (piece !== '') parts.push({ ...(slot ? filled(slot, values) : { text: piece }), ...(tag ? { tag } : {}) });
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
