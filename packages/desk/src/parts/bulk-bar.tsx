import { CircleCheck, Tag, UserRoundPlus, X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { teamTakers } from '../model/acts.ts';
import { type BulkAct, doAll } from '../model/bulk.ts';
import { toast } from '../model/toasts.ts';
import { t as words } from '../words/index.ts';
import { useDesk, useTerminal } from './context.ts';
import { T } from './say.tsx';

const LabelDialog = lazy(() => import('./label-dialog.tsx'));
const MoveDialog = lazy(() => import('./move-dialog.tsx'));

/** What can be done with the conversations that were chosen in the list. */
export default function BulkBar({ chosen, onDone }: { chosen: readonly string[]; onDone: () => void }): ReactNode {
  const { client } = useDesk();
  const t = useTerminal();
  const [asking, setAsking] = useState<'move' | 'label'>();
  const close = () => setAsking(undefined);
  const run = (act: BulkAct) => {
    toast(doAll(client, chosen, act));
    close();
    onDone();
  };
  return (
    <section className="bulk" aria-label={words('bulk.label')}>
      <b className="grow">
        <T k="bulk.chosen" count={chosen.length} />
      </b>
      <button
        type="button"
        className="btn btn--sm btn--icon"
        aria-label={words('keys.assign')}
        title={words('keys.assign')}
        onClick={() => setAsking('move')}
      >
        <UserRoundPlus className="i i-14" aria-hidden="true" />
      </button>
      <button
        type="button"
        className="btn btn--sm btn--icon"
        aria-label={words('label.title')}
        title={words('label.title')}
        onClick={() => setAsking('label')}
      >
        <Tag className="i i-14" aria-hidden="true" />
      </button>
      <button
        type="button"
        className="btn btn--sm btn--icon"
        aria-label={words('bulk.resolve')}
        title={words('bulk.resolve')}
        onClick={() => run({ do: 'resolve' })}
      >
        <CircleCheck className="i i-14" aria-hidden="true" />
      </button>
      <button
        type="button"
        className="btn btn--ghost btn--sm btn--icon"
        aria-label={words('bulk.clear')}
        title={words('bulk.clear')}
        onClick={onDone}
      >
        <X className="i i-14" aria-hidden="true" />
      </button>
      <Suspense fallback={null}>
        {asking === 'move' ? (
          <MoveDialog
            takers={teamTakers(t, null)}
            onMove={(taker, note) => run({ do: 'move', to: taker.to, note })}
            onClose={close}
          />
        ) : null}
        {asking === 'label' ? (
          <LabelDialog carried={[]} onLabel={(add) => run({ do: 'label', add })} onClose={close} />
        ) : null}
      </Suspense>
    </section>
  );
}
