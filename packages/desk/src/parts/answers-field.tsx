import { ListChecks } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { t as words } from '../words/index.ts';

interface Props {
  /** Undefined while no answers are offered. */
  written: string | undefined;
  onWrite: (written: string | undefined) => void;
}

/** Shows and hides the field for answers that the customer may press. */
export function AnswersButton({ written, onWrite }: Props): ReactNode {
  const isOpen = written !== undefined;
  return (
    <button
      type="button"
      className="btn btn--ghost btn--sm btn--icon"
      aria-label={words('composer.answers')}
      title={words('composer.answers')}
      aria-expanded={isOpen}
      onClick={() => onWrite(isOpen ? undefined : '')}
    >
      <ListChecks className="i" aria-hidden="true" />
    </button>
  );
}

export function AnswersField({ written, onWrite }: Props): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const isOpen = written !== undefined;
  useEffect(() => {
    if (isOpen) field.current?.focus();
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    <textarea
      ref={field}
      className="comp__text comp__answers"
      dir="auto"
      rows={2}
      value={written}
      aria-label={words('composer.answers')}
      placeholder={words('composer.answers.hint')}
      onChange={(event) => onWrite(event.target.value)}
    />
  );
}
