/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Gate, type Lack, lackOf } from '../model/gate.ts';
import type { Wanted } from '../model/inbox.ts';
import type { Words } from '../words/catalogue.ts';
import { Field } from './field.tsx';

interface BeforeProps {
  gate: Gate;
  words: Words;
  done(about: { name?: string; email?: string }): void;
  back(): void;
}

/** What is asked before a first message; the message itself stays in the composer until it is sent. */
export function Before({ gate, words, done, back }: BeforeProps): JSX.Element {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [agreed, setAgreed] = useState(false);
  const [lack, setLack] = useState<Lack | undefined>();
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), []);
  const labelOf = (key: 'yourName' | 'mailAddress', wanted: Wanted): string =>
    wanted === 'optional' ? words.say('optional', { label: words.say(key) }) : words.say(key);
  const submit = (event: Event): void => {
    event.preventDefault();
    const found = lackOf(gate, { name, email, agreed });
    setLack(found);
    if (found) return;
    const about = { ...(name.trim() ? { name: name.trim() } : {}), ...(email.trim() ? { email: email.trim() } : {}) };
    done(about);
  };
  return (
    <main class="w__log w__log--top">
      <form ref={form} class="wcard wform" noValidate onSubmit={submit} aria-label={words.say('beforeTitle')}>
        <h2>{words.say('beforeTitle')}</h2>
        {(gate.name !== 'no' || gate.email !== 'no') && <p class="wcard__detail">{words.say('beforeDetail')}</p>}
        {gate.name !== 'no' && (
          <Field
            label={labelOf('yourName', gate.name)}
            type="text"
            name="name"
            value={name}
            required={gate.name === 'required'}
            wrong={lack === 'nameNeeded'}
            change={setName}
          />
        )}
        {gate.email !== 'no' && (
          <Field
            label={labelOf('mailAddress', gate.email)}
            type="email"
            name="email"
            value={email}
            required={gate.email === 'required'}
            wrong={lack === 'badMail'}
            change={setEmail}
          />
        )}
        {gate.consent && (
          <div class="wconsent">
            <label>
              <input type="checkbox" checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
              <span dir="auto">{gate.consent.text}</span>
            </label>
            {gate.consent.url && (
              <a href={gate.consent.url} target="_blank" rel="noopener noreferrer">
                {words.say('consentMore')}
              </a>
            )}
          </div>
        )}
        {lack && (
          <p class="wform__lack" role="alert">
            {words.say(lack)}
          </p>
        )}
        <div class="wform__foot">
          <button type="submit" class="btn">
            {words.say('sendMessage')}
          </button>
          <button type="button" class="link" onClick={back}>
            {words.say('notNow')}
          </button>
        </div>
      </form>
    </main>
  );
}
