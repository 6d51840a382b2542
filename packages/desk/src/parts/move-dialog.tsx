import { Check, MessagesSquare } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { matching, type Taker } from '../model/acts.ts';
import { moveInList } from '../model/list-keys.ts';
import { t as words } from '../words/index.ts';
import { Avatar } from './avatar.tsx';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';

interface Props {
  takers: readonly Taker[];
  onMove: (taker: Taker, note: string) => void;
  onClose: () => void;
}

function Option({
  taker,
  id,
  isChosen,
  onChoose,
}: {
  taker: Taker;
  id: string;
  isChosen: boolean;
  onChoose: () => void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above it answers the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the chosen one
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      className={isChosen ? 'menu__i is-active' : 'menu__i'}
      onClick={onChoose}
    >
      {taker.kind === 'queue' ? (
        <MessagesSquare className="i i-20" aria-hidden="true" />
      ) : (
        <Avatar name={taker.name} size={20} team />
      )}
      <span className="grow trunc">{taker.kind === 'me' ? <T k="move.me" name={taker.name} /> : taker.name}</span>
      {isChosen ? <Check className="i i-14 acc" aria-hidden="true" /> : null}
    </div>
  );
}

/** To whom a work order goes: type a name, Enter; a note goes with it where one is written. */
export default function MoveDialog({ takers, onMove, onClose }: Props): ReactNode {
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState<string>();
  const [note, setNote] = useState('');
  const id = useId();
  const found = matching(takers, typed);
  const chosen = found.find(({ to }) => to === wanted) ?? found[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) onMove(chosen, note.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moveInList(
      event.key,
      found.map((taker) => taker.to),
      chosen?.to,
    );
    if (to === undefined || event.key === 'Home' || event.key === 'End') return;
    event.preventDefault();
    setWanted(to);
  };
  const sends = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return (
    <Dialog title={<T k="move.title" />} onClose={onClose} className="dialog--small">
      <form onSubmit={submit} className="move">
        <input
          className="input"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}l`}
          aria-activedescendant={chosen ? `${id}${chosen.to}` : undefined}
          aria-label={words('move.who')}
          placeholder={words('move.who')}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setWanted(undefined);
          }}
          onKeyDown={onKeyDown}
        />
        {found.length > 0 ? (
          <div role="listbox" id={`${id}l`} aria-label={words('move.who')} className="move__list" tabIndex={-1}>
            {found.map((taker) => (
              <Option
                key={taker.to}
                id={`${id}${taker.to}`}
                taker={taker}
                isChosen={taker === chosen}
                onChoose={() => setWanted(taker.to)}
              />
            ))}
          </div>
        ) : (
          <p className="muted move__list" id={`${id}l`}>
            <T k="move.nobody" name={typed} />
          </p>
        )}
        <div className="field">
          <label htmlFor={`${id}n`}>
            <T k="move.note" />
          </label>
          <textarea
            id={`${id}n`}
            className="input move__note"
            dir="auto"
            rows={2}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
            onKeyDown={sends}
          />
        </div>
        <div className="dialog__f">
          <button type="button" className="btn" onClick={onClose}>
            <T k="move.stay" />
          </button>
          <button type="submit" className="btn btn--primary" disabled={!chosen}>
            <span>{chosen ? <T k="move.do" name={chosen.name} /> : <T k="move.title" />}</span>
          </button>
        </div>
      </form>
    </Dialog>
  );
}
