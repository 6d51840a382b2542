/** @jsxImportSource preact */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isAddress } from '../model/gate.ts';
import type { Words } from '../words/catalogue.ts';

interface MailFormProps {
  words: Words;
  /** What is known already. */
  email: string | null;
  label: string;
  send(email: string): Promise<void>;
}

/** An address and a button; what was sent says so in its place. */
export function MailForm({ words, email, label, send }: MailFormProps): JSX.Element {
  const [value, setValue] = useState(email ?? '');
  const [state, setState] = useState<'asks' | 'sends' | 'bad' | 'failed'>('asks');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isAddress(value)) return setState('bad');
    setState('sends');
    send(value.trim()).then(
      () => setState('asks'),
      () => setState('failed'),
    );
  };
  const wrong = { bad: 'badMail', failed: 'notTaken' } as const;
  return (
    <form noValidate onSubmit={submit}>
      <div class="wmail">
        <input
          class="input"
          type="email"
          name="email"
          autocomplete="email"
          dir="ltr"
          maxLength={320}
          aria-label={words.say('mailAddress')}
          placeholder={words.say('mailAddress')}
          aria-invalid={state === 'bad'}
          value={value}
          onInput={(event) => setValue(event.currentTarget.value)}
        />
        <button type="submit" class="btn" disabled={state === 'sends'}>
          {label}
        </button>
      </div>
      {(state === 'bad' || state === 'failed') && (
        <p class="wform__lack" role="alert">
          {words.say(wrong[state])}
        </p>
      )}
    </form>
  );
}
