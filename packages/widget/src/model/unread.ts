import { type Replica, type Terminal, unseen } from '@heed/client';
import type { Item } from '@heed/protocol';
import type { Words } from '../words/catalogue.ts';
import { firstName, initialsOf } from './initials.ts';
import { timeOf } from './times.ts';

/** Messages of the team that were not looked at yet. */
export function unreadOf(terminal: Terminal, replica: Replica | undefined): Item[] {
  if (!replica) return [];
  return unseen(terminal, replica).filter(
    (item) => item.kind === 'message' && !item.erased && item.actor.type !== 'customer' && !replica.shown.has(item.n),
  );
}

/** Whether anything of the team's, its closing the conversation too, was not looked at yet. */
export function hasNews(terminal: Terminal, replica: Replica | undefined): boolean {
  return replica !== undefined && unseen(terminal, replica).some((item) => item.actor.type !== 'customer');
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
  const { text = '' } = last.body as { text?: string };
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
        text: (item.body as { text?: string }).text ?? '',
      }),
    )
    .join('\n');
}
