import type { LocalFile } from '@heed/client';
import type { Words } from '../words/catalogue.ts';

/** What the composer may do with a text. */
export type Composition = { can: true; text: string } | { can: false; why: string };

/** So many fit a message (§11). */
const MOST_FILES = 20;

/** Nothing, and lines that were only begun, is not a message. What else looks empty is left to its author. */
const NOTHING = /^[\r\n]*$/;

/** A text the protocol takes: well-formed, without U+0000, within the limit of the installation (SND10). */
export function compositionOf(
  typed: string,
  maxBytes: number,
  words: Words,
  files: readonly LocalFile[] = [],
): Composition {
  // What is wrong with a file stands on it.
  if (files.length > MOST_FILES || files.some(({ state }) => state.name === 'refused')) return { can: false, why: '' };
  if (NOTHING.test(typed) && files.length === 0) return { can: false, why: '' };
  const text = typed.replaceAll('\u0000', '').toWellFormed();
  const over = new TextEncoder().encode(text).length - maxBytes;
  if (over <= 0) return { can: true, text };
  return { can: false, why: words.say('tooLong', { n: charactersOver(text, over) }) };
}

/** How many characters at the end make up so many bytes. */
function charactersOver(text: string, bytes: number): number {
  const encoder = new TextEncoder();
  let left = bytes;
  let characters = 0;
  for (const character of [...text].reverse()) {
    if (left <= 0) break;
    left -= encoder.encode(character).length;
    characters += 1;
  }
  return characters;
}
