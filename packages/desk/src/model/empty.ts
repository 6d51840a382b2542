import type { Terminal } from '@heed/client';
import type { Sentence } from '../words/index.ts';
import { listsInStep } from './banner.ts';
import { entriesIn } from './views.ts';

/** What the desk says where no window is open. It says "nobody" only while it is sure (DESIGN §1). */
export function emptyDesk(t: Terminal, now: number): { title: Sentence; text: Sentence } | undefined {
  const inLine = entriesIn(t, 'queue').length;
  const mine = entriesIn(t, 'my-work').some(({ entry }) => entry.waitingSince !== null);
  if (mine) return { title: { key: 'empty.choose.title' }, text: { key: 'empty.choose.text' } };
  if (inLine > 0)
    return { title: { key: 'empty.take.title', values: { count: inLine } }, text: { key: 'empty.take.text' } };
  if (!listsInStep(t, 'my-work', now) || !listsInStep(t, 'queue', now)) return undefined;
  return { title: { key: 'empty.nobody.title' }, text: { key: 'empty.nobody.text' } };
}
