import type { Request, Stream } from '@heed/protocol';
import type { Ms, Pending, Replica, Step, Terminal } from './state.ts';

/** What a step wants done: the shell does it, in this order. */
export type Effect =
  | { do: 'connect'; fresh: boolean }
  | { do: 'disconnect' }
  | { do: 'transmit'; frame: Request }
  | { do: 'put-pending'; pending: Pending }
  | { do: 'drop-pending'; id: string }
  | { do: 'put-replica'; s: Stream }
  | { do: 'drop-replica'; s: Stream }
  | { do: 'put-epoch'; epoch: string };

/** One step in the making: the value so far, what is to be done, and the two things that come from outside. */
export interface Work {
  t: Terminal;
  effects: Effect[];
  now: Ms;
  /** A random number from 0 to 1, for jitter. */
  chance: number;
}

const KEPT_TRANSITIONS = 40;

export function transmit(w: Work, frame: Request): void {
  w.effects.push({ do: 'transmit', frame });
}

/** The next answer's name on this terminal. */
export function nextRe(w: Work): string {
  w.t = { ...w.t, serial: w.t.serial + 1 };
  return `r${w.t.serial}`;
}

export function setReplica(w: Work, replica: Replica): void {
  w.t = { ...w.t, replicas: new Map(w.t.replicas).set(replica.s, replica) };
}

export function setPending(w: Work, pending: Pending): void {
  w.t = { ...w.t, outbox: w.t.outbox.map((other) => (other.id === pending.id ? pending : other)) };
}

/** As it is while no copy of it is under way. */
export function grounded(pending: Pending): Pending {
  if (pending.state.name === 'flying') return { ...pending, state: { name: 'waiting' } };
  return pending.state.name === 'cancelling' ? { ...pending, state: { name: 'cancelling' } } : pending;
}

/** Keeps a change that must outlive the page; on the device nothing is under way. */
export function keepPending(w: Work, pending: Pending): void {
  setPending(w, pending);
  w.effects.push({ do: 'put-pending', pending: grounded(pending) });
}

/** It needs no place on the device any more, and neither do its files. */
export function dropPending(w: Work, id: string): void {
  const files = new Map([...w.t.files].filter(([, { send }]) => send !== id));
  w.t = { ...w.t, files, outbox: w.t.outbox.filter((pending) => pending.id !== id) };
  w.effects.push({ do: 'drop-pending', id });
}

/** Notes a change of step for the chip's history. */
export function note(w: Work, step: Step['name'], n: number, s?: Stream): void {
  const last = w.t.transitions.findLast((transition) => transition.s === s);
  if (last?.step === step && last.n === n) return;
  const transition = { at: w.now, step, n, ...(s === undefined ? {} : { s }) };
  w.t = { ...w.t, transitions: [...w.t.transitions.slice(1 - KEPT_TRANSITIONS), transition] };
}
