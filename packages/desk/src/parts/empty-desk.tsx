import type { ReactNode } from 'react';
import { emptyDesk } from '../model/empty.ts';
import { deskMark } from '../model/step-chip.ts';
import { t as words } from '../words/index.ts';
import { useLanguage, useNow, useTerminal } from './context.ts';
import { Mark } from './mark.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { Say } from './say.tsx';
import { DeskStep } from './step-chip.tsx';

/** The middle of the desk while no conversation is open. */
export function EmptyDesk(): ReactNode {
  useLanguage();
  const t = useTerminal();
  const now = useNow();
  const says = emptyDesk(t, now);
  return (
    <main className="conv conv--none" aria-label={words('conversation.label')} data-region tabIndex={-1}>
      <header className="bar">
        <div className="grow" />
        <DeskStep />
      </header>
      <OfflineBanner s={undefined} />
      {says ? (
        <div className="empty conv__empty">
          <Mark state={deskMark(t, now)} className="mark--large" />
          <h3>
            <Say of={says.title} />
          </h3>
          <p>
            <Say of={says.text} />
          </p>
        </div>
      ) : null}
    </main>
  );
}
