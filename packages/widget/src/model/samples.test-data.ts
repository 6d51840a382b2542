import { EMPTY_TERMINAL, emptyReplica, type Pending, type Replica, type Terminal } from '@heed/client';
import type { Item } from '@heed/protocol';
import { wordsOf } from '../words/catalogue.ts';
import { en } from '../words/first/en.ts';
import { en as later } from '../words/later/en.ts';

/** Small values for the tests of the model. */
export const S = 'chat/one';
export const WORDS = wordsOf('en', en, 'en-GB');
WORDS.learn(later);
export const NOON = new Date(2026, 4, 20, 12, 0).getTime();
export const CUSTOMER = { type: 'customer', id: 'c', name: 'Maeve' } as const;
export const AGENT = { type: 'agent', id: 'a', name: 'Bea Lindqvist' } as const;

export function item(n: number, actor: Item['actor'], kind: string, body: unknown, at = NOON - 60_000): Item {
  return { n, h: `h${n}`, id: `id${n}`, kind, actor, at: new Date(at).toISOString(), body };
}

export function chat(items: Item[], more: Partial<Replica> = {}): Replica {
  const last = items.at(-1);
  return { ...emptyReplica(S), phase: { name: 'held' }, items, at: { n: last?.n ?? 0, h: last?.h ?? '' }, ...more };
}

export function pending(id: string, state: Pending['state'], more: Partial<Pending> = {}): Pending {
  return {
    id,
    terminal: 't',
    s: S,
    kind: 'message',
    body: { text: `text of ${id}` },
    attempt: 1,
    pressedAt: NOON,
    order: 1,
    state,
    ...more,
  };
}

export function terminal(replica?: Replica, more: Partial<Terminal> = {}): Terminal {
  return {
    ...EMPTY_TERMINAL,
    kind: 'widget',
    online: true,
    link: { state: 'open', since: NOON, heardAt: NOON, session: 's' },
    you: { type: 'customer', id: 'c', name: 'Maeve', company: 'Osterlume', chats: replica ? [[S, 1, 'h1']] : [] },
    replicas: new Map(replica ? [[replica.s, replica]] : []),
    ...more,
  };
}
