/** @jsxImportSource preact */
import type { Client } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { JSX, RefObject } from 'preact';
import { offerOf } from '../model/choices.ts';
import type { Words } from '../words/catalogue.ts';

interface ChoicesProps {
  client: Client;
  s: Stream;
  log: RefObject<HTMLElement | null>;
  words: Words;
}

/** Answers that the newest message offers; the one that is pressed is sent as the customer's message. */
export function Choices({ client, s, log, words }: ChoicesProps): JSX.Element | null {
  const offer = offerOf(client.state, s);
  if (!offer) return null;
  const choose = (text: string): void => {
    client.press({ s, kind: 'message', body: { text, replyTo: offer.n } });
    // The buttons are gone with the press: the focus stays in the conversation, and raises no keyboard on a phone.
    log.current?.focus({ preventScroll: true });
  };
  return (
    <ul class="wchoices" aria-label={words.say('choices')}>
      {offer.choices.map((text) => (
        <li key={text}>
          <button type="button" dir="auto" onClick={() => choose(text)}>
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}
