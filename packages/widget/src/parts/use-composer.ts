import { type Client, deviceClock } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Composition } from '../model/compose.ts';
import { NEW } from '../model/new.ts';
import { draftOf, type View } from '../model/view.ts';

/** *Typing* is told again this often while somebody types, and ended this long after the last key. */
const TYPING_MS = 3000;

export interface ComposerState {
  text: string;
  type(text: string): void;
  send(composition: Composition): void;
  /** Puts what a withdrawn send carried back before what is being written. */
  takeBack(body: unknown): void;
}

/** What is being written: kept on the device at each change, per conversation, until it is in the outbox. */
export function useComposer(
  client: Client,
  s: Stream,
  view: View,
  written: number,
  /** Says whether it was sent; what was not stays. */
  press: (text: string) => boolean,
): ComposerState {
  const [text, setText] = useState(() => draftOf(client.state, s));
  const toldAt = useRef(0);
  const ending = useRef<ReturnType<typeof setTimeout>>(undefined);
  const slot = view.name === 'chat' ? view.asked : 'home';
  useLayoutEffect(() => setText(draftOf(client.state, s)), [slot, written]);

  const tellTyping = (on: boolean): void => {
    clearTimeout(ending.current);
    if (s === NEW) return;
    if (on) ending.current = setTimeout(() => tellTyping(false), TYPING_MS);
    if (on ? deviceClock.now() - toldAt.current < TYPING_MS : toldAt.current === 0) return;
    toldAt.current = on ? deviceClock.now() : 0;
    client.typing(s, on);
  };
  const keep = (value: string): void => {
    setText(value);
    client.draft(s, value);
    if (s !== NEW && client.state.drafts.has(NEW)) client.draft(NEW, '');
  };
  return {
    text,
    type: (value) => {
      keep(value);
      tellTyping(value !== '');
    },
    send: (composition) => {
      if (!composition.can) return;
      tellTyping(false);
      if (press(composition.text)) keep('');
    },
    takeBack: (body) => {
      const { text: back = '' } = (body ?? {}) as { text?: string };
      if (back) keep(text ? `${back}\n${text}` : back);
    },
  };
}
