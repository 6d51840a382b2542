import type { Host } from '../host.ts';

/** A page in the background is idle seldom. */
const AT_MOST_MS = 500;

/** While nobody waits for the window, what goes on beside it is done in small pieces: the page goes first. */
export function breathe(host: Pick<Host, 'isOpen'>): Promise<unknown> | undefined {
  if (host.isOpen()) return undefined;
  return new Promise((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(resolve, { timeout: AT_MOST_MS });
    else setTimeout(resolve);
  });
}
