/** @jsxImportSource preact */
import type { JSX } from 'preact';

/** Drawings by Lucide (ISC licence), as path data on a 24 by 24 ground. */
const PATHS = {
  back: 'm15 18-6-6 6-6',
  down: 'm6 9 6 6 6-6',
  close: 'M18 6 6 18 M6 6l12 12',
  up: 'm5 12 7-7 7 7 M12 19V5',
  stored: 'M20 6 9 17l-5-5',
  seen: 'M18 6 7 17l-5-5 m20-2-7.5 7.5L13 16',
  sending: 'M21 12a9 9 0 1 1-6.219-8.56',
  waiting:
    'M3.714 3.048a.498.498 0 0 0-.683.627l2.843 7.627a2 2 0 0 1 0 1.396l-2.842 7.627a.498.498 0 0 0 .682.627l18-8.5a.5.5 0 0 0 0-.904z M6 12h16',
  refused: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0 M12 8v4 M12 16h.01',
  history: 'M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8 M3 3v5h5 M12 7v5l4 2',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 16,
  className = '',
}: {
  name: IconName;
  size?: number;
  className?: string;
}): JSX.Element {
  return (
    <svg class={`i ${className}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The mark: left stem server, right stem this device, crossbar where they agree. */
export function Mark({ state }: { state: 'in' | 'off' }): JSX.Element {
  return (
    <svg class="mark" data-s={state} viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 2.5v11" />
      <path class="r" d="M12 2.5v11" />
      {state === 'in' && <path d="M4 8h8" />}
    </svg>
  );
}
