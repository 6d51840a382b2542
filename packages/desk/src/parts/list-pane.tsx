import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowRight, ListFilter } from 'lucide-react';
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { isLoading, listStamp, listsInStep } from '../model/banner.ts';
import { moveInList } from '../model/list-keys.ts';
import { type ListRow as Drawn, flatten, groupsOf, listEnd } from '../model/rows.ts';
import { isFilterView } from '../model/saved-views.ts';
import { CATCHING_UP_AFTER_MS } from '../model/step-chip.ts';
import { nameOfView } from '../model/view-names.ts';
import { entriesIn, type View } from '../model/views.ts';
import { figure, say, t as words } from '../words/index.ts';
import { PHONE, useCommand, useDesk, useLanguage, useMedia, useNow, useTerminal } from './context.ts';
import { KeyCap } from './key-cap.tsx';
import { ListRow } from './list-row.tsx';
import { Mark } from './mark.tsx';
import { ReturnedBanner } from './returned-banner.tsx';
import { Say, T } from './say.tsx';
import { DeskStep } from './step-chip.tsx';
import { useLasting } from './use-lasting.ts';
import { useTakeNext } from './use-take-next.ts';

const BulkBar = lazy(() => import('./bulk-bar.tsx'));
const FilterDialog = lazy(() => import('./filter-dialog.tsx'));

function Stamp({ view }: { view: View }): ReactNode {
  const t = useTerminal();
  const now = useNow();
  const behind = !listsInStep(t, view, now);
  const stamp = listStamp(t, view, now, useLasting(behind, CATCHING_UP_AFTER_MS));
  if (stamp.kind === 'none') return null;
  if (stamp.kind === 'asOf') {
    return (
      <div className="list__g list__g--asof">
        <Mark state="off" />
        <b>
          <Say of={stamp.sentence} />
        </b>
        <span className="grow" />
        <span>
          <T k="list.clocks" />
        </span>
      </div>
    );
  }
  return (
    <div className="list__g list__g--behind">
      <Mark state="behind" />
      <b>
        <T k="list.behind" />
      </b>
      {stamp.all === undefined ? null : (
        <>
          <span className="num">
            <T k="list.behind.count" done={stamp.done} count={stamp.all} />
          </span>
          <span className="grow" />
          <progress className="behind" value={stamp.done} max={stamp.all} aria-label={words('list.behind')} />
        </>
      )}
    </div>
  );
}

const SKELETONS = [
  [42, 78, 30],
  [36, 64, 26],
  [48, 72, 34],
  [30, 58, 28],
  [44, 70, 24],
  [38, 62, 32],
] as const;

function Skeleton(): ReactNode {
  const show = useLasting(true, 200);
  if (!show) return null;
  return (
    <div aria-busy="true">
      {SKELETONS.map(([name, text, meta]) => (
        <div className="row" key={name}>
          <span className="sk sk--round sk--avatar" />
          <div className="sk__lines">
            <span className="sk" style={{ inlineSize: `${name}%` }} />
            <span className="sk" style={{ inlineSize: `${text}%` }} />
            <span className="sk sk--thin" style={{ inlineSize: `${meta}%` }} />
          </div>
        </div>
      ))}
    </div>
  );
}

function TakeNext({ view }: { view: View }): ReactNode {
  const { take, isTaking } = useTakeNext(view);
  const t = useTerminal();
  const canTake = t.link.state === 'open';
  const isNext = view.startsWith('queue') && entriesIn(t, view).length > 0;
  useCommand('takeNext', () => {
    if (canTake) take();
    return true;
  });
  return (
    <button
      type="button"
      className={isNext ? 'btn btn--sm btn--primary' : 'btn btn--sm'}
      disabled={isTaking || !canTake}
      onClick={take}
    >
      <ArrowRight className="i i-14 flip" aria-hidden="true" />
      <T k="take.next" />
      <KeyCap of="takeNext" />
    </button>
  );
}

function useList(view: View) {
  const t = useTerminal();
  // A draft changes the terminal with every letter; a list changes with these only.
  const groups = useMemo(() => groupsOf(t, view), [t.replicas, t.outbox, t.link.state, t.you, view]);
  const drawn = useMemo(() => flatten(groups), [groups]);
  const ids = useMemo(() => drawn.flatMap((one) => (one.type === 'row' ? [one.row.id] : [])), [drawn]);
  return { t, groups, drawn, ids };
}

function Head({ drawn }: { drawn: Extract<Drawn, { type: 'head' }> }): ReactNode {
  return (
    <div className="list__g" role="presentation">
      <b>
        <Say of={drawn.group.title} />
      </b>
      <span className="num">{figure(drawn.group.rows.length)}</span>
    </div>
  );
}

interface RowsProps {
  view: View;
  chosen: ReadonlySet<string>;
  onChoose: (id: string) => void;
}

