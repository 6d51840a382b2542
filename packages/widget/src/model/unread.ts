import { type Replica, type Terminal, unseen } from '@heed/client';
import type { Item } from '@heed/protocol';

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
