import type { Sentence } from '../words/index.ts';

export interface Toast {
  id: number;
  sentence: Sentence;
  action?: { label: Sentence; run: () => void };
}

let toasts: readonly Toast[] = [];
let serial = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function currentToasts(): readonly Toast[] {
  return toasts;
}

export function subscribeToToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const SHOWN_MS = 8_000;

/** Shows a short message in the corner; returns how to take it away. */
export function toast(sentence: Sentence, action?: Toast['action'], shownMs = SHOWN_MS): () => void {
  const id = ++serial;
  const close = () => change(toasts.filter((one) => one.id !== id));
  const run = () => {
    close();
    action?.run();
  };
  const done = action && { label: action.label, run };
  change([...toasts.slice(-2), { id, sentence, ...(done ? { action: done } : {}) }]);
  setTimeout(close, shownMs);
  return close;
}
