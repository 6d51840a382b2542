import { chatState, type Terminal, wallSkewMs } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Key, Words } from '../words/catalogue.ts';
import { currentChat, isOngoing } from './current.ts';
import type { Inbox, Past } from './inbox.ts';
import type { Measured } from './measured.ts';
import { NEW } from './new.ts';
import { dayOf, dayWithin } from './times.ts';

export interface PastRow {
  s: Stream;
  label: string;
}

export interface Home {
  greeting: string;
  help: string;
  measured: Measured | null;
  topics: readonly string[];
  opensAt: string | null;
  /** The conversation to go on with, or to look up. */
  last?: PastRow;
  earlier: PastRow[];
}

/** By the clock of this device. */
export function greetingKey(hour: number): Key {
  if (hour >= 4 && hour < 12) return 'morning';
  return hour >= 12 && hour < 18 ? 'afternoon' : 'evening';
}

function lastTime(terminal: Terminal, s: Stream, past: Past | undefined): number | undefined {
  const at = terminal.replicas.get(s)?.items.at(-1)?.at ?? past?.at;
  return at ? Date.parse(at) - wallSkewMs(terminal) : undefined;
}

function lastRow(terminal: Terminal, s: Stream, past: Past | undefined, now: number, words: Words): PastRow {
  const resolved = chatState(terminal.replicas.get(s))?.status === 'resolved' || past?.status === 'resolved';
  const at = lastTime(terminal, s, past);
  if (!resolved && isOngoing(terminal, s)) return { s, label: words.say('openConversation') };
  return { s, label: words.say('lastConversation', { day: at === undefined ? '' : dayWithin(at, now, words) }) };
}

/** The start page: only what was measured and what exists; nothing is said where there is nothing. */
export function homeOf(
  terminal: Terminal,
  inbox: Inbox | undefined,
  past: readonly Past[],
  now: number,
  words: Words,
): Home {
  const current = currentChat(terminal);
  const has = current !== NEW || isOngoing(terminal, NEW);
  const pastOf = (s: Stream): Past | undefined => past.find(({ conversation }) => `chat/${conversation}` === s);
  const earlier = past.filter(({ conversation }) => `chat/${conversation}` !== current);
  return {
    greeting: words.say(greetingKey(new Date(now).getHours())),
    help: inbox?.greeting ?? words.say('help'),
    measured: inbox?.opensAt ? null : (inbox?.measured ?? null),
    topics: inbox?.topics ?? [],
    opensAt: inbox?.opensAt ?? null,
    ...(has ? { last: lastRow(terminal, current, pastOf(current), now, words) } : {}),
    earlier: earlier.map(({ conversation, preview, at }) => ({
      s: `chat/${conversation}`,
      label: words.say('earlierRow', { day: dayOf(Date.parse(at) - wallSkewMs(terminal), now, words), preview }),
    })),
  };
}
