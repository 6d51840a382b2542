import { isInStep, pendingOf, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { chipTime, hourMinuteSecond } from './times.ts';
import { listsOf, myList, streamsToWatch, type View } from './views.ts';

/** How long a connection is known to be lost before the desk says so (DESIGN). */
const SAY_AFTER_MS = 3_000;

export interface OfflineBanner {
  title: Sentence;
  text: Sentence;
  retry: Sentence | undefined;
}

/** Since when the connection has been gone, if it has been gone long enough to say so. */
export function lostSince(t: Terminal, now: number): number | undefined {
  if (t.link.state === 'open') return undefined;
  const since = t.lostAt ?? t.link.since;
  return now - since >= SAY_AFTER_MS ? since : undefined;
}

export function offlineBanner(t: Terminal, s: Stream | undefined, now: number): OfflineBanner | undefined {
  const since = lostSince(t, now);
  if (since === undefined) return undefined;
  const n = s === undefined ? undefined : t.replicas.get(s)?.at?.n;
  const waits = t.link.state === 'waiting' ? Math.ceil(Math.max(0, t.link.until - now) / 1000) : undefined;
  return {
    title: { key: 'offline.title', values: { time: hourMinuteSecond(since) } },
    text: n === undefined ? { key: 'offline.text' } : { key: 'offline.textAt', values: { n } },
    retry: waits === undefined ? { key: 'offline.trying' } : { key: 'offline.retry', values: { count: waits } },
  };
}

/** What stands under the title of a list: from when it is, or how far it has caught up. */
export type ListStamp =
  | { kind: 'none' }
  | { kind: 'asOf'; sentence: Sentence }
  | { kind: 'behind'; done: number; all: number | undefined };

export function listStamp(t: Terminal, view: View, now: number, isLasting: boolean): ListStamp {
  const since = lostSince(t, now);
  if (since !== undefined)
    return { kind: 'asOf', sentence: { key: 'list.asOf', values: { time: hourMinuteSecond(since) } } };
  if (t.link.state !== 'open' || !isLasting || isLoading(t, view)) return { kind: 'none' };
  const windows = [...streamsToWatch(t, undefined)].filter((s) => s.startsWith('conversation/'));
  const done = windows.filter((s) => isInStep(t, t.replicas.get(s), now)).length;
  if (windows.length > 0 && done < windows.length) return { kind: 'behind', done, all: windows.length };
  return listsInStep(t, view, now) ? { kind: 'none' } : { kind: 'behind', done: 0, all: undefined };
}

/** Whether everything that a view is made of is in step: only then may it say "nobody". */
export function listsInStep(t: Terminal, view: View, now: number): boolean {
  const lists = listsOf(t, view);
  return lists.length > 0 && lists.every((s) => isInStep(t, t.replicas.get(s), now));
}

/** Whether a view holds nothing to draw yet. */
export function isLoading(t: Terminal, view: View): boolean {
  const lists = listsOf(t, view);
  return lists.length === 0 || !lists.some((s) => t.replicas.get(s)?.at);
}

/** What is lost when nobody comes back: when the chats of this desk return to the queue (LST6). */
export function returnsIn(t: Terminal, now: number): string | undefined {
  const since = t.lostAt;
  const mine = myList(t);
  const waiting = mine
    ? [...(t.replicas.get(mine)?.entries.values() ?? [])].some((entry) => entry.waitingSince !== null)
    : false;
  if (since === undefined || !waiting) return undefined;
  return chipTime(Math.max(0, since + t.limits.graceMs - now));
}

export function outboxCount(t: Terminal, s: Stream): number {
  return pendingOf(t, s).filter(({ state }) => state.name === 'waiting' || state.name === 'flying').length;
}
