import { CircleAlert, Paperclip, X } from 'lucide-react';
import { type ChangeEvent, type ReactNode, useRef } from 'react';
import type { FileChip } from '../model/files.ts';
import { t as words } from '../words/index.ts';
import { Say } from './say.tsx';

function Chip({ chip, onRemove }: { chip: FileChip; onRemove: (id: string) => void }): ReactNode {
  const { id, name, size, percent, problem } = chip;
  return (
    <li className={problem ? 'chip chip--bad' : 'chip'}>
      {problem ? <CircleAlert className="i i-14" aria-hidden="true" /> : null}
      <bdi className="trunc" title={name}>
        {name}
      </bdi>
      <span className="num muted chip__size">{size}</span>
      {percent === undefined ? null : (
        <progress className="chip__bar" max={100} value={percent} aria-label={words('file.uploading', { name })} />
      )}
      {problem ? (
        <span className="chip__why" role="alert">
          <Say of={problem} />
        </span>
      ) : null}
      <button
        type="button"
        className="chip__x"
        aria-label={words('file.remove', { name })}
        title={words('file.remove', { name })}
        onClick={() => onRemove(id)}
      >
        <X className="i i-14" aria-hidden="true" />
      </button>
    </li>
  );
}

/** The files of a draft: how far each is, and what is wrong with it. */
export function FileChips({ chips, onRemove }: { chips: FileChip[]; onRemove: (id: string) => void }): ReactNode {
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label={words('file.list')}>
      {chips.map((chip) => (
        <Chip key={chip.id} chip={chip} onRemove={onRemove} />
      ))}
    </ul>
  );
}

/** The paper clip: opens the browser's own choice of files. */
export function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const onChange = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    // The same file can be chosen again after it was removed.
    event.target.value = '';
    onFiles(files);
  };
  return (
    <>
      <button
        type="button"
        className="btn btn--ghost btn--sm btn--icon"
        aria-label={words('file.attach')}
        title={words('file.attach')}
        onClick={() => input.current?.click()}
      >
        <Paperclip className="i" aria-hidden="true" />
      </button>
      <input ref={input} type="file" multiple hidden tabIndex={-1} aria-hidden="true" onChange={onChange} />
    </>
  );
}
