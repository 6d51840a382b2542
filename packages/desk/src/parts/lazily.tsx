import { type ReactElement, type ReactNode, Suspense, useState } from 'react';

/**
 * Draws only the trigger until it is pressed; then fetches what it opens. Menus and popovers stay out of the first
 * load that way.
 */
export function Lazily({
  trigger,
  children,
}: {
  trigger: (onClick?: () => void) => ReactElement;
  children: (trigger: ReactElement) => ReactNode;
}): ReactNode {
  const [isWanted, setWanted] = useState(false);
  if (!isWanted) return trigger(() => setWanted(true));
  return <Suspense fallback={trigger()}>{children(trigger())}</Suspense>;
}
