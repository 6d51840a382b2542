import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { type Key, t as words } from '../words/index.ts';
import { Choices } from './choices.tsx';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

/** Why somebody who wrote needs no answer, for the digits. */
const REASONS: readonly Key[] = ['noReply.thanks', 'noReply.elsewhere', 'noReply.twice', 'noReply.spam'];

interface Props {
  count: number;
  name: string;
  onMark: (reason: string) => void;
  onClose: () => void;
}

/** A named person says why nobody is left waiting (CLK1): one key to ask, one to answer. */
export default function NoReplyDialog({ count, name, onMark, onClose }: Props): ReactNode {
  const [own, setOwn] = useState('');
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (own.trim() !== '') onMark(own.trim());
  };
  return (
    <Dialog title={<T k="noReply.title" count={count} />} onClose={onClose} className="dialog--small">
      <p className="soft">
        <T k="noReply.text" name={name} />
      </p>
      <Choices
        choices={REASONS.map((key) => ({ key, label: <T k={key} /> }))}
        onChoose={(index) => onMark(words(REASONS[index] ?? 'noReply.thanks'))}
      />
      <form onSubmit={submit} className="hstack choices__own">
        <label htmlFor={id} className="vh">
          <T k="noReply.own" />
        </label>
        <input
          id={id}
          className="input grow"
          value={own}
          maxLength={500}
          placeholder={words('noReply.own')}
          onChange={(event) => setOwn(event.target.value)}
        />
        <button type="submit" className="btn" disabled={own.trim() === ''}>
          <T k="noReply.do" />
        </button>
      </form>
    </Dialog>
  );
}
