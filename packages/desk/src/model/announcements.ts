import { heldOf, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { clockOf } from './clock.ts';
import { spoken } from './files.ts';
import { firstName } from './people.ts';
import { conversationStream, entriesIn } from './views.ts';

/** What is read out: polite waits for a pause, assertive does not (DESIGN §8). */
export interface Announcement {
  tone: 'polite' | 'assertive';
  sentence: Sentence;
}

const MOST_AT_ONCE = 3;

/** What of the change from one state to the next should be read out in the open window. */
export function announce(before: Terminal, after: Terminal, open: Stream | undefined): Announcement[] {
  return [
    ...connection(before, after),
    ...(open ? [...messages(before, after, open), ...holds(before, after, open)] : []),
  ];
}

function connection(before: Terminal, after: Terminal): Announcement[] {
  const was = before.link.state === 'open';
  const is = after.link.state === 'open';
  if (was && !is) return [{ tone: 'assertive', sentence: { key: 'announce.lost' } }];
  if (!was && is && before.lastOpenAt !== undefined) return [{ tone: 'assertive', sentence: { key: 'announce.back' } }];
  return [];
}

function messages(before: Terminal, after: Terminal, s: Stream): Announcement[] {
  const from = before.replicas.get(s)?.at?.n;
  const replica = after.replicas.get(s);
  if (from === undefined || !replica || replica === before.replicas.get(s)) return [];
  const fresh = replica.items.filter(
    (item) => item.n > from && item.kind === 'message' && item.actor.type === 'customer',
  );
  const first = fresh[0];
  if (!first) return [];
  const name = firstName(first.actor.name);
  if (fresh.length > MOST_AT_ONCE)
    return [{ tone: 'polite', sentence: { key: 'announce.messages', values: { name, count: fresh.length } } }];
  return fresh.map((item) => ({
    tone: 'polite' as const,
    sentence: { key: 'announce.message' as const, values: { name, text: spoken(item.body) } },
  }));
}

function holds(before: Terminal, after: Terminal, s: Stream): Announcement[] {
  const held = heldOf(after, s);
  if (!held || heldOf(before, s)?.attempt === held.attempt) return [];
  return [{ tone: 'assertive', sentence: { key: 'announce.held' } }];
}

/** Clocks speak twice: when a reply is due soon, and when it is overdue. */
export function announceClocks(t: Terminal, before: number, now: number): Announcement[] {
  return entriesIn(t, 'my-work').flatMap(({ entry }) => {
    const was = clockOf(entry, before + t.skewMs).state;
    const is = clockOf(entry, now + t.skewMs).state;
    if (was === is || (is !== 'soon' && is !== 'over') || !t.replicas.has(conversationStream(entry.conversation)))
      return [];
    const key = is === 'soon' ? ('announce.soon' as const) : ('announce.over' as const);
    return [{ tone: 'polite' as const, sentence: { key, values: { name: firstName(entry.customer.name) } } }];
  });
}
