import type { ReactNode } from 'react';
import type { MarkState } from '../model/step-chip.ts';

const RIGHT: Record<MarkState, string> = {
  in: 'M12 2.5v11',
  behind: 'M12 8v5.5',
  held: 'M12 2.5v11',
  off: 'M12 2.5v11',
};
const BAR: Record<MarkState, string | undefined> = {
  in: 'M4 8h8',
  behind: 'M4 8h3.2',
  held: 'M4 8h1.6M10.4 8H12',
  off: undefined,
};

/** The H: the left stem is the server, the right one this desk, the bar that they agree. */
export function Mark({ state, className = '' }: { state: MarkState; className?: string }): ReactNode {
  return (
    <svg className={`mark ${className}`} data-s={state} viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 2.5v11" />
      <path className="r" d={RIGHT[state]} />
      {BAR[state] ? <path className="bar-of-mark" d={BAR[state]} /> : null}
    </svg>
  );
}
