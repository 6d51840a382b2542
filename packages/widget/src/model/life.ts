import type { Pending, Replica } from '@heed/client';
import type { Key, Words } from '../words/catalogue.ts';

/** Where a customer's own message is, as a glyph and a word (DESIGN §3). */
export type Life = { name: 'sending' | 'stored' | 'seen' | 'waiting' | 'refused'; word: string };

const WORD = {
  sending: 'sending',
  stored: 'stored',
  seen: 'seen',
  waiting: 'waitingToSend',
} as const satisfies Record<string, Key>;

const life = (name: keyof typeof WORD, words: Words): Life => ({ name, word: words.say(WORD[name]) });

const WHY: Readonly<Record<string, Key>> = {
  too_large: 'tooLarge',
  bad_body: 'unreadable',
  bad_frame: 'unreadable',
  forbidden: 'forbidden',
  not_found: 'forbidden',
  file_bad_type: 'fileType',
  no_attachment: 'fileElse',
};

function refusal(code: string, words: Words): Life {
  const key = Object.hasOwn(WHY, code) ? WHY[code] : undefined;
  const why = key ? words.say(key) : words.say('refusedElse', { code });
  return { name: 'refused', word: words.say('notStored', { why }) };
}

/** A message that is still in the outbox. `sent` alone makes it *stored* (SND2). */
export function lifeOfPending(pending: Pending, connected: boolean, words: Words): Life {
  switch (pending.state.name) {
    case 'stored':
      return life('stored', words);
    case 'refused':
      return refusal(pending.state.code, words);
    case 'writing':
    case 'waiting':
    case 'flying':
    case 'held':
    case 'review':
    case 'cancelling':
      return life(connected ? 'sending' : 'waiting', words);
  }
}

/** The highest number that somebody of the team has read. */
export function readByTeam(replica: Replica): number {
  let highest = 0;
  for (const [actor, mark] of replica.reads) if (!actor.startsWith('customer:')) highest = Math.max(highest, mark.n);
  return highest;
}

/** A message that is stored: seen as soon as the team has read that far. */
export function lifeOfItem(n: number, readUpTo: number, words: Words): Life {
  return life(n <= readUpTo ? 'seen' : 'stored', words);
}
