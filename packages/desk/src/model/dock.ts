import { conversationState, type Replica, type Terminal, wallSkewMs } from '@heed/client';
import type { Entry, ItemBodies, Stream } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { lostSince, outboxCount, returnsIn } from './banner.ts';
import { clockOf } from './clock.ts';
import { firstName } from './people.ts';
import { hourMinute, span } from './times.ts';

/** The line above the composer: who waits since when, or that nobody does. */
export type Dock =
  | { kind: 'none' }
  | { kind: 'outbox'; count: number; returns: string | undefined }
  | { kind: 'waiting'; entry: Entry; words: Sentence; due: Sentence | undefined }
  | { kind: 'answered'; words: Sentence }
  | { kind: 'resolved'; words: Sentence };

export function dockOf(t: Terminal, s: Stream, entry: Entry | undefined, now: number): Dock {
  const count = outboxCount(t, s);
  if (count > 0 && lostSince(t, now) !== undefined) return { kind: 'outbox', count, returns: returnsIn(t, now) };
  const replica = t.replicas.get(s);
  const state = conversationState(replica);
  // Where nothing is held yet, nobody knows whether somebody waits.
  if (!replica?.at || !state) return { kind: 'none' };
  if (state.status === 'resolved') return { kind: 'resolved', words: { key: 'dock.resolved' } };
  const waiting = state.unanswered.length;
  if (waiting > 0 && entry?.waitingSince) return waitingLine(t, entry, waiting, now);
  return { kind: 'answered', words: stopped(t, replica) };
}

function waitingLine(t: Terminal, entry: Entry, count: number, now: number): Dock {
  const clock = clockOf(entry, now + t.skewMs);
  const waited = 'waitedMs' in clock ? clock.waitedMs : 0;
  const due = entry.dueAt && hourMinute(Date.parse(entry.dueAt) - wallSkewMs(t));
  const key = clock.state === 'over' ? 'dock.wasDue' : 'dock.due';
  return {
    kind: 'waiting',
    entry,
    words: { key: 'dock.unanswered', values: { count, span: span(waited) } },
    due: due && clock.state !== 'paused' ? { key, values: { time: due } } : undefined,
  };
}

/** Whose reply stopped the clock, and when, where the window still holds both. */
function stopped(t: Terminal, replica: Replica): Sentence {
  const reply = replica.items.findLast(
    (item) => item.kind === 'message' && item.actor.type !== 'customer' && !item.erased,
  );
  if (!reply || reply.actor.id === t.you?.id) return { key: 'dock.answered' };
  const covers = (reply.body as ItemBodies['message']).covers ?? 0;
  const before = replica.items.filter((item) => item.n < reply.n && item.kind === 'message');
  const answeredBefore = before.findLast((item) => item.actor.type !== 'customer')?.n ?? 0;
  const first = before.find((item) => item.n > answeredBefore && item.n <= covers && item.actor.type === 'customer');
  if (!first) return { key: 'dock.answered' };
  const name = firstName(reply.actor.name);
  return { key: 'dock.answeredBy', values: { name, span: span(Date.parse(reply.at) - Date.parse(first.at)) } };
}
