import type { Excerpt } from '@heed/protocol';
import { mayGoOn, type Term, type Word, wordsOf } from './words.ts';

/** How well a text answers what was asked: as written, word after word, or with all the words somewhere. */
export type Fit = 'written' | 'phrase' | 'words' | 'none';

interface Found {
  fit: Fit;
  marks: [number, number][];
}

/** Looks for terms in a text; the last may be the beginning of a word. */
export function findIn(text: string, asked: string, terms: readonly Term[]): Found {
  const words = wordsOf(text);
  const inOnePiece = placesOf(words, terms.flat());
  if (inOnePiece.length > 0) return { fit: text.includes(asked) ? 'written' : 'phrase', marks: inOnePiece };
  const last = terms.at(-1);
  const found = terms.map((term) => [...placesOf(words, term), ...(term === last ? begunBy(words, term) : [])]);
  const marks = found.flat().sort(([a], [b]) => a - b);
  return { fit: found.every((places) => places.length > 0) ? 'words' : 'none', marks };
}

function begunBy(words: readonly Word[], term: Term): [number, number][] {
  const [begin = ''] = term;
  if (!mayGoOn(term)) return [];
  return words.filter(({ word }) => word !== begin && word.startsWith(begin)).map(({ from, to }) => [from, to]);
}

function placesOf(words: readonly Word[], sought: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  for (let at = 0; at + sought.length <= words.length; at++) {
    if (!sought.every((each, index) => words[at + index]?.word === each)) continue;
    const [first, last] = [words[at], words[at + sought.length - 1]];
    if (first && last) found.push([first.from, last.to]);
    at += sought.length - 1;
  }
  return found;
}

/** So much of a text is shown, and so much of it before what was found. */
const LENGTH = 180;
const BEFORE = 50;
const MOST_MARKS = 12;

/** The part of a text around the first mark, on one line, cut between words where there are any. */
export function excerptOf(text: string, marks: readonly [number, number][]): Excerpt {
  const first = marks[0]?.[0] ?? 0;
  const start = first <= BEFORE ? 0 : cutBefore(text, first - BEFORE, first);
  const end = Math.min(text.length, start + LENGTH);
  const lead = start > 0 ? '…' : '';
  const stop = end < text.length ? whole(text, end) : end;
  const shown = text.slice(start, stop).replace(/\s/gu, ' ');
  const shift = lead.length - start;
  return {
    text: `${lead}${shown}${stop < text.length ? '…' : ''}`,
    marks: marks
      .filter(([from]) => from >= start && from < stop)
      .slice(0, MOST_MARKS)
      .map(([from, to]) => [from + shift, Math.min(to, stop) + shift]),
  };
}

function cutBefore(text: string, at: number, limit: number): number {
  const space = text.slice(at, limit).search(/\s/u);
  return space < 0 ? whole(text, at) : at + space + 1;
}

/** Never between the two halves of a letter. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
