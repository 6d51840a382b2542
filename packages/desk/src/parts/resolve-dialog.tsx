import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { span } from '../model/times.ts';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

interface Props {
  count: number;
  name: string;
  waitedMs: number;
  onResolve: (reason: string) => void;
  onClose: () => void;
}

/** Nobody is left waiting without a named person saying why (CLK1). */
export default function ResolveDialog({ count, name, waitedMs, onResolve, onClose }: Props): ReactNode {
  const [reason, setReason] = useState('');
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() !== '') onResolve(reason.trim());
  };
  return (
    <Dialog title={<T k="resolve.title" count={count} />} onClose={onClose} className="dialog--small">
      <form onSubmit={submit}>
        <p className="soft">
          <T k="resolve.text" name={name} span={span(waitedMs)} />
        </p>
        <div className="field">
          <label htmlFor={id}>
            <T k="resolve.reason" />
          </label>
          <input
            id={id}
            className="input"
            value={reason}
            maxLength={500}
            onChange={(event) => setReason(event.target.value)}
          />
        </div>
        <div className="dialog__f">
          <button type="submit" className="btn" disabled={reason.trim() === ''}>
            <T k="resolve.anyway" />
          </button>
          <button type="button" className="btn btn--primary" onClick={onClose}>
            <T k="resolve.keep" />
          </button>
        </div>
      </form>
    </Dialog>
  );
}
