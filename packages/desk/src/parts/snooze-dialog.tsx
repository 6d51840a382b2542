import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { ownTime, snoozeChoices } from '../model/snooze.ts';
import { soonTime } from '../model/times.ts';
import { Choices } from './choices.tsx';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

/** Until when a conversation is set aside; the customer's next message brings it back sooner (LST7). */
export default function SnoozeDialog({
  name,
  onSnooze,
  onClose,
}: {
  name: string;
  onSnooze: (until: number) => void;
  onClose: () => void;
}): ReactNode {
  const [now] = useState(Date.now);
  const [own, setOwn] = useState('');
  const id = useId();
  const choices = snoozeChoices(now);
  const until = ownTime(own, now);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (until !== undefined) onSnooze(until);
  };
  return (
    <Dialog title={<T k="snooze.title" />} onClose={onClose} className="dialog--small">
      <p className="soft">
        <T k="snooze.text" name={name} />
      </p>
      <Choices
        choices={choices.map((choice) => ({
          key: choice.label,
          label: <T k={choice.label} />,
          hint: soonTime(choice.until, now),
        }))}
        onChoose={(index) => onSnooze(choices[index]?.until ?? now)}
      />
      <form onSubmit={submit} className="hstack choices__own">
        <label htmlFor={id}>
          <T k="snooze.own" />
        </label>
        <input
          id={id}
          type="datetime-local"
          className="input grow"
          value={own}
          onChange={(event) => setOwn(event.target.value)}
        />
        <button type="submit" className="btn" disabled={until === undefined}>
          <T k="snooze.do" />
        </button>
      </form>
    </Dialog>
  );
}
