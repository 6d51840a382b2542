import type { Host } from '../host.ts';

/** Whether the customer can be looking: the window is open, and the page visible and in front. */
export interface Attention {
  /** True while somebody can be looking. */
  now(): boolean;
  /** How often the window was opened; a change tells that it was. */
  openings(): number;
  subscribe(listener: () => void): () => void;
  /** How often words were put into the composer from outside. */
  written(): number;
  write(): void;
  opened(): void;
  changed(): void;
}

export function makeAttention(host: Host): Attention {
  const listeners = new Set<() => void>();
  const page = window.parent;
  let openings = 0;
  let written = 0;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  for (const view of [window, page]) {
    view.addEventListener('focus', changed);
    view.addEventListener('blur', changed);
  }
  page.document.addEventListener('visibilitychange', changed);
  return {
    now: () => host.isOpen() && page.document.visibilityState === 'visible' && page.document.hasFocus(),
    openings: () => openings,
    written: () => written,
    write: () => {
      written += 1;
      changed();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    opened: () => {
      openings += 1;
      changed();
    },
    changed,
  };
}
