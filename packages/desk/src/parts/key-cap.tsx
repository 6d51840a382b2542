import type { ReactNode } from 'react';
import { type Command, hint } from '../model/keys.ts';

/** The key of a command, on a button. */
export function KeyCap({ of }: { of: Command }): ReactNode {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a kbd takes no focus
  return <kbd aria-hidden="true">{hint(of)}</kbd>;
}
