import type { en } from './en.ts';

/** A sentence, or one for each plural form of the number `n`. */
export type Sentence = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Key = keyof typeof en;
export type Catalogue = Record<Key, Sentence>;
export type Values = Record<string, string | number>;

/** A catalogue with the rules of its language. */
export interface Words {
  /** The language of the sentences. */
  language: string;
  /** The language tag for times and dates: the reader's own region where it is known. */
  locale: string;
  say(key: Key, values?: Values): string;
}

const fill = (text: string, values: Values): string =>
  text.replace(/\{(\w+)\}/g, (slot, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : slot));

function choose(sentence: Sentence, rules: Intl.PluralRules, values: Values): string {
  if (typeof sentence === 'string') return sentence;
  return sentence[rules.select(Number(values.n ?? 0))] ?? sentence.other ?? '';
}

export function wordsOf(language: string, catalogue: Catalogue, locale: string): Words {
  const counts = new Intl.PluralRules(language);
  const ordinals = new Intl.PluralRules(language, { type: 'ordinal' });
  return {
    language,
    locale,
    say: (key, values = {}) => fill(choose(catalogue[key], key === 'place' ? ordinals : counts, values), values),
  };
}
