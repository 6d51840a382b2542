import { heldOf, stepOf, type Terminal, type Transition } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';

/** The four states of the mark (DESIGN §1). */
export type MarkState = 'in' | 'behind' | 'held' | 'off';

export interface Chip {
  mark: MarkState;
  /** The words before the position. */
  words: Sentence;
  /** Shorter words for a phone. */
  brief: Sentence;
  /** The position; absent where there is none to tell. */
  n?: number;
  of?: number;
  label: Sentence;
}

/** A connection that has only just gone, or is only just being made, is not news (DESIGN §3). */
export const CATCHING_UP_AFTER_MS = 400;
const STARTING_MS = 3_000;

type Named = 'step.in' | 'step.held' | 'step.off' | 'step.behind' | 'step.diverged';

function chip(mark: MarkState, key: Named, n: number): Chip {
  return { mark, words: { key }, brief: { key: `${key}.brief` }, n, label: { key: `${key}.label`, values: { n } } };
}

/** What the step chip of a window says. */
export function chipOf(t: Terminal, s: Stream, now: number): Chip {
  const step = stepOf(t, s, now);
  const held = heldOf(t, s);
  const at = t.replicas.get(s)?.at?.n ?? 0;
  switch (step.name) {
    case 'in-step':
      return held ? chip('held', 'step.held', at) : chip('in', 'step.in', at);
    case 'offline':
      if (t.lostAt === undefined && now - t.link.since < STARTING_MS) return behind(step.n, step.n);
      return chip('off', 'step.off', step.n);
    case 'catching-up':
      return behind(step.n, step.head);
    case 'loading':
      return behind(0, t.replicas.get(s)?.head?.n ?? 0);
    case 'diverged':
      return chip('behind', 'step.diverged', step.n);
    case 'gone':
      return { mark: 'off', words: { key: 'step.gone' }, brief: { key: 'step.gone' }, label: { key: 'step.gone' } };
  }
}

function behind(n: number, head: number): Chip {
  const { n: at, ...rest } = chip('behind', 'step.behind', n);
  // Before anything is held there is no position to tell.
  return head === 0 ? rest : { ...rest, ...(at === undefined ? {} : { n: at }), ...(head > n ? { of: head } : {}) };
}

/** The mark for the whole desk: the worst of what it watches. */
export function deskMark(t: Terminal, now: number): MarkState {
  if (t.link.state === 'open') return 'in';
  const since = t.lostAt ?? t.link.since;
  return t.lostAt === undefined && now - since < STARTING_MS ? 'behind' : 'off';
}

const TRANSITION: Record<Transition['step'], Sentence['key']> = {
  loading: 'transition.loading',
  'in-step': 'transition.in',
  'catching-up': 'transition.behind',
  offline: 'transition.off',
  diverged: 'transition.diverged',
  gone: 'transition.gone',
};

export interface TransitionLine {
  at: number;
  words: Sentence;
}

/** The last five changes of a window, newest first; those of the connection are everybody's. */
export function lastTransitions(t: Terminal, s: Stream): TransitionLine[] {
  return t.transitions
    .filter((transition) => transition.s === undefined || transition.s === s)
    .slice(-5)
    .reverse()
    .map(({ at, step, n }) => ({ at, words: { key: TRANSITION[step], values: { n } } }));
}
