import { type ReactNode, useSyncExternalStore } from 'react';
import { type Command, hint, subscribeToKeys } from '../model/keys.ts';

/** The key of a command, on a button. */
export function KeyCap({ of }: { of: Command }): ReactNode {
  const caps = useSyncExternalStore(subscribeToKeys, () => hint(of));
  if (caps === '') return null;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a kbd takes no focus
  return <kbd aria-hidden="true">{caps}</kbd>;
}
