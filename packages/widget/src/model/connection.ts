import type { Terminal } from '@heed/client';

/** The banner comes this long after the connection is known lost, since most losses last less (DESIGN). */
const BANNER_MS = 3000;

/** Since when there has been no connection. A device that says it has none knows it before the socket does. */
export function disconnectedSince({ link, lostAt, online }: Terminal): number | undefined {
  if (link.state === 'idle') return undefined;
  if (link.state === 'open') return online ? undefined : link.heardAt;
  return lostAt ?? link.since;
}

export function isOffline(terminal: Terminal, now: number): boolean {
  const since = disconnectedSince(terminal);
  return since !== undefined && now - since >= BANNER_MS;
}
