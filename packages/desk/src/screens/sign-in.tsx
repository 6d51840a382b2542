import { CircleAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type SignInResult, signIn } from '../model/session.ts';
import { useLanguage } from '../parts/context.ts';
import { Mark } from '../parts/mark.tsx';
import { T } from '../parts/say.tsx';
import { t as words } from '../words/index.ts';

const TICKS = Array.from({ length: 37 }, (_, index) => index);
const HERE = 30;

function Scale(): ReactNode {
  return (
    <svg className="scale" viewBox="0 0 362 17" aria-hidden="true">
      {TICKS.map((index) => (
        <path
          key={index}
          className={index === HERE ? 'scale__here' : index > HERE ? 'scale__ahead' : 'scale__past'}
          d={`M${index * 10 + 0.5} ${index % 6 === 0 ? 0 : 7}V16`}
        />
      ))}
    </svg>
  );
}

const PROBLEMS = { wrong: 'signIn.wrong', unreachable: 'signIn.unreachable', busy: 'signIn.busy' } as const;

function Problem({ result, id }: { result: SignInResult | undefined; id: string }): ReactNode {
  if (result === undefined || result === 'ok') return null;
  return (
    <p className="error" id={id} role="alert">
      <CircleAlert className="i i-14" aria-hidden="true" />
      <T k={PROBLEMS[result]} />
    </p>
  );
}

/** The door: no queue data before it. */
export function SignIn({ hasEnded }: { hasEnded: boolean }): ReactNode {
  useLanguage();
  const [result, setResult] = useState<SignInResult>();
  const [isBusy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => {
    document.title = words('title.signIn');
  });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    const answer = await signIn(String(form.get('email')), String(form.get('password')), form.get('taking') === null);
    setBusy(false);
    setResult(answer);
    if (answer !== 'ok') password.current?.focus();
  };
  return (
    <main className="login">
      <div className="login__b">
        <div className="hstack login__name">
          <Mark state="in" className="mark--login" />
          <h1>Heed</h1>
        </div>
        <p className="soft login__where">
          <span className="mono">{location.host}</span>
        </p>
        <Scale />
        {hasEnded ? (
          <p className="banner login__ended" role="status">
            <T k="signIn.ended" />
          </p>
        ) : null}
        <form className="login__form" onSubmit={(event) => void submit(event)}>
          <div className="field">
            <label htmlFor={`${id}e`}>
              <T k="signIn.email" />
            </label>
            <input
              id={`${id}e`}
              name="email"
              type="email"
              className="input input--lg"
              autoComplete="username"
              required
              // biome-ignore lint/a11y/noAutofocus: the only thing to do here is to sign in
              autoFocus
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}p`}>
              <T k="signIn.password" />
            </label>
            <input
              id={`${id}p`}
              ref={password}
              name="password"
              type="password"
              className="input input--lg"
              autoComplete="current-password"
              required
              aria-invalid={result === 'wrong' ? true : undefined}
              aria-describedby={result && result !== 'ok' ? `${id}x` : undefined}
            />
            <Problem result={result} id={`${id}x`} />
          </div>
          <label className="hstack login__check">
            <input type="checkbox" name="taking" className="checkbox" defaultChecked />
            <span>
              <T k="signIn.takeChats" />
            </span>
          </label>
          <button type="submit" className="btn btn--primary btn--lg" disabled={isBusy}>
            <T k="signIn.submit" />
          </button>
        </form>
        <p className="muted login__order">
          <T k="signIn.order" />
        </p>
      </div>
    </main>
  );
}
