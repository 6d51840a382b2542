import type { Terminal } from '@heed/client';
import { t } from '../words/index.ts';

const SPACED = /\s+/u;
const HAN_OR_KANA = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

function firstLetter(word: string): string {
  // The Arabic article is not what a name begins with.
  const bare = word.startsWith('ال') && word.length > 3 ? word.slice(2) : word;
  return [...bare].find((letter) => /[\p{L}\p{N}]/u.test(letter)) ?? '';
}

/** One or two letters for an avatar; names written without spaces between letters have one. */
export function initials(name: string): string {
  const words = name.trim().split(SPACED).filter(Boolean);
  const first = words[0] ?? '';
  if (HAN_OR_KANA.test(first)) return [...first][0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}

/** The name of somebody who may not have told it: the server gives strangers a number. */
export function fullName(name: string): string {
  if (name.trim() === '') return t('person.visitor');
  return name.startsWith('#') ? t('person.visitorNumber', { name }) : name;
}

/** How a sentence calls somebody: the first word of a name that has several, else all of it. */
export function firstName(name: string): string {
  if (name.startsWith('#') || name.trim() === '') return fullName(name);
  const words = name.trim().split(SPACED);
  return HAN_OR_KANA.test(name.trim()) ? name.trim() : (words[0] ?? '');
}

const namesFor = new WeakMap<Terminal['replicas'], ReadonlyMap<string, string>>();

/** Agents' names: those of the team as of the welcome, and of whom this desk has met since. */
export function agentNames(terminal: Terminal): ReadonlyMap<string, string> {
  const known = namesFor.get(terminal.replicas);
  if (known) return known;
  const names = new Map<string, string>((terminal.you?.team ?? []).map(({ id, name }) => [id, name]));
  for (const replica of terminal.replicas.values()) {
    for (const { actor } of replica.items)
      if (actor.type === 'agent' || actor.type === 'bot') names.set(actor.id, actor.name);
    for (const [who, { name }] of replica.viewing) names.set(who.slice(who.indexOf(':') + 1), name);
  }
  if (terminal.you) names.set(terminal.you.id, terminal.you.name);
  namesFor.set(terminal.replicas, names);
  return names;
}
