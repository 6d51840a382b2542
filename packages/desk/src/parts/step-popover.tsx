import { Popover } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { lastTransitions } from '../model/step-chip.ts';
import { hourMinuteSecond } from '../model/times.ts';
import { useTerminal } from './context.ts';
import { Say, T } from './say.tsx';

/** The last five changes of a window, with their times (DESIGN §3). */
export default function StepPopover({ s, trigger }: { s: string; trigger: ReactElement }): ReactNode {
  const t = useTerminal();
  const lines = lastTransitions(t, s);
  return (
    <Popover.Root defaultOpen>
      <Popover.Trigger asChild>{trigger}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu step-history" sideOffset={6} align="end" collisionPadding={8}>
          <h3 className="menu__h">
            <T k="step.history" />
          </h3>
          {lines.length === 0 ? (
            <p className="step-history__none">
              <T k="step.history.none" />
            </p>
          ) : null}
          <ol>
            {lines.map((line) => (
              <li key={line.at} className="step-history__line">
                <time className="muted num">{hourMinuteSecond(line.at)}</time>
                <span>
                  <Say of={line.words} />
                </span>
              </li>
            ))}
          </ol>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
