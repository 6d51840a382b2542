import { stepOf, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Words } from '../words/catalogue.ts';
import { isOffline } from './connection.ts';

/** The bar under the header: what is true of the connection and of this device, one sentence at a time. */
export interface Notice {
  name: 'offline' | 'not-here' | 'signed-out' | 'behind' | 'not-kept';
  strong: string;
  text: string;
}

/** What became of the customer's session. */
export type SessionState = 'none' | 'good' | 'forbidden' | 'unreachable';

const notice = (name: Notice['name'], text: string, strong = ''): Notice => ({ name, strong, text });

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
