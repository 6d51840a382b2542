import type { Item, ItemBodies } from '@heed/protocol';
import type { Words } from '../words/catalogue.ts';
import { firstName, initialsOf } from './initials.ts';
import { timeOf } from './times.ts';

/** What a message says where there is room for words only: its text, or the names of its files. */
function spoken(item: Item): string {
  const { text, attachments = [] } = item.body as ItemBodies['message'];
  return text || attachments.map(({ name }) => name).join(', ');
}

export interface Preview {
  id: string;
  name: string;
  initials: string;
  time: string;
  text: string;
}

/** Longer texts are cut here already; the card shows three lines. */
const PREVIEW = 160;

/** What stands beside the launcher when a message comes while the window is closed. */
export function previewOf(unread: readonly Item[], skewMs: number, words: Words): Preview | undefined {
  const last = unread.at(-1);
  if (!last) return undefined;
  const text = spoken(last);
  return {
    id: last.id,
    name: firstName(last.actor.name) || words.say('someone'),
    initials: initialsOf(last.actor.name),
    time: timeOf(Date.parse(last.at) - skewMs, words),
    text: text.length > PREVIEW ? `${text.slice(0, PREVIEW).toWellFormed()}…` : text,
  };
}

/** What a screen reader is told of new messages: each one, or one summary of more than three (DESIGN §8). */
export function announcement(fresh: readonly Item[], words: Words): string {
  if (fresh.length > 3) return words.say('newer', { n: fresh.length });
  return fresh
    .map((item) =>
      words.say('said', {
        name: firstName(item.actor.name) || words.say('someone'),
        text: spoken(item),
      }),
    )
    .join('\n');
}
