import { type ReactNode, useEffect, useRef } from 'react';

export interface Choice {
  key: string;
  label: ReactNode;
  hint?: ReactNode;
}

/** A short list to choose from: its digit, or Enter on it, chooses at once. */
export function Choices({
  choices,
  onChoose,
}: {
  choices: readonly Choice[];
  onChoose: (index: number) => void;
}): ReactNode {
  const list = useRef<HTMLOListElement>(null);
  const choose = useRef(onChoose);
  choose.current = onChoose;
  useEffect(() => {
    const dialog = list.current?.closest('dialog');
    const onKeyDown = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      const index = Number(event.key) - 1;
      if (typing || event.ctrlKey || event.metaKey || event.altKey || !choices[index]) return;
      event.preventDefault();
      choose.current(index);
    };
    dialog?.addEventListener('keydown', onKeyDown);
    return () => dialog?.removeEventListener('keydown', onKeyDown);
  }, [choices]);
  return (
    <ol className="choices" ref={list}>
      {choices.map((choice, index) => (
        <li key={choice.key}>
          <button type="button" className="menu__i choices__i" onClick={() => onChoose(index)}>
            {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a kbd takes no focus */}
            <kbd aria-hidden="true">{index + 1}</kbd>
            <span className="grow">{choice.label}</span>
            {choice.hint ? <span className="muted num">{choice.hint}</span> : null}
          </button>
        </li>
      ))}
    </ol>
  );
}
