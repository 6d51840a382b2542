/** @jsxImportSource preact */
import { type Stream, streamId } from '@heed/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Ask } from '../app/ask.ts';
import type { Inbox } from '../model/inbox.ts';
import type { Words } from '../words/catalogue.ts';
import type { Extras } from './chat.tsx';
import { MailForm } from './mail-form.tsx';

interface ByMailProps {
  words: Words;
  email: string | null;
  asks: Ask;
}

/** What the cards at the end of a conversation offer besides, where mail is sent at all. */
export function extrasOf(inbox: Inbox | undefined, words: Words, email: string | null, asks: Ask, s: Stream): Extras {
  if (!inbox?.mail) return {};
  const about = { words, email, asks };
  return { byMail: <ByMail {...about} />, copy: <Copy key={s} {...about} conversation={streamId(s)} /> };
}

/** Where the answer goes besides: offered as long as nobody said so, told since. */
export function ByMail({ words, email, asks }: ByMailProps): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  if (email) return <p class="wcard__mail">{words.say('alsoMailed', { email })}</p>;
  if (isAsked)
    return (
      <MailForm words={words} email={null} label={words.say('save')} send={(to) => asks.introduce({ email: to })} />
    );
  return (
    <button type="button" class="link" onClick={() => setAsked(true)}>
      {words.say('byMail')}
    </button>
  );
}

/** A closed conversation, for its customer to keep. */
export function Copy({ words, email, asks, conversation }: ByMailProps & { conversation: string }): JSX.Element {
  const [sentTo, setSentTo] = useState('');
  const send = async (to: string): Promise<void> => {
    await asks.transcript(conversation, to, words.locale);
    setSentTo(to);
  };
  return (
    <section class="wcard" aria-label={words.say('keepCopy')}>
      <p class="wcard__title">
        <b>{words.say('keepCopy')}</b>
      </p>
      <p class="wcard__detail" role="status">
        {sentTo ? words.say('copySent', { email: sentTo }) : words.say('copyDetail')}
      </p>
      {!sentTo && <MailForm words={words} email={email} label={words.say('send')} send={send} />}
    </section>
  );
}