function Rows({ view, chosen, onChoose }: RowsProps): ReactNode {
  const { place, go } = useDesk();
  const { t, groups, drawn, ids } = useList(view);
  const phone = useMedia(PHONE);
  const [cursor, setCursor] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const current = cursor && ids.includes(cursor) ? cursor : (ids.find((id) => id === place.conversation) ?? ids[0]);
  const virtualizer = useVirtualizer({
    count: drawn.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (drawn[index]?.type === 'head' ? 35 : phone ? 88 : 80),
    getItemKey: (index) => drawn[index]?.key ?? index,
    overscan: 6,
  });
  const open = useCallback((id: string) => go({ view, conversation: id }), [go, view]);
  const focus = (id: string | undefined) => {
    if (id === undefined) return false;
    setCursor(id);
    virtualizer.scrollToIndex(drawn.findIndex((one) => one.key === id));
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus());
    return true;
  };
  useCommand('next', () => focus(moveInList('ArrowDown', ids, current === cursor ? current : place.conversation)));
  useCommand('previous', () => focus(moveInList('ArrowUp', ids, current)));
  useCommand('select', () => {
    if (current === undefined) return false;
    onChoose(current);
    return true;
  });
  useEffect(() => setCursor(place.conversation), [place.conversation]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = moveInList(event.key, ids, current);
    if (event.key === 'Enter' && current) open(current);
    else if (!focus(to)) return;
    event.preventDefault();
  };
  const now = useNow();
  const end = listEnd(view, groups, listsInStep(t, view, now));
  return (
    <div className="list__scroll" ref={scroller}>
      {ids.length > 0 ? (
        <div
          role="listbox"
          tabIndex={-1}
          aria-label={say(nameOfView(t, view))}
          className="list__rows"
          style={{ blockSize: virtualizer.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const one = drawn[item.index];
            return (
              <div
                key={item.key}
                role="presentation"
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="list__at"
                style={{ insetBlockStart: item.start }}
              >
                {one?.type === 'head' ? <Head drawn={one} /> : null}
                {one?.type === 'row' ? (
                  <ListRow
                    row={one.row}
                    skewMs={t.skewMs}
                    isSelected={one.row.id === place.conversation}
                    isCurrent={one.row.id === current}
                    position={one.at}
                    size={ids.length}
                    isChosen={chosen.has(one.row.id)}
                    onChoose={onChoose}
                    onOpen={open}
                    onFocus={setCursor}
                  />
                ) : null}
              </div>
            );
          })}
        </div>
      ) : null}
      {end ? (
        <p className="list__end">
          <Say of={end} />
        </p>
      ) : null}
    </div>
  );
}

/** The rows that were chosen for something to be done with all of them; another view begins with none. */
function useChosen(view: View) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const clear = useCallback(() => setChosen(new Set()), []);
  const choose = useCallback(
    (id: string) =>
      setChosen((before) => {
        const next = new Set(before);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  useEffect(clear, [clear, view]);
  useCommand('back', () => {
    if (chosen.size === 0 || document.activeElement instanceof HTMLTextAreaElement) return false;
    clear();
    return true;
  });
  return { chosen, choose, clear };
}

/** The list of the view in front. */
export function ListPane(): ReactNode {
  useLanguage();
  const { place } = useDesk();
  const t = useTerminal();
  const name = nameOfView(t, place.view);
  const [isFiltering, setFiltering] = useState(false);
  const { chosen, choose, clear } = useChosen(place.view);
  return (
    <section className="list" aria-label={words('list.label')} data-region>
      <div className="bar">
        <Mark state="in" className="only-phone i-18" />
        <h1 className="grow">
          <Say of={name} />
        </h1>
        <span className="only-phone">
          <DeskStep />
        </span>
        <button
          type="button"
          className="btn btn--ghost btn--sm btn--icon"
          aria-label={words('filter.title')}
          title={words('filter.title')}
          aria-pressed={isFilterView(place.view)}
          onClick={() => setFiltering(true)}
        >
          <ListFilter className="i" aria-hidden="true" />
        </button>
        <TakeNext view={place.view} />
      </div>
      <Stamp view={place.view} />
      <ReturnedBanner />
      {isLoading(t, place.view) ? (
        <Skeleton />
      ) : (
        <Rows key={place.view} view={place.view} chosen={chosen} onChoose={choose} />
      )}
      {chosen.size > 0 ? (
        <Suspense fallback={null}>
          <BulkBar chosen={[...chosen]} onDone={clear} />
        </Suspense>
      ) : null}
      {isFiltering ? (
        <Suspense fallback={null}>
          <FilterDialog view={place.view} onClose={() => setFiltering(false)} />
        </Suspense>
      ) : null}
    </section>
  );
}
