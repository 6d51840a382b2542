import type { en as first } from './first/en.ts';
import type { en as later } from './later/en.ts';

/** A sentence, or one for each plural form of the number `n`. */
export type Sentence = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type First = Record<keyof typeof first, Sentence>;
export type Later = Record<keyof typeof later, Sentence>;
export type Key = keyof First | keyof Later;
export type Values = Record<string, string | number>;

/** A catalogue with the rules of its language. */
export interface Words {
  /** The language of the sentences. */
  language: string;
  /** The language tag for times, dates and numbers: the reader's own region where it is known. */
  locale: string;
  say(key: Key, values?: Values): string;
  /** Takes in the sentences of the parts that are fetched later. Until then there are none of those parts either. */
  learn(later: Later): void;
}

/** Numbers in the reader's own digits; texts as they are. */
function fill(text: string, values: Values, numbers: () => Intl.NumberFormat): string {
  return text.replace(/\{(\w+)\}/g, (slot, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : slot;
    return typeof value === 'number' ? numbers().format(value) : String(value);
  });
}

/** Made when it is first needed: what `Intl` makes takes a slow device milliseconds each. */
function lazy<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

export function wordsOf(language: string, catalogue: First, locale: string): Words {
  const counts = lazy(() => new Intl.PluralRules(language));
  const ordinals = lazy(() => new Intl.PluralRules(language, { type: 'ordinal' }));
  const numbers = lazy(() => new Intl.NumberFormat(locale));
  const sentences: Partial<Record<Key, Sentence>> = { ...catalogue };
  const formOf = (key: Key, n: number): string => {
    const sentence = sentences[key] ?? '';
    if (typeof sentence === 'string') return sentence;
    return sentence[(key === 'place' ? ordinals : counts)().select(n)] ?? sentence.other ?? '';
  };
  return {
    language,
    locale,
    say: (key, values = {}) => fill(formOf(key, Number(values.n ?? 0)), values, numbers),
    learn: (later) => void Object.assign(sentences, later),
  };
}
