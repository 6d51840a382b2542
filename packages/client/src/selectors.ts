import { type ChatState, type ConversationState, type Item, isMaterial, type Point, type Stream } from '@heed/protocol';
import { deviceClock } from './clock.ts';
import type { LocalFile, Ms, Pending, Replica, Step, Terminal } from './state.ts';

/** How long a confirmation keeps a window in step (§1). */
export function proofMs(beatMs: number): number {
  return Math.max(30_000, 1.5 * beatMs);
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow(terminal: Terminal, now: Ms): Ms {
  return now + terminal.skewMs;
}

/**
 * What leads to the server's time from the clock that people see on this device. `skewMs` leads there from the clock
 * that intervals go by, which does not follow when somebody sets the other. Two clocks never agree to the millisecond:
 * what they differ by counts in whole seconds.
 */
export function wallSkewMs(terminal: Terminal): Ms {
  return terminal.skewMs + Math.round((deviceClock.now() - Date.now()) / 1000) * 1000;
}

/** Whether the window holds everything up to a head that the server confirmed lately (§1). */
export function isInStep(terminal: Terminal, replica: Replica | undefined, now: Ms): boolean {
  if (!replica?.at || terminal.link.state !== 'open' || replica.phase.name !== 'held') return false;
  if (replica.head && replica.head.n > replica.at.n) return false;
  return replica.provenAt !== undefined && now - replica.provenAt <= proofMs(terminal.beatMs);
}

/** What the step chip says of a stream. */
export function stepOf(terminal: Terminal, s: Stream, now: Ms): Step {
  const replica = terminal.replicas.get(s);
  if (replica?.phase.name === 'gone') return { name: 'gone' };
  const n = replica?.at?.n ?? 0;
  if (terminal.link.state !== 'open') {
    return replica?.at || terminal.lostAt !== undefined
      ? { name: 'offline', n, since: terminal.lostAt ?? terminal.link.since }
      : { name: 'loading' };
  }
  if (replica?.phase.name === 'frozen') return { name: 'diverged', n };
  if (!replica?.at) return { name: 'loading' };
  if (isInStep(terminal, replica, now)) return { name: 'in-step', n };
  return { name: 'catching-up', n, head: Math.max(n, replica.head?.n ?? n) };
}

/** Whether every watched stream is in step: what the wall and the empty desk show. */
export function allInStep(terminal: Terminal, now: Ms): boolean {
  return (
    terminal.link.state === 'open' &&
    [...terminal.watched].every((s) => isInStep(terminal, terminal.replicas.get(s), now))
  );
}

/** The outbox of one stream, in the order of the presses. */
export function pendingOf(terminal: Terminal, s: Stream): Pending[] {
  return terminal.outbox
    .filter((pending) => pending.s === s && pending.state.name !== 'cancelling' && pending.state.name !== 'writing')
    .sort((a, b) => a.order - b.order);
}

/** The files that stand with a draft, in the order in which they were added. */
export function draftFiles(terminal: Terminal, s: Stream): LocalFile[] {
  return [...terminal.files.values()].filter((file) => file.s === s && file.send === undefined);
}

/** The reply of this stream that is held back, if one is. */
export function heldOf(terminal: Terminal, s: Stream): Pending | undefined {
  return terminal.outbox.find((pending) => pending.s === s && pending.state.name === 'held');
}

export function conversationState(replica: Replica | undefined): ConversationState | undefined {
  return replica?.s.startsWith('conversation/') && replica.state ? (replica.state as ConversationState) : undefined;
}

export function chatState(replica: Replica | undefined): ChatState | undefined {
  return replica?.s.startsWith('chat/') && replica.state ? (replica.state as ChatState) : undefined;
}

/** Whether an item must have been seen before this terminal's next reply (GRD2). */
export function isNews(terminal: Terminal, item: Item): boolean {
  const { id, actor } = item;
  // What follows from a send is by system and bears the send's id, a point and a word.
  const cause = actor.type === 'system' ? id.slice(0, id.indexOf('.')) : actor.id === terminal.you?.id ? id : '';
  if (terminal.mine.has(cause)) return false;
  return isMaterial(item.kind, item.actor.type);
}

/** The material items above the point that was seen: what somebody still has to look at. */
export function unseen(terminal: Terminal, replica: Replica): Item[] {
  return replica.items.filter((item) => item.n > replica.seen.n && isNews(terminal, item));
}

/** The point that a reply pressed now would carry: exactly what *Replying after …* shows (GRD1). */
export function seenPoint(terminal: Terminal, s: Stream): Point {
  return terminal.replicas.get(s)?.seen ?? { n: 0, h: '' };
}
