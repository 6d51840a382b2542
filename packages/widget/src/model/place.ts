import { chatState, type Replica, serverNow, type Terminal } from '@heed/client';
import type { Words } from '../words/catalogue.ts';
import { isOffline } from './connection.ts';
import { clockOf } from './times.ts';

/** What a customer in line is told (DESIGN §4): the place, the pace where it was measured, and the stored promise. */
export interface PlaceCard {
  title: string;
  clock: string;
  text: string;
  /** How many bars the line has, the last of them the customer's own; none where the place is not known. */
  bars: number;
}

/** More bars than this say no more than the number does. */
const MAX_BARS = 8;

/** When the wait began: the oldest of the customer's messages that nobody of the team has answered. */
export function waitingSince(replica: Replica): number | undefined {
  let since: number | undefined;
  for (const item of replica.items) {
    if (item.kind !== 'message') continue;
    if (item.actor.type !== 'customer') since = undefined;
    else if (!item.erased) since ??= Date.parse(item.at);
  }
  return since;
}

function textOf(place: Replica['place'], durable: boolean, words: Words): string {
  const minutes = place?.waitMs == null ? undefined : Math.max(1, Math.round(place.waitMs / 60_000));
  const promise = words.say(durable ? 'promise' : 'promiseUnkept');
  return minutes === undefined ? promise : `${words.say('pace', { n: minutes })} ${promise}`;
}

/** When the team is there again: `Monday 09:00`. */
export function opensAgain(opensAt: string, words: Words): string {
  const format = new Intl.DateTimeFormat(words.locale, { weekday: 'long', hour: 'numeric', minute: '2-digit' });
  return words.say('opensAgain', { when: format.format(Date.parse(opensAt)) });
}

/** Then not everything is stored, and the promise would not be true. */
const hasUnsent = (terminal: Terminal, s: string): boolean =>
  terminal.outbox.some((pending) => pending.s === s && pending.kind === 'message' && pending.state.name !== 'stored');

/** The card for a conversation that waits in a queue; none while somebody serves it or nothing is unanswered. */
export function placeCard(
  terminal: Terminal,
  replica: Replica | undefined,
  durable: boolean,
  now: number,
  words: Words,
  opensAt: string | null = null,
): PlaceCard | undefined {
  const state = chatState(replica);
  if (!replica || !state || state.status !== 'open' || state.servedBy) return undefined;
  if (isOffline(terminal, now) || hasUnsent(terminal, replica.s)) return undefined;
  const since = waitingSince(replica);
  if (since === undefined) return undefined;
  const clock = words.say('waiting', { time: clockOf(serverNow(terminal, now) - since, words) });
  if (opensAt) {
    const text = `${opensAgain(opensAt, words)} ${textOf(undefined, durable, words)}`;
    return { title: words.say('closedNow'), clock, text, bars: 0 };
  }
  const place = replica.place && replica.place.place > 0 ? replica.place : undefined;
  return {
    title: place ? words.say('place', { n: place.place }) : words.say('inLine'),
    clock,
    text: textOf(place, durable, words),
    bars: Math.min(place?.place ?? 0, MAX_BARS),
  };
}
