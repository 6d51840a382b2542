import { type ActorType, isMaterial } from '@heed/protocol';

/** What the guard needs of an item. */
export interface Trace {
  n: number;
  id: string;
  kind: string;
  actor: { type: ActorType; id: string };
  terminal: string | null;
}

export interface Seen {
  /** The number up to which the author had seen everything: 0 where the point named is no true one (GRD1). */
  basedOn: number;
  /** The point that an override names (GRD4). */
  upTo?: number;
  author: { type: ActorType; id: string };
  terminal: string;
  follows?: string;
}

/** The most items that an answer names as its reason (§5). */
export const BECAUSE = 100;

/**
 * Whether the author knows of this item without having been shown it: it left from the same terminal, or follows from
 * what did (GRD2).
 */
function isOwn(item: Trace, seen: Seen): boolean {
  if (item.actor.type === 'system') return item.terminal === seen.terminal;
  if (item.actor.type !== seen.author.type || item.actor.id !== seen.author.id) return false;
  return item.terminal === seen.terminal || item.id === seen.follows;
}

/** The numbers of the material items that the author of a guarded send had not seen (GRD2, GRD4). */
export function unseenBy(items: readonly Trace[], seen: Seen): number[] {
  const from = Math.max(seen.basedOn, seen.upTo ?? 0);
  const unseen = items.filter((item) => item.n > from && isMaterial(item.kind, item.actor.type) && !isOwn(item, seen));
  // What was read for a point and what was read for an override overlap.
  return [...new Set(unseen.map((item) => item.n))].sort((a, b) => a - b);
}
