import { chatState, type Replica } from '@heed/client';
import type { Words } from '../words/catalogue.ts';
import type { Inbox } from './inbox.ts';
import { firstName, initialsOf } from './initials.ts';
import { spanOf } from './times.ts';

export interface Header {
  title: string;
  /** Who serves, or how fast replies were today; empty where neither is known. */
  subtitle: string;
  team: { key: string; initials: string }[];
}

/** As many faces as the header has room for. */
const FACES = 3;

export function headerOf(inbox: Inbox | undefined, replica: Replica | undefined, words: Words): Header {
  const servedBy = chatState(replica)?.status === 'open' ? chatState(replica)?.servedBy : null;
  const measured = inbox?.measured;
  const pace = measured ? words.say('repliesIn', { half: spanOf(measured.halfWithinMs, words) }) : '';
  const team = servedBy ? [servedBy] : (inbox?.team ?? []);
  return {
    title: inbox?.company || inbox?.name || words.say('chat'),
    subtitle: servedBy ? words.say('isHere', { name: firstName(servedBy.name) }) : pace,
    team: team.slice(0, FACES).map(({ id, name }) => ({ key: id, initials: initialsOf(name) })),
  };
}
