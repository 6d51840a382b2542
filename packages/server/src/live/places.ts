import { isOpen } from '../domain/hours.ts';
import type { Node } from './node.ts';
import type { Session } from './session.ts';

/** What was told of a place, and to whom: a window that opens later must hear it too. */
interface Told {
  place: number;
  waitMs: number | null;
  to: WeakSet<Session>;
}

/** An expected wait is told in steps of this: it is no better known than that. */
const STEP_MS = 30_000;
const MOST = 1_000;

/**
 * Tells customers who wait their place in line, where it changed (LST9): one query for all queues, only while somebody
 * here waits. Gives the closer.
 */
export function startPlaces(node: Node): () => void {
  const told = new Map<string, Told>();
  let isBusy = false;
  return node.parts.clock.every(node.parts.config.sweepMs, () => {
    const anybody = [...node.watched].some((s) => s.startsWith('chat/'));
    if (isBusy || !anybody) return;
    isBusy = true;
    tellPlaces(node, told)
      .catch((error: unknown) => node.parts.log.warn({ error: String(error) }, 'Places in line could not be read.'))
      .finally(() => {
        isBusy = false;
      });
  });
}

/** By the measured pace of the queue; nothing is promised that was not measured (LST9). */
export function expectedWait(place: number, paceMs: number | undefined): number | null {
  return paceMs === undefined ? null : Math.max(1, Math.ceil((place * paceMs) / STEP_MS)) * STEP_MS;
}

async function tellPlaces(node: Node, told: Map<string, Told>): Promise<void> {
  const { streams, directory, clock } = node.parts;
  const places = await streams.places(MOST);
  const paces = places.size > 0 ? await streams.paces() : new Map<string, number>();
  for (const id of told.keys()) if (!places.has(id)) told.delete(id);
  for (const [id, { queue, place }] of places) {
    const s = `chat/${id}`;
    const watchers = node.watchersOf(s);
    if (watchers.size === 0) continue;
    const before = told.get(id);
    const pace = isOpen(directory.targets(queue).hours, clock.wall()) ? paces.get(queue) : undefined;
    const waitMs = expectedWait(place, pace);
    const isSame = before?.place === place && before.waitMs === waitMs;
    const now = isSame ? before : { place, waitMs, to: new WeakSet<Session>() };
    told.set(id, now);
    const text = JSON.stringify({ t: 'signal', kind: 'position', s, place, waitMs });
    for (const session of watchers) {
      if (now.to.has(session)) continue;
      now.to.add(session);
      // A window that connects anew with each post need not be woken for what has not changed (CON8).
      if (now === before) session.outlet.remind(text);
      else session.outlet.signal(text);
    }
  }
}
