import type { Actor, Item, Point } from '@heed/protocol';
import { birthHash, bodyHash, canonical, nextHash } from '../../packages/server/src/domain/chain.ts';
import { timeOf, USUAL_TARGETS } from '../../packages/server/src/domain/clock.ts';
import {
  type Conversation,
  emptyConversation,
  evolve,
  type NewItem,
} from '../../packages/server/src/domain/conversation.ts';
import type { Trace } from '../../packages/server/src/domain/guard.ts';

/** The only stream there is. */
export const STREAM = 'conversation/c1';
export const FIRST_EPOCH = 'e1';
/** Time is no part of what is checked here: all of it happens at once. */
export const NOW = timeOf(Date.UTC(2030, 0, 7));

/** One history of the stream, whole. Values: the same history is always the same object. */
export interface Log {
  readonly items: readonly Item[];
  readonly traces: readonly Trace[];
  readonly conversation: Conversation;
}

export function headOf(log: Log): Point {
  return log.conversation.head;
}

/** The point at a number, which the log has. */
export function pointAt(log: Log, n: number): Point {
  const item = log.items[n - 1];
  return item ? { n, h: item.h } : { n: 0, h: birthHash(STREAM, FIRST_EPOCH) };
}

/** Whether a point is one of this log. */
export function hasPoint(log: Log, { n, h }: Point): boolean {
  return n <= log.items.length && pointAt(log, n).h === h;
}

/** Every history that ever was, by the hash of its head: what a window may show at all. */
export class Histories {
  readonly #byHash = new Map<string, Log>();
  readonly empty: Log;

  constructor() {
    this.empty = { items: [], traces: [], conversation: beginning() };
    this.#byHash.set(headOf(this.empty).h, this.empty);
  }

  at(h: string): Log | undefined {
    return this.#byHash.get(h);
  }

  /** One item more. `life` tells apart what was stored before a loss and what is stored again after it. */
  append(log: Log, item: NewItem, terminal: string | null, life: number): Log {
    const { id, kind, actor, body } = item;
    const n = log.items.length + 1;
    const hashed = bodyHash(Buffer.alloc(16, life), canonical(body));
    const h = nextHash(headOf(log).h, { n, id, kind, actor, at: NOW, bodyHash: hashed });
    const known = this.#byHash.get(h);
    if (known) return known;
    const stored: Item = { n, h, id, kind, actor: actor as Actor, at: NOW, body };
    const grown: Log = {
      items: [...log.items, stored],
      traces: [...log.traces, { n, id, kind, actor, terminal }],
      conversation: evolve(log.conversation, stored),
    };
    this.#byHash.set(h, grown);
    return grown;
  }

  /** The same history as it was when it had so many items. */
  upTo(log: Log, n: number): Log {
    const earlier = this.#byHash.get(pointAt(log, n).h);
    if (!earlier) throw new Error(`no history ends at ${n}`);
    return earlier;
  }
}

function beginning(): Conversation {
  const birth = { n: 0, h: birthHash(STREAM, FIRST_EPOCH) };
  const place = { inbox: 'shop', queue: 'orders', targets: USUAL_TARGETS, at: NOW };
  return emptyConversation({
    id: 'c1',
    number: 1,
    customer: { id: 'cy', name: 'Cy' },
    ...place,
    head: birth,
    chatHead: birth,
  });
}
