import type { Actor, At, Holder, ItemKind } from '@heed/protocol';
import type { Conversation, NewItem } from './conversation.ts';
import { type Attendance, absenceOf } from './presence.ts';

export const SYSTEM: Actor = { type: 'system', id: 'system', name: '' };

/**
 * What the system does with a conversation that it was told to look at, given it under its lock: at most one thing, and
 * nothing where it was answered, moved or done in between (CLK3, LST6). The first item's id says what it was, so that it
 * happens once (SND3).
 */
export function tend(c: Conversation, now: At): NewItem[] {
  if (c.state.status === 'snoozed') return c.snoozedUntil !== null && c.snoozedUntil <= now ? wake(c) : [];
  const first = c.state.unanswered[0];
  if (c.state.status !== 'open' || first === undefined) return [];
  const absence = absenceOf(holdersAttendance(c));
  if (absence !== undefined) return [returned(c, `${c.id}:${c.head.n}:returned`, absence)];
  const next = c.clock.steps[0];
  return next && next.at <= now ? climb(c, first, next.step) : [];
}

/** How the agent who has it attends, if an agent has it. */
export function holdersAttendance(c: Conversation): Attendance {
  return c.attendance && c.attendance.holder === c.state.holder ? c.attendance.is : 'taking';
}

function queueOf(c: Conversation): Holder {
  return `queue:${c.state.queue}`;
}

function item<K extends ItemKind>(id: string, kind: K, body: NewItem<K>['body']): NewItem {
  return { id, kind, actor: SYSTEM, body } as NewItem;
}

/** The work order goes back to its queue, to the place it had (LST4, LST6). */
export function returned(c: Conversation, id: string, reason: string): NewItem {
  return item(id, 'returned', { from: c.state.holder, to: queueOf(c), reason });
}

/** A snooze that ran out comes back to whoever has it, if they take chats; else to the queue (LST7). */
function wake(c: Conversation): NewItem[] {
  const id = `${c.id}:${c.head.n}:wake`;
  const awake = item(id, 'reopened', {});
  const stays = !c.state.holder?.startsWith('agent:') || holdersAttendance(c) === 'taking';
  if (stays) return [awake];
  return [awake, item(`${id}.queued`, 'queued', { from: c.state.holder, to: queueOf(c), reason: 'woken' })];
}

function climb(c: Conversation, n: number, step: Conversation['clock']['steps'][number]['step']): NewItem[] {
  const id = `${c.id}:${n}:${step}`;
  const { holder } = c.state;
  const goes = step === 'return' && holder?.startsWith('agent:');
  const escalated = item(id, 'escalated', { from: holder, to: goes ? queueOf(c) : holder, reason: step });
  return goes ? [escalated, returned(c, `${id}.returned`, 'overdue')] : [escalated];
}
