import { ulid } from '@heed/client/ulid';
import type { ViewFilter } from '@heed/protocol';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { labelsInUse, offeredLabels } from '../model/labels.ts';
import { dropView, filterOf, HOLDERS, STATES, savedView, saveView, viewFor } from '../model/saved-views.ts';
import { queuesOf, supervisedQueues, type View } from '../model/views.ts';
import { type Key, type Sentence, t as words } from '../words/index.ts';
import { useDesk, useTerminal } from './context.ts';
import { Dialog } from './dialog.tsx';
import { Say, T } from './say.tsx';
import { useKept } from './use-kept.ts';

const STATE_NAME = {
  unanswered: 'search.unanswered',
  answered: 'search.open',
  snoozed: 'search.snoozed',
} as const satisfies Record<(typeof STATES)[number], Key>;
const HOLDER_NAME = {
  me: 'filter.me',
  nobody: 'filter.nobody',
  others: 'filter.others',
} as const satisfies Record<(typeof HOLDERS)[number], Key>;

/** Boxes of which any number may be on; none means that it does not matter. */
function Boxes<V extends string>({
  title,
  choices,
  on,
  onChange,
}: {
  title: ReactNode;
  choices: readonly { value: V; name: ReactNode }[];
  on: readonly V[] | undefined;
  onChange: (on: V[] | undefined) => void;
}): ReactNode {
  if (choices.length === 0) return null;
  return (
    <fieldset className="boxes">
      <legend className="label">{title}</legend>
      {choices.map(({ value, name }) => (
        <label key={value} className="facet">
          <input
            className="checkbox"
            type="checkbox"
            checked={on?.includes(value) ?? false}
            onChange={(event) => {
              const next = choices
                .map((choice) => choice.value)
                .filter((each) => (each === value ? event.target.checked : (on?.includes(each) ?? false)));
              onChange(next.length === 0 ? undefined : next);
            }}
          />
          <span className="grow trunc">{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Which conversations a list leaves in; with a name it becomes a view of one's own, or of the team. */
export default function FilterDialog({ view, onClose }: { view: View; onClose: () => void }): ReactNode {
  const { go } = useDesk();
  const t = useTerminal();
  const id = useId();
  const saved = savedView(view);
  const offered = useKept(offeredLabels) ?? [];
  const [filter, setFilter] = useState<ViewFilter>(() => filterOf(view) ?? {});
  const [name, setName] = useState(saved?.name ?? '');
  const [isShared, setShared] = useState(saved?.isShared ?? false);
  const [problem, setProblem] = useState<Sentence>();
  const labels = [...new Set([...labelsInUse(t).map((one) => one.name), ...offered, ...(filter.labels ?? [])])];
  const mayShare = t.you?.role === 'admin' || supervisedQueues(t).length > 0;
  const set = (change: ViewFilter) => setFilter((before) => ({ ...before, ...change }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') {
      go({ view: viewFor(filter) });
      return onClose();
    }
    const own = { id: saved?.mayChange ? saved.id : ulid(), name: name.trim(), isShared, filter };
    const wrong = await saveView(own);
    setProblem(wrong);
    if (wrong) return;
    go({ view: `saved-${own.id}` });
    onClose();
  };
  const drop = async () => {
    const wrong = saved ? await dropView(saved.id) : undefined;
    setProblem(wrong);
    if (wrong) return;
    go({ view: 'all' });
    onClose();
  };
  return (
    <Dialog title={<T k="filter.title" />} onClose={onClose} className="dialog--small">
      <form onSubmit={(event) => void submit(event)} className="filter">
        <Boxes
          title={<T k="search.state" />}
          choices={STATES.map((value) => ({ value, name: <T k={STATE_NAME[value]} /> }))}
          on={filter.states}
          onChange={(states) => set({ states })}
        />
        <div className="field">
          <label htmlFor={`${id}h`}>
            <T k="filter.holder" />
          </label>
          <select
            id={`${id}h`}
            className="input"
            value={filter.holder ?? ''}
            onChange={(event) => set({ holder: HOLDERS.find((holder) => holder === event.target.value) })}
          >
            <option value="">{words('filter.anybody')}</option>
            {HOLDERS.map((holder) => (
              <option key={holder} value={holder}>
                {words(HOLDER_NAME[holder])}
              </option>
            ))}
          </select>
        </div>
        <Boxes
          title={<T k="view.queues" />}
          choices={queuesOf(t).map((queue) => ({ value: queue.id, name: queue.name }))}
          on={filter.queues}
          onChange={(queues) => set({ queues })}
        />
        <Boxes
          title={<T k="panel.labels" />}
          choices={labels.map((label) => ({ value: label, name: <bdi>{label}</bdi> }))}
          on={filter.labels}
          onChange={(chosen) => set({ labels: chosen })}
        />
        <div className="field">
          <label htmlFor={`${id}n`}>
            <T k="filter.name" />
          </label>
          <input
            id={`${id}n`}
            className="input"
            maxLength={60}
            value={name}
            placeholder={words('filter.name.none')}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        {mayShare && name.trim() !== '' ? (
          <label className="facet">
            <input
              className="checkbox"
              type="checkbox"
              checked={isShared}
              onChange={(event) => setShared(event.target.checked)}
            />
            <T k="filter.shared" />
          </label>
        ) : null}
        {problem ? (
          <p className="error" role="alert">
            <Say of={problem} />
          </p>
        ) : null}
        <div className="dialog__f">
          {saved?.mayChange ? (
            <button type="button" className="btn btn--ghost" onClick={() => void drop()}>
              <T k="filter.drop" />
            </button>
          ) : null}
          <button type="button" className="btn" onClick={onClose}>
            <T k="saved.cancel" />
          </button>
          <button type="submit" className="btn btn--primary">
            <T k={name.trim() === '' ? 'filter.show' : 'filter.save'} />
          </button>
        </div>
      </form>
    </Dialog>
  );
}
