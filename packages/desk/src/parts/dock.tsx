import { Check, SendHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import { dockOf } from '../model/dock.ts';
import { entryOf } from '../model/views.ts';
import { ClockChip } from './clock-chip.tsx';
import { useNow, useTerminal } from './context.ts';
import { Say, T } from './say.tsx';

/** The line above the composer: who waits since when, or that nobody does. */
export function DockStatus({ s, id, onNoReply }: { s: string; id: string; onNoReply: () => void }): ReactNode {
  const t = useTerminal();
  const now = useNow();
  const dock = dockOf(t, s, entryOf(t, id), now);
  switch (dock.kind) {
    case 'none':
      return <div className="dock__status" />;
    case 'outbox':
      return (
        <div className="dock__status">
          <span className="badge badge--accent">
            <SendHorizontal className="i i-12 flip" aria-hidden="true" />
            <T k="dock.outbox" count={dock.count} />
          </span>
          <span className="trunc">
            <T k="dock.outbox.text" />
          </span>
          <span className="grow" />
          {dock.returns ? (
            <span className="not-phone">
              <T k="dock.returns" time={dock.returns} />
            </span>
          ) : null}
        </div>
      );
    case 'waiting':
      return (
        <div className="dock__status">
          <ClockChip facts={dock.entry} serverNow={now + t.skewMs} />
          <span className="trunc">
            <Say of={dock.words} />
          </span>
          <span className="grow" />
          <button type="button" className="link dock__mark not-phone" onClick={onNoReply}>
            <T k="dock.noReply" />
          </button>
          {dock.due ? (
            <span>
              <Say of={dock.due} />
            </span>
          ) : null}
        </div>
      );
    default:
      return (
        <div className="dock__status">
          <Check className="i i-14 acc" aria-hidden="true" />
          <span className="trunc">
            <Say of={dock.words} />
          </span>
        </div>
      );
  }
}
