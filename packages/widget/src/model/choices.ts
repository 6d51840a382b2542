import { chatState, pendingOf, type Terminal } from '@heed/client';
import type { ItemBodies, Stream } from '@heed/protocol';

/** Answers of which one may be pressed, and the number of the message that offers them. */
export interface Offer {
  n: number;
  choices: readonly string[];
}

/** Only the newest message offers, and only while nothing was said to it and the conversation goes on (§11). */
export function offerOf(terminal: Terminal, s: Stream): Offer | undefined {
  const replica = terminal.replicas.get(s);
  if (!replica || chatState(replica)?.status === 'resolved') return undefined;
  if (pendingOf(terminal, s).some(({ kind }) => kind === 'message')) return undefined;
  const newest = replica.items.findLast(({ kind }) => kind === 'message');
  if (!newest || newest.erased || newest.actor.type === 'customer') return undefined;
  const isGone = replica.items.some(
    ({ kind, body }) => kind === 'erased' && (body as ItemBodies['erased'] | undefined)?.target === newest.n,
  );
  const { choices = [] } = (newest.body ?? {}) as Partial<ItemBodies['message']>;
  return isGone || choices.length === 0 ? undefined : { n: newest.n, choices };
}
