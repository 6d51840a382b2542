import type { conversation } from './en/conversation.ts';
import type { desk } from './en/desk.ts';
import type { pages } from './en/pages.ts';

/** A sentence, or one for each plural form of its `count`. */
export type Wording = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;
export type Conversation = Readonly<Record<keyof typeof conversation, Wording>>;
export type Desk = Readonly<Record<keyof typeof desk, Wording>>;
export type Pages = Readonly<Record<keyof typeof pages, Wording>>;
export type Catalogue = Conversation & Desk & Pages;
export type Key = keyof Catalogue;
export type Values = Record<string, string | number>;

/** The form of a sentence for a count, by the rules of its language (CLDR, through `Intl.PluralRules`). */
export function formOf(wording: Wording, count: number, rules: Intl.PluralRules): string {
  if (typeof wording === 'string') return wording;
  return wording[rules.select(count)] ?? wording.other ?? '';
}
