import { isMac, type Press } from './keys.ts';

/** What the keys of a Latin board have besides letters, where another script has letters or marks of its own. */
const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  Slash: ['/', '?'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
};

/** The key as a Latin board has it there: who writes Arabic presses `J` too, though it writes another letter. */
export function latinKey({ key, code, shiftKey }: Pick<KeyboardEvent, 'key' | 'code' | 'shiftKey'>): string {
  if (!/^[^\p{Script=Latin}\p{ASCII}]$/u.test(key)) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  return letter?.toLowerCase() ?? MARKS[code]?.[shiftKey ? 1 : 0] ?? key;
}

export function pressOf(event: KeyboardEvent): Press {
  return {
    key: latinKey(event),
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
