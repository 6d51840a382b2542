import { type RefObject, useEffect, useRef } from 'react';

/**
 * Opens a modal dialog; gives what belongs to its `close` event. The browser gives the focus back, but while what had it
 * is still out of reach: a field then has the focus, no caret, and swallows what is typed. So it gets both once more.
 */
export function useModal(onClose: () => void): { dialog: RefObject<HTMLDialogElement | null>; onClose: () => void } {
  const dialog = useRef<HTMLDialogElement>(null);
  const before = useRef<{ field: HTMLTextAreaElement | HTMLInputElement; from: number; to: number } | null>(null);
  useEffect(() => {
    const field = document.activeElement;
    if (field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && field.type === 'text'))
      before.current = { field, from: field.selectionStart ?? 0, to: field.selectionEnd ?? 0 };
    dialog.current?.showModal();
  }, []);
  const closed = () => {
    const { field, from = 0, to = 0 } = before.current ?? {};
    if (field && document.activeElement === field) {
      field.blur();
      field.focus({ preventScroll: true });
      field.setSelectionRange(from, to);
    }
    onClose();
  };
  return { dialog, onClose: closed };
}
