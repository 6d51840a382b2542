import { Check, Plus, Tag } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { choicesOf, offer, offeredLabels } from '../model/labels.ts';
import { moveInList } from '../model/list-keys.ts';
import { t as words } from '../words/index.ts';
import { Dialog } from './dialog.tsx';
import { T } from './say.tsx';
import { useKept } from './use-kept.ts';

interface Props {
  carried: readonly string[];
  onLabel: (labels: string[]) => void;
  onClose: () => void;
}

/** Which labels a conversation carries: Enter takes the one in front or gives it back, Ctrl+Enter is done. */
export default function LabelDialog({ carried, onLabel, onClose }: Props): ReactNode {
  const offered = useKept(offeredLabels) ?? [];
  const [labels, setLabels] = useState<readonly string[]>(carried);
  const [typed, setTyped] = useState('');
  const [wanted, setWanted] = useState<string>();
  const id = useId();
  const choices = choicesOf(offered, [...new Set([...carried, ...labels])], typed);
  const names = choices.map(({ name }) => name);
  const active = names.includes(wanted ?? '') ? wanted : names[0];
  const toggle = (name: string) => {
    const choice = choices.find((each) => each.name === name);
    if (choice?.isNew) void offer(name);
    setLabels((before) => (before.includes(name) ? before.filter((each) => each !== name) : [...before, name]));
    setTyped('');
    setWanted(name);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = event.key.startsWith('Arrow') ? moveInList(event.key, names, active) : undefined;
    if (to !== undefined) setWanted(to);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onLabel([...labels]);
    else if (event.key === 'Enter' && active !== undefined && !event.nativeEvent.isComposing) toggle(active);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={<T k="label.title" />} onClose={onClose} className="dialog--small">
      <input
        className="input"
        role="combobox"
        aria-expanded="true"
        aria-controls={`${id}l`}
        aria-activedescendant={active === undefined ? undefined : `${id}${names.indexOf(active)}`}
        aria-label={words('label.which')}
        placeholder={words('label.which')}
        maxLength={60}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setWanted(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <div
        role="listbox"
        id={`${id}l`}
        aria-multiselectable="true"
        aria-label={words('label.title')}
        className="move__list labels"
        tabIndex={-1}
      >
        {choices.map(({ name, isNew }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above it answers the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
          <div
            key={name}
            id={`${id}${index}`}
            role="option"
            aria-selected={labels.includes(name)}
            className={name === active ? 'menu__i is-active' : 'menu__i'}
            onClick={() => toggle(name)}
          >
            {isNew ? <Plus className="i i-14" aria-hidden="true" /> : <Tag className="i i-14" aria-hidden="true" />}
            <span className="grow trunc">{isNew ? <T k="label.new" name={name} /> : <bdi>{name}</bdi>}</span>
            {labels.includes(name) ? <Check className="i i-14 acc" aria-hidden="true" /> : null}
          </div>
        ))}
        {choices.length === 0 ? (
          <p className="muted labels__none">
            <T k="label.none" />
          </p>
        ) : null}
      </div>
      <div className="dialog__f">
        <button type="button" className="btn" onClick={onClose}>
          <T k="saved.cancel" />
        </button>
        <button type="button" className="btn btn--primary" onClick={() => onLabel([...labels])}>
          <T k="label.do" />
        </button>
      </div>
    </Dialog>
  );
}
