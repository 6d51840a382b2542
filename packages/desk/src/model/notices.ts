import type { Replica, Terminal } from '@heed/client';
import { type Entry, type Item, type ItemBodies, streamId } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { clockOf } from './clock.ts';
import { firstName, fullName } from './people.ts';
import { myList, supervisedQueues } from './views.ts';

export const NOTICE_KINDS = ['order', 'message', 'soon', 'mention'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Something that its agent should hear of though they look elsewhere. What it tells also stands in the desk. */
export interface Notice {
  kind: NoticeKind;
  /** The same happening has the same key in every tab. */
  key: string;
  conversation: string;
  title: Sentence;
  text: string;
}

/** What of the change from one state to the next is worth a notice; nothing of what a first look brings. */
export function noticesOf(before: Terminal, after: Terminal): Notice[] {
  return [...ofWork(before, after), ...ofMentions(before, after), ...ofOverdueElsewhere(before, after)];
}

function held(t: Terminal): Replica | undefined {
  const mine = myList(t);
  const replica = mine ? t.replicas.get(mine) : undefined;
  return replica?.at ? replica : undefined;
}

function ofWork(before: Terminal, after: Terminal): Notice[] {
  const was = held(before);
  const is = held(after);
  if (!was || !is || was.entries === is.entries) return [];
  return [...is.entries.values()].flatMap((entry) => {
    const known = was.entries.get(entry.conversation);
    if (!known) return [noticeOf('order', entry, `order:${entry.conversation}:${entry.head.n}`)];
    if (entry.unanswered <= known.unanswered) return [];
    return [noticeOf('message', entry, `message:${entry.conversation}:${entry.head.n}`)];
  });
}

const TITLES = { order: 'notice.order', message: 'notice.message', soon: 'notice.soon', over: 'notice.over' } as const;

function noticeOf(kind: 'order' | 'message', entry: Entry, key: string): Notice {
  const values = { name: fullName(entry.customer.name) };
  return { kind, key, conversation: entry.conversation, title: { key: TITLES[kind], values }, text: entry.preview };
}

/** CLK3: what stayed overdue in a queue that its reader supervises, whoever has it. */
function ofOverdueElsewhere(before: Terminal, after: Terminal): Notice[] {
  if (before.replicas === after.replicas) return [];
  return supervisedQueues(after).flatMap(({ id }) => {
    const s = `list/open:${id}`;
    const was = before.replicas.get(s);
    const is = after.replicas.get(s);
    if (!was?.at || !is || was.entries === is.entries) return [];
    return [...is.entries.values()]
      .filter((entry) => entry.told && !was.entries.get(entry.conversation)?.told)
      .map((entry) => ({
        kind: 'soon' as const,
        key: `told:${entry.conversation}:${entry.waitingSince}`,
        conversation: entry.conversation,
        title: { key: 'notice.told' as const, values: { name: fullName(entry.customer.name) } },
        text: entry.preview,
      }));
  });
}

function isMention(t: Terminal, item: Item): boolean {
  if (item.kind !== 'note' || item.erased || item.actor.id === t.you?.id) return false;
  return (item.body as ItemBodies['note'] | undefined)?.mentions?.includes(t.you?.id ?? '') ?? false;
}

function ofMentions(before: Terminal, after: Terminal): Notice[] {
  if (before.replicas === after.replicas) return [];
  return [...after.replicas.values()].flatMap((replica) => {
    const from = before.replicas.get(replica.s)?.at?.n;
    if (from === undefined || !replica.s.startsWith('conversation/') || replica === before.replicas.get(replica.s))
      return [];
    return replica.items
      .filter((item) => item.n > from && isMention(after, item))
      .map((item) => ({
        kind: 'mention' as const,
        key: `mention:${replica.s}:${item.n}`,
        conversation: streamId(replica.s),
        title: { key: 'notice.mention' as const, values: { name: firstName(item.actor.name) } },
        text: (item.body as ItemBodies['note']).text,
      }));
  });
}

/** What has become due soon, or overdue, between two ticks. */
export function noticesOfClocks(t: Terminal, before: number, now: number): Notice[] {
  return [...(held(t)?.entries.values() ?? [])].flatMap((entry) => {
    const was = clockOf(entry, before + t.skewMs).state;
    const is = clockOf(entry, now + t.skewMs).state;
    if (was === is || (is !== 'soon' && is !== 'over')) return [];
    const title = { key: TITLES[is], values: { name: fullName(entry.customer.name) } };
    const key = `${is}:${entry.conversation}:${entry.dueAt}`;
    return [{ kind: 'soon' as const, key, conversation: entry.conversation, title, text: entry.preview }];
  });
}
