import type { Signal } from '@heed/protocol';
import type { Replica } from './state.ts';
import { setReplica, type Work } from './work.ts';

/** Who stopped is not known where the signal that said so was lost (CON3). */
const TYPING_MS = 6_000;
/** Who looks says so every 10 s: two that are lost in a row are one who left. */
const VIEWING_MS = 25_000;

type Nearby = Extract<Signal, { kind: 'typing' | 'viewing' }>;

/** Somebody writes in a conversation or looks at it, or does so no more. */
export function hearNearby(w: Work, replica: Replica, { kind, actor, on }: Nearby): void {
  const near = new Map(replica[kind]);
  const who = `${actor.type}:${actor.id}`;
  if (on) near.set(who, { name: actor.name, until: w.now + (kind === 'typing' ? TYPING_MS : VIEWING_MS) });
  else near.delete(who);
  setReplica(w, { ...replica, [kind]: near });
}

/** Forgets those of whom nothing was heard for too long. */
export function endNearby(w: Work): void {
  for (const replica of w.t.replicas.values()) {
    for (const kind of ['typing', 'viewing'] as const) {
      const near = [...replica[kind]].filter(([, { until }]) => until > w.now);
      if (near.length < replica[kind].size) setReplica(w, { ...replica, [kind]: new Map(near) });
    }
  }
}
