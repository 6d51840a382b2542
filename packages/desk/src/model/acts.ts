import { conversationState, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { queuesOf, supervisedQueues } from './views.ts';

/** Somebody or something that a work order can be given to. */
export interface Taker {
  to: string;
  name: string;
  kind: 'me' | 'agent' | 'queue';
}

/** What its reader may do with a conversation now, beside writing in it (LST7, CON9). */
export interface Acts {
  holder: string | null;
  queue: string;
  /** Those it may be given to: oneself, colleagues, queues. None where it may not be moved. */
  takers: readonly Taker[];
  /** The holder transfers, which the guard watches over; a supervisor assigns, which it does not (§11). */
  how: 'transfer' | 'assign';
  canReturn: boolean;
  canSnooze: boolean;
  /** How many messages wait for an answer. */
  unanswered: number;
}

function supervises(t: Terminal, queue: string): boolean {
  return t.you?.role === 'admin' || supervisedQueues(t).some(({ id }) => id === queue);
}

/** Everybody and every queue that work can be given to, but for who has it. */
export function teamTakers(t: Terminal, holder: string | null): Taker[] {
  const me = t.you?.id ?? '';
  const people = (t.you?.team ?? []).map(({ id, name }): Taker => {
    return { to: `agent:${id}`, name, kind: id === me ? 'me' : 'agent' };
  });
  const queues = queuesOf(t).map(({ id, name }): Taker => ({ to: `queue:${id}`, name, kind: 'queue' }));
  const order = { me: 0, agent: 1, queue: 2 };
  return [...people, ...queues]
    .filter(({ to }) => to !== holder)
    .sort((a, b) => order[a.kind] - order[b.kind] || a.name.localeCompare(b.name));
}

/** Undefined where the window holds nothing, or the conversation is resolved: then there is nothing to move. */
export function actsOf(t: Terminal, s: Stream): Acts | undefined {
  const replica = t.replicas.get(s);
  const state = conversationState(replica);
  if (!replica?.at || !state || state.status === 'resolved') return undefined;
  const mine = state.holder === `agent:${t.you?.id}`;
  const mayMove = mine || supervises(t, state.queue);
  return {
    holder: state.holder,
    queue: state.queue,
    takers: mayMove ? teamTakers(t, state.holder) : [],
    how: mine ? 'transfer' : 'assign',
    canReturn: mayMove && !state.holder?.startsWith('queue:'),
    canSnooze: state.unanswered.length === 0,
    unanswered: state.unanswered.length,
  };
}

/** The takers whose name begins with, or has a word that begins with, what was typed. */
export function matching(takers: readonly Taker[], typed: string): Taker[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (wanted === '') return [...takers];
  return takers.filter(({ name }) =>
    name
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((_word, index, all) => all.slice(index).join(' ').startsWith(wanted)),
  );
}
