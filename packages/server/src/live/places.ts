import type { Node } from './node.ts';
import type { Session } from './session.ts';

/** What was told of a place, and to whom: a window that opens later must hear it too. */
interface Told {
  place: number;
  to: WeakSet<Session>;
}

const LOOK_MS = 1_000;
const MOST = 1_000;

/**
 * Tells customers who wait their place in line, where it changed (LST9): one query for all queues, only while somebody
 * here waits. Gives the closer.
 */
export function startPlaces(node: Node): () => void {
  const told = new Map<string, Told>();
  let isBusy = false;
  return node.parts.clock.every(LOOK_MS, () => {
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

async function tellPlaces(node: Node, told: Map<string, Told>): Promise<void> {
  const places = await node.parts.streams.places(MOST);
  for (const id of told.keys()) if (!places.has(id)) told.delete(id);
  for (const [id, place] of places) {
    const s = `chat/${id}`;
    const watchers = node.watchersOf(s);
    if (watchers.size === 0) continue;
    const before = told.get(id);
    const now = before?.place === place ? before : { place, to: new WeakSet<Session>() };
    told.set(id, now);
    // No pace is promised that was not measured.
    const text = JSON.stringify({ t: 'signal', kind: 'position', s, place, waitMs: null });
    for (const session of watchers) {
      if (now.to.has(session)) continue;
      now.to.add(session);
      // A window that connects anew with each post need not be woken for what has not changed (CON8).
      if (now === before) session.outlet.remind(text);
      else session.outlet.signal(text);
    }
  }
}
