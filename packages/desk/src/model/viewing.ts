import type { Client } from '@heed/client';
import type { Stream } from '@heed/protocol';

const AGAIN_MS = 10_000;

/**
 * Tells colleagues that somebody looks at a conversation: again while it lasts, and at once to one who has just come
 * (CON3). Returns how to end it.
 */
export function tellViewing(client: Client, s: Stream): () => void {
  let known = new Set<string>();
  let isShown = false;
  const say = () => isShown && client.viewing(s, true);
  const meet = () => {
    const here = new Set(client.state.replicas.get(s)?.viewing.keys());
    if ([...here].some((who) => !known.has(who))) say();
    known = here;
  };
  const look = () => {
    const shown = document.visibilityState === 'visible';
    if (isShown && !shown) client.viewing(s, false);
    isShown = shown;
    say();
  };
  look();
  const timer = setInterval(say, AGAIN_MS);
  const unsubscribe = client.subscribe(meet);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    unsubscribe();
    document.removeEventListener('visibilitychange', look);
    if (isShown) client.viewing(s, false);
  };
}
