/** A word of a text: folded, and where it stands in the text as written. */
export interface Word {
  word: string;
  from: number;
  to: number;
}

/** Scripts that are written without spaces: each letter counts as a word, and pairs of them as what is looked for. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const WORDS = new RegExp(`[${UNSPACED}]\\p{M}*|(?:(?![${UNSPACED}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');
/** Accents of Latin, Greek and Cyrillic letters; vowel signs and hamzas of Arabic; points of Hebrew. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
/** PostgreSQL takes words of up to 2,046 bytes; nobody looks for longer ones than that. */
const LONGEST = 80;

/** How words are compared: without case, accents, width, and what Arabic is written with or without. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/ß/gu, 'ss')
    .replace(/\u0640/gu, '')
    .replace(/\u0649/gu, '\u064a')
    .replace(/\u0629/gu, '\u0647');
}

/** The words of a text in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: written, index } of text.matchAll(WORDS)) {
    const [from, to] = [index, index + written.length];
    // What is one letter to write may be several words to read.
    for (const [word] of fold(written).matchAll(WORDS)) words.push({ word: word.slice(0, LONGEST), from, to });
  }
  return words;
}

/** Two words that follow each other, as one: what makes few of many where each of them is common. */
function pair(first: string, second: string): string {
  return `${first} ${second}`;
}

function pairsOf(words: readonly string[]): string[] {
  return words.slice(1).map((word, index) => pair(words[index] as string, word));
}

/** One entry of a tsvector or tsquery; words hold letters and digits only. */
function quoted(entry: string): string {
  return `'${entry}'`;
}

/** What is kept of a text in the index: its words and their pairs, as a tsvector. */
export function vectorOf(texts: readonly string[]): string {
  const entries = new Set<string>();
  for (const text of texts) {
    const words = wordsOf(text).map(({ word }) => word);
    for (const entry of [...words, ...pairsOf(words)]) entries.add(entry);
  }
  return [...entries].map(quoted).join(' ');
}

/** Asks for texts in which these words follow each other (nearly: their pairs are all there). */
export function phraseQuery(words: readonly string[]): string {
  return (words.length > 1 ? [...new Set(pairsOf(words))] : words).map(quoted).join(' & ');
}

/** What is looked for together: a word, or letters of an unspaced script that were written without a gap. */
export type Term = readonly string[];

/** The terms of a question in order. */
export function termsOf(words: readonly Word[]): Term[] {
  const terms: string[][] = [];
  for (const [index, { word, from }] of words.entries()) {
    // Words of other scripts never touch: something stands between them.
    if (index > 0 && words[index - 1]?.to === from) terms.at(-1)?.push(word);
    else terms.push([word]);
  }
  return terms;
}

/** Asks for texts with all of these terms wherever; the last word may go on where it may still be being typed. */
export function termsQuery(terms: readonly Term[], end: 'whole' | 'going on'): string {
  const last = end === 'going on' ? terms.at(-1) : undefined;
  return [
    ...new Set(terms.map((term) => (term === last && mayGoOn(term) ? `${phraseQuery(term)}:*` : phraseQuery(term)))),
  ].join(' & ');
}

/** A letter or two begin half of all words; a letter of an unspaced script is a word. */
export function mayGoOn(term: Term): boolean {
  return term.length === 1 && (term[0] ?? '').length > 2;
}

/** Stretches of three letters of a word with its ends marked: what two spellings of one name share. */
function gramsOf(word: string): string[] {
  const letters = [...`^${word}$`];
  return letters.slice(2).map((_, index) => letters.slice(index, index + 3).join(''));
}

/** What is kept of a customer: the words, and for words one may misspell their stretches of three letters. */
export function customerVector(texts: readonly string[]): string {
  const words = texts.flatMap((text) => wordsOf(text).map(({ word }) => word));
  return [...new Set([...words, ...words.flatMap(gramsOf)])].map(quoted).join(' ');
}

/** Customers who have all of these words, each at the beginning of one of theirs. */
export function customerQuery(words: readonly string[]): string {
  return words.map((word) => `${quoted(word)}:*`).join(' & ');
}

/** Customers with any stretch of these words. */
export function similarQuery(words: readonly string[]): string {
  return [...new Set(words.flatMap(gramsOf))].map(quoted).join(' | ');
}

/** How alike two names are, from 0 to 1: the share of stretches that the sought one finds in the other. */
export function likeness(sought: readonly string[], found: readonly string[]): number {
  const theirs = new Set(found.flatMap(gramsOf));
  const grams = [...new Set(sought.flatMap(gramsOf))];
  return grams.length === 0 ? 0 : grams.filter((gram) => theirs.has(gram)).length / grams.length;
}
