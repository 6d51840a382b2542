import { chatState, type Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { NEW } from './new.ts';

/** The customer's conversations as far as this terminal knows them, the newest last. */
export function chatsOf(terminal: Terminal): Stream[] {
  const told = (terminal.you?.chats ?? []).map(([s]) => s);
  const known = [...terminal.replicas.keys(), ...terminal.outbox.map((pending) => pending.s)];
  const begunHere = known.filter((s) => s.startsWith('chat/') && s !== NEW && !told.includes(s));
  return [...told, ...new Set(begunHere)].filter((s) => terminal.replicas.get(s)?.phase.name !== 'gone');
}

/** What the customer writes to without choosing: a message not stored yet, the newest conversation, or a new one. */
export function currentChat(terminal: Terminal): Stream {
  if (terminal.outbox.some((pending) => pending.s === NEW)) return NEW;
  return chatsOf(terminal).at(-1) ?? NEW;
}

/** Whether a conversation goes on; one that is not loaded yet is taken for open. */
export function isOngoing(terminal: Terminal, s: Stream): boolean {
  if (s === NEW) return terminal.outbox.some((pending) => pending.s === NEW);
  return chatState(terminal.replicas.get(s))?.status !== 'resolved';
}

/** Where a message written on the start page goes: one matter at a time, so to the open conversation if there is one. */
export function startTarget(terminal: Terminal): Stream {
  const current = currentChat(terminal);
  return isOngoing(terminal, current) ? current : NEW;
}

/**
 * The conversation on the screen. The one asked for; where that was a first message, the conversation that it became:
 * its send or its item names it.
 */
export function shownChat(terminal: Terminal, asked: Stream, begunWith: readonly string[]): Stream {
  if (asked !== NEW || terminal.outbox.some((pending) => pending.s === NEW)) return asked;
  const sent = terminal.outbox.find((pending) => begunWith.includes(pending.id));
  if (sent) return sent.s;
  for (const replica of terminal.replicas.values()) {
    if (replica.s.startsWith('chat/') && replica.items.some((item) => begunWith.includes(item.id))) return replica.s;
  }
  return asked;
}
