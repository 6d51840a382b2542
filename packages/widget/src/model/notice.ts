import { stepOf, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Words } from '../words/catalogue.ts';

/** The bar under the header: what is true of the connection and of this device, one sentence at a time. */
export interface Notice {
  name: 'offline' | 'not-here' | 'signed-out' | 'behind' | 'not-kept';
  strong: string;
  text: string;
}

/** The banner comes this long after the connection is known lost, since most losses last less (DESIGN). */
export const BANNER_MS = 3000;

/** What became of the customer's session. */
export type SessionState = 'none' | 'good' | 'forbidden' | 'unreachable';

const notice = (name: Notice['name'], text: string, strong = ''): Notice => ({ name, strong, text });

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

export function noticeOf(
  terminal: Terminal,
  session: SessionState,
  durable: boolean,
  s: Stream | undefined,
  now: number,
  words: Words,
): Notice | undefined {
  if (session === 'forbidden') return notice('not-here', words.say('notHere'));
  if (terminal.link.state === 'refused') return notice('signed-out', words.say('signedOut'));
  if (isOffline(terminal, now)) {
    return notice('offline', words.say(durable ? 'noConnectionThen' : 'noConnectionMemory'), words.say('noConnection'));
  }
  if (s && stepOf(terminal, s, now).name === 'diverged') return notice('behind', words.say('outOfStep'));
  return durable ? undefined : notice('not-kept', words.say('notKept'));
}
