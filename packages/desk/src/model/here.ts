import type { Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';

/** A colleague who has this conversation open now, or writes in it. */
export interface Here {
  id: string;
  name: string;
  writes: boolean;
}

/** Colleagues in a conversation, those who write first (CON3). */
export function colleaguesHere(t: Terminal, s: Stream): Here[] {
  const replica = t.replicas.get(s);
  if (!replica) return [];
  const here = new Map<string, Here>();
  const meet = (near: ReadonlyMap<string, { name: string }>, writes: boolean) => {
    for (const [actor, { name }] of near) {
      const [type, id] = [actor.slice(0, actor.indexOf(':')), actor.slice(actor.indexOf(':') + 1)];
      if (type !== 'customer' && !here.has(id)) here.set(id, { id, name, writes });
    }
  };
  meet(replica.typing, true);
  meet(replica.viewing, false);
  here.delete(t.you?.id ?? '');
  return [...here.values()];
}
