import type { Item } from './frames.ts';
import type { ItemBodies } from './kinds.ts';
import type { Holder } from './point.ts';

/** What the items of a conversation determine (§3). `unanswered` has the numbers of the messages that wait (CLK1). */
export interface ConversationState {
  status: 'open' | 'snoozed' | 'resolved';
  holder: Holder | null;
  queue: string;
  labels: string[];
  answeredUpTo: number;
  unanswered: number[];
}

/** What the items of a chat determine (§3). */
export interface ChatState {
  status: 'open' | 'resolved';
  servedBy: { id: string; name: string } | null;
}

export const EMPTY_CONVERSATION: ConversationState = {
  status: 'open',
  holder: null,
  queue: '',
  labels: [],
  answeredUpTo: 0,
  unanswered: [],
};
export const EMPTY_CHAT: ChatState = { status: 'open', servedBy: null };

type Evolve<S> = { [K in keyof ItemBodies]?: (state: S, body: ItemBodies[K], item: Item) => S };

function cover(state: ConversationState, upTo: number): ConversationState {
  if (upTo <= state.answeredUpTo) return state;
  return { ...state, answeredUpTo: upTo, unanswered: state.unanswered.filter((n) => n > upTo) };
}

function move(state: ConversationState, body: { to: string | null }): ConversationState {
  const queue = body.to?.startsWith('queue:') ? body.to.slice('queue:'.length) : state.queue;
  return { ...state, holder: body.to, queue };
}

const CONVERSATION: Evolve<ConversationState> = {
  message: (state, body, item) =>
    item.actor.type === 'customer'
      ? { ...state, unanswered: [...state.unanswered, item.n] }
      : cover(state, body.covers ?? 0),
  erased: (state, body, item) => {
    const covered = cover(state, body.covers ?? 0);
    if (item.actor.type !== 'customer' || !covered.unanswered.includes(body.target)) return covered;
    return { ...covered, unanswered: covered.unanswered.filter((n) => n !== body.target) };
  },
  assigned: move,
  transferred: move,
  queued: move,
  returned: move,
  resolved: (state, body) => ({ ...cover(state, body.noReplyNeeded?.upTo ?? 0), status: 'resolved', holder: null }),
  reopened: (state) => ({ ...state, status: 'open' }),
  snoozed: (state) => ({ ...state, status: 'snoozed' }),
  labelled: (state, body) => ({
    ...state,
    labels: [
      ...state.labels.filter((label) => !body.removed.includes(label) && !body.added.includes(label)),
      ...body.added,
    ],
  }),
  answeredMarked: (state, body) => cover(state, body.upTo),
};

const CHAT: Evolve<ChatState> = {
  served: (state, body) => ({ ...state, servedBy: body.by }),
  resolved: (state) => ({ ...state, status: 'resolved' }),
  reopened: (state) => ({ ...state, status: 'open' }),
};

function run<S>(table: Evolve<S>, state: S, item: Item): S {
  const body = item.erased ? {} : item.body;
  if (!Object.hasOwn(table, item.kind)) return state;
  const step = table[item.kind as keyof ItemBodies] as ((state: S, body: unknown, item: Item) => S) | undefined;
  return step ? step(state, body, item) : state;
}

/**
 * The state after one more item. Of an erased message only kind and author are left; what it covered stands in the
 * item that erased it, so a window that missed both still ends where the log does.
 */
export function evolveConversation(state: ConversationState, item: Item): ConversationState {
  return run(CONVERSATION, state, item);
}

/** The same for what the customer sees. */
export function evolveChat(state: ChatState, item: Item): ChatState {
  return run(CHAT, state, item);
}
