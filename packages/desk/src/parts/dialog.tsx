import { type ReactNode, useId } from 'react';
import { useModal } from './use-modal.ts';

/** A modal dialog: the browser keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({
  title,
  onClose,
  className = '',
  children,
}: {
  title: ReactNode;
  onClose: () => void;
  className?: string;
  children: ReactNode;
}): ReactNode {
  const modal = useModal(onClose);
  const id = useId();
  return (
    <dialog ref={modal.dialog} className={`dialog ${className}`} aria-labelledby={id} onClose={modal.onClose}>
      <h2 id={id} className="dialog__h">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
