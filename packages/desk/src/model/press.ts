import { isMac, type Press } from './keys.ts';

export function pressOf(event: KeyboardEvent): Press {
  return {
    key: event.key,
    mod: isMac() ? event.metaKey : event.ctrlKey,
    shift: event.shiftKey,
    alt: event.altKey,
  };
}

/** Whether somebody types there: single keys are letters then. */
export function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select');
}
