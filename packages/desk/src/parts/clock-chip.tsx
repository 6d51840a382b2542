import { Moon } from 'lucide-react';
import type { ReactNode } from 'react';
import { type ClockFacts, clockOf, dialDash } from '../model/clock.ts';
import { chipTime, hourMinute } from '../model/times.ts';
import { T } from './say.tsx';

function Dial({ used }: { used: number }): ReactNode {
  return (
    <svg className="dial" viewBox="0 0 12 12" aria-hidden="true">
      <circle cx="6" cy="6" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle
        cx="6"
        cy="6"
        r="1.75"
        fill="none"
        stroke="currentColor"
        strokeWidth="3.5"
        strokeDasharray={dialDash(used)}
        transform="rotate(-90 6 6)"
      />
    </svg>
  );
}

function OverDial(): ReactNode {
  return (
    <svg className="dial" viewBox="0 0 12 12" aria-hidden="true">
      <circle cx="6" cy="6" r="6" fill="currentColor" />
      <path className="dial__sign" d="M6 2.8V6.4M6 8.6v.4" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}

/** How long somebody has waited, or how far past due it is. */
export function ClockChip({ facts, serverNow }: { facts: ClockFacts; serverNow: number }): ReactNode {
  const clock = clockOf(facts, serverNow);
  switch (clock.state) {
    case 'none':
      return null;
    case 'paused':
      return (
        <span className="clock" data-s="paused">
          <Moon className="i i-12" aria-hidden="true" />
          <span>
            <T k="clock.opens" time={hourMinute(clock.until)} />
          </span>
        </span>
      );
    case 'over':
      return (
        <span className="clock" data-s="over">
          <OverDial />+{chipTime(clock.pastMs)}
        </span>
      );
    default:
      return (
        <span className="clock" data-s={clock.state}>
          <Dial used={clock.used} />
          {chipTime(clock.waitedMs)}
        </span>
      );
  }
}
