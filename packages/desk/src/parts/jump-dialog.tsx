import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { ask } from '../model/ask.ts';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

/** Midnight of a day, where the reader is. */
function beginOf(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).toISOString();
}

async function positionAt(id: string, day: string): Promise<number | undefined> {
  try {
    const answer = await ask<{ n: number }>('GET', `/v1/conversations/${id}/position?at=${beginOf(day)}`);
    return answer.ok ? answer.value.n : undefined;
  } catch (error) {
    console.warn('heed: a day could not be looked up', error);
    return undefined;
  }
}

/** Shows a conversation from a day on. */
export default function JumpDialog({
  id,
  onJump,
  onClose,
}: {
  id: string;
  onJump: (n: number) => void;
  onClose: () => void;
}): ReactNode {
  const field = useId();
  const [day, setDay] = useState('');
  const [hasFailed, setFailed] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const n = await positionAt(id, day);
    setFailed(n === undefined);
    if (n === undefined) return;
    onJump(n);
    onClose();
  };
  return (
    <Dialog title={<T k="keys.jumpToDate" />} onClose={onClose} className="dialog--small">
      <form onSubmit={(event) => void submit(event)}>
        <div className="field">
          <label htmlFor={field}>
            <T k="jump.date" />
          </label>
          <input
            id={field}
            className="input"
            type="date"
            required
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        </div>
        {hasFailed ? (
          <p className="error" role="alert">
            <T k="jump.failed" />
          </p>
        ) : null}
        <div className="dialog__f">
          <button type="button" className="btn" onClick={onClose}>
            <T k="saved.cancel" />
          </button>
          <button type="submit" className="btn btn--primary">
            <T k="jump.do" />
          </button>
        </div>
      </form>
    </Dialog>
  );
}
