import type { Terminal } from '@heed/client';
import { clockOf } from './clock.ts';
import { entriesIn } from './views.ts';

/** What the tab of the browser shows of what waits: how much on this agent, and how urgent it is (DESIGN §1). */
export interface Tab {
  count: number;
  icon: 'calm' | 'wait' | 'over';
}

export function tabOf(t: Terminal, now: number): Tab {
  const waiting = entriesIn(t, 'my-work').filter(({ entry }) => entry.waitingSince !== null);
  const over = waiting.some(({ entry }) => clockOf(entry, now + t.skewMs).state === 'over');
  const inLine = entriesIn(t, 'queue').some(({ entry }) => entry.waitingSince !== null);
  return { count: waiting.length, icon: over ? 'over' : waiting.length > 0 || inLine ? 'wait' : 'calm' };
}
