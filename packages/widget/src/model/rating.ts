import { chatState, type Replica, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';

export type RatingCard = 'none' | 'ask' | 'thanks';

/** A closed conversation is rated once each time it was closed; what was given in the meantime waits in the outbox. */
export function ratingCard(terminal: Terminal, s: Stream, replica: Replica | undefined): RatingCard {
  if (chatState(replica)?.status !== 'resolved') return 'none';
  if (terminal.outbox.some((pending) => pending.s === s && pending.kind === 'rating')) return 'thanks';
  const items = replica?.items ?? [];
  const closed = items.findLastIndex((item) => item.kind === 'resolved');
  return items.slice(closed + 1).some((item) => item.kind === 'rated') ? 'thanks' : 'ask';
}
