import { EMPTY_TERMINAL, emptyReplica, type Pending, type Replica, type Terminal } from '@heed/client';
import { type Actor, EMPTY_CONVERSATION, type Entry, evolveConversation, type Item } from '@heed/protocol';

/** Small real states of a terminal, for the tests of this folder. */
export const START = Date.parse('2026-03-02T14:00:00.000Z');
export const S = 'conversation/k1';

export const ME: Actor = { type: 'agent', id: 'a1', name: 'Alma Reyes' };
export const TEO: Actor = { type: 'agent', id: 'a2', name: 'Teo Lindgren' };
export const ORLA: Actor = { type: 'customer', id: 'c1', name: 'Orla Hennigan' };
export const SYSTEM: Actor = { type: 'system', id: 'system', name: '' };

export function at(seconds: number): string {
  return new Date(START + seconds * 1000).toISOString();
}

export function item(n: number, actor: Actor, kind: string, body: unknown, seconds = n): Item {
  return { n, h: `h${n}`, id: `i${n}`, kind, actor, at: at(seconds), body };
}

export function said(n: number, actor: Actor, text: string, seconds = n): Item {
  return item(n, actor, 'message', actor.type === 'customer' ? { text } : { text, covers: n - 1 }, seconds);
}

export function windowOf(items: Item[], more: Partial<Replica> = {}): Replica {
  const last = items.at(-1);
  const point = last ? { n: last.n, h: last.h } : { n: 0, h: 'h0' };
  const first = (items[0]?.n ?? 1) - 1;
  return {
    ...emptyReplica(S),
    phase: { name: 'held' },
    before: { n: first, h: `h${first}` },
    items,
    at: point,
    head: point,
    seen: point,
    provenAt: START,
    state: items.reduce(evolveConversation, { ...EMPTY_CONVERSATION, queue: 'q1', holder: 'agent:a1' }),
    ...more,
  };
}

export function entry(id: string, more: Partial<Entry> = {}): Entry {
  return {
    conversation: id,
    number: 1,
    head: { n: 1, h: 'h1' },
    state: 'waiting',
    customer: { id, name: `Customer ${id}` },
    inbox: 'i1',
    queue: 'q1',
    holder: 'agent:a1',
    subject: null,
    preview: '',
    unanswered: 0,
    waitingSince: null,
    soonAt: null,
    dueAt: null,
    overdue: false,
    pausedUntil: null,
    priority: 0,
    labels: [],
    snoozedUntil: null,
    ...more,
  };
}

export function list(s: string, entries: Entry[]): Replica {
  const items = entries.map((one, index) => item(index + 1, SYSTEM, 'changed', one, index));
  return { ...windowOf(items), s, state: null, entries: new Map(entries.map((one) => [one.conversation, one])) };
}

export function terminal(replicas: Replica[], more: Partial<Terminal> = {}): Terminal {
  return {
    ...EMPTY_TERMINAL,
    link: { state: 'open', since: START, heardAt: START, session: 's' },
    you: {
      type: 'agent',
      id: 'a1',
      name: 'Alma Reyes',
      company: 'Bracken & Wick',
      role: 'agent',
      queues: [
        { id: 'q1', name: 'Orders', role: 'agent' },
        { id: 'q2', name: 'Returns', role: 'supervisor' },
      ],
    },
    replicas: new Map(replicas.map((replica) => [replica.s, replica])),
    ...more,
  };
}

export function heldReply(text: string, basedOn: number, more: Partial<Pending> = {}): Pending {
  return {
    id: 'p1',
    terminal: 't1',
    s: S,
    kind: 'message',
    body: { text },
    attempt: 1,
    basedOn: { n: basedOn, h: `h${basedOn}` },
    pressedAt: START + 60_000,
    order: 1,
    state: { name: 'held', because: [], heldAt: START + 60_200 },
    ...more,
  };
}
