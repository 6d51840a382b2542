import type { Terminal } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { currentChat, isOngoing, shownChat, startTarget } from './current.ts';
import { NEW } from './new.ts';
import { hasNews } from './unread.ts';

/** Where the customer is: nowhere chosen yet, on the start page, or in a conversation. */
export type View = { name: 'auto' } | { name: 'home' } | { name: 'chat'; asked: Stream; begunWith: readonly string[] };

/** What is on the screen, and where what is written goes. */
export type Place = { name: 'home'; target: Stream } | { name: 'chat'; s: Stream };

/** A window that opens shows the conversation that goes on, or has something new; else the start page. */
export function settle(view: View, terminal: Terminal): View {
  if (view.name !== 'auto') return view;
  const current = currentChat(terminal);
  const known = current === NEW || terminal.replicas.get(current)?.at !== undefined;
  const wanted = known && (isOngoing(terminal, current) || hasNews(terminal, terminal.replicas.get(current)));
  return wanted ? { name: 'chat', asked: current, begunWith: sendsOf(terminal, current) } : view;
}

const sendsOf = (terminal: Terminal, s: Stream): string[] =>
  terminal.outbox.filter((pending) => pending.s === s).map((pending) => pending.id);

export function placeOf(view: View, terminal: Terminal): Place {
  if (view.name !== 'chat') return { name: 'home', target: startTarget(terminal) };
  return { name: 'chat', s: shownChat(terminal, view.asked, view.begunWith) };
}

/** After a press: into the conversation that it went to. */
export function afterPress(view: View, s: Stream, id: string): View {
  const begun = view.name === 'chat' && view.asked === s ? view.begunWith : [];
  return { name: 'chat', asked: s, begunWith: [...begun, id] };
}

/** What was typed and not sent, kept on this device. Words for a conversation that began meanwhile follow it there. */
export function draftOf(terminal: Terminal, s: Stream): string {
  return (terminal.drafts.get(s) ?? terminal.drafts.get(NEW))?.text ?? '';
}
