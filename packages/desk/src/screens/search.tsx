import { CornerDownLeft, Search as SearchIcon, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import '../css/pages.css';
import {
  around,
  type Filters,
  type Found,
  type FoundRow,
  foundRows,
  type HitRow,
  hitCount,
  SINCES,
  STATES,
  search,
  verdict,
  WHERES,
} from '../model/search.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { entryOf, queuesOf } from '../model/views.ts';
import { Avatar } from '../parts/avatar.tsx';
import { ClockChip } from '../parts/clock-chip.tsx';
import { DRAWER, useDesk, useLanguage, useMedia, useNow, useTerminal } from '../parts/context.ts';
import { CustomerHit, Marked } from '../parts/found.tsx';
import { useGo } from '../parts/rail.tsx';
import { Say, T } from '../parts/say.tsx';
import { Row, type RowActions } from '../parts/timeline-rows.tsx';
import { figure, type Key, t as words } from '../words/index.ts';

/** Letters that come within this time are one question. */
const PAUSE_MS = 160;

function useFound(q: string, filters: Filters): { found: Found; again: () => void } {
  const [found, setFound] = useState<Found>({ state: 'nothing asked' });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    if (q.trim() === '') return setFound({ state: 'nothing asked' });
    const abort = new AbortController();
    setFound((last) => ({
      state: 'asking',
      before: last.state === 'found' ? last : last.state === 'asking' ? last.before : undefined,
    }));
    const timer = setTimeout(async () => {
      const next = await search(q, filters, abort.signal);
      if (!abort.signal.aborted) setFound(next);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [q, filters, tries]);
  return { found, again: () => setTries((count) => count + 1) };
}

function Box({
  label,
  count,
  isOn,
  onChange,
}: {
  label: ReactNode;
  count: number | undefined;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}): ReactNode {
  return (
    <label className="facet">
      <input className="checkbox" type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      <span className="grow trunc">{label}</span>
      <span className="muted num">{count === undefined ? null : figure(count)}</span>
    </label>
  );
}

/** All are on until one is switched off; switched on again they are all. */
function toggled<V extends string>(all: readonly V[], on: readonly V[] | undefined, one: V, isOn: boolean) {
  const next = all.filter((each) => (each === one ? isOn : (on?.includes(each) ?? true)));
  return next.length === all.length ? undefined : next;
}

const WHERE_LABEL = {
  messages: 'search.messages',
  notes: 'search.notes',
  customers: 'search.customers',
  files: 'search.files',
} as const satisfies Record<string, Key>;
const STATE_LABEL = {
  unanswered: 'search.unanswered',
  open: 'search.open',
  snoozed: 'search.snoozed',
  resolved: 'search.resolved',
} as const satisfies Record<string, Key>;
const SINCE_LABEL = {
  week: 'search.since.week',
  month: 'search.since.month',
  year: 'search.since.year',
} as const satisfies Record<string, Key>;

interface FacetProps {
  filters: Filters;
  counts: Extract<Found, { state: 'found' }>['results']['counts'] | undefined;
  onFilters: (filters: Filters) => void;
}

function without<K extends keyof Filters>(filters: Filters, key: K): Filters {
  const { [key]: _, ...rest } = filters;
  return rest as Filters;
}

function Facets({ filters, counts, onFilters }: FacetProps): ReactNode {
  const t = useTerminal();
  const queues = queuesOf(t);
  const set = <K extends keyof Filters>(key: K, value: Filters[K] | undefined) =>
    onFilters(value === undefined ? without(filters, key) : { ...filters, [key]: value });
  return (
    <aside className="find__facets" aria-label={words('search.filters')}>
      <h2 className="label">
        <T k="search.where" />
      </h2>
      {WHERES.map((where) => (
        <button
          key={where}
          type="button"
          className="nav find__where"
          aria-pressed={filters.where === where}
          onClick={() => set('where', where)}
        >
          <span className="grow">
            <T k={WHERE_LABEL[where]} />
          </span>
          <span className="n">{counts?.where[where]}</span>
        </button>
      ))}
      {queues.length > 1 ? (
        <>
          <h2 className="label">
            <T k="view.queues" />
          </h2>
          {queues.map(({ id, name }) => (
            <Box
              key={id}
              label={name}
              count={counts && (counts.queues[id] ?? 0)}
              isOn={filters.queues?.includes(id) ?? true}
              onChange={(isOn) =>
                set(
                  'queues',
                  toggled(
                    queues.map((queue) => queue.id),
                    filters.queues,
                    id,
                    isOn,
                  ),
                )
              }
            />
          ))}
        </>
      ) : null}
      <h2 className="label">
        <T k="search.state" />
      </h2>
      {STATES.map((state) => (
        <Box
          key={state}
          label={<T k={STATE_LABEL[state]} />}
          count={counts?.states[state]}
          isOn={filters.states?.includes(state) ?? true}
          onChange={(isOn) => set('states', toggled(STATES, filters.states, state, isOn))}
        />
      ))}
      <h2 className="label" id="find-from">
        <T k="search.from" />
      </h2>
      <select
        className="input"
        aria-labelledby="find-from"
        value={filters.from ?? ''}
        onChange={(event) => set('from', (event.target.value || undefined) as Filters['from'])}
      >
        <option value="">{words('search.from.any')}</option>
        <option value="customer">{words('search.from.customer')}</option>
        <option value="team">{words('search.from.team')}</option>
      </select>
      <h2 className="label" id="find-since">
        <T k="search.since" />
      </h2>
      <select
        className="input"
        aria-labelledby="find-since"
        value={filters.since ?? ''}
        onChange={(event) => set('since', (event.target.value || undefined) as Filters['since'])}
      >
        <option value="">{words('search.since.any')}</option>
        {SINCES.map((since) => (
          <option key={since} value={since}>
            {words(SINCE_LABEL[since])}
          </option>
        ))}
      </select>
    </aside>
  );
}

/** A filter that is on, in the field itself. */
function Token({ label, onRemove }: { label: string; onRemove: () => void }): ReactNode {
  return (
    <button type="button" className="tok" aria-label={words('search.remove', { name: label })} onClick={onRemove}>
      {label}
      <X className="i i-12" aria-hidden="true" />
    </button>
  );
}

function Hit({ row, active, onActive }: { row: HitRow; active: boolean; onActive: (row: HitRow) => void }): ReactNode {
  const link = useGo();
  const { hit, conversation } = row;
  const { href, onClick } = link({ view: 'all', conversation, at: hit.n });
  return (
    <a
      href={href}
      onClick={onClick}
      id={`hit-${row.key}`}
      className={active ? 'hit__at is-active' : 'hit__at'}
      aria-current={active ? 'true' : undefined}
      tabIndex={active ? 0 : -1}
      onFocus={() => onActive(row)}
      // Not when the list moves below a mouse that rests.
      onMouseMove={() => onActive(row)}
    >
      <span className="mono">{hit.n}</span>
      <span className="trunc" dir="auto">
        <span className="muted">
          <Say of={row.by} />:{' '}
        </span>
        <Marked excerpt={hit.excerpt} />
      </span>
      <span className="muted num hit__time">{row.time}</span>
    </a>
  );
}

function Conversation({
  row,
  active,
  onActive,
}: {
  row: FoundRow;
  active: string | undefined;
  onActive: (row: HitRow) => void;
}): ReactNode {
  const t = useTerminal();
  const link = useGo();
  const now = useNow();
  const { found } = row;
  const entry = entryOf(t, found.conversation);
  return (
    <article className="hit">
      <Avatar name={row.name} size={32} />
      <div className="grow">
        <div className="hit__head">
          <a className="hit__who trunc" {...link({ view: 'all', conversation: found.conversation })}>
            <b>
              <bdi>{row.name}</bdi>
            </b>{' '}
            <span className="muted num">#{found.number}</span>
          </a>
          <span className="grow" />
          <span className="muted hit__about trunc">
            <Say of={row.about} />
          </span>
          {entry?.waitingSince ? <ClockChip facts={entry} serverNow={now + t.skewMs} /> : null}
        </div>
        {row.hits.map((hit) => (
          <Hit key={hit.key} row={hit} active={hit.key === active} onActive={onActive} />
        ))}
      </div>
    </article>
  );
}

const STILL: Omit<RowActions, 'watcher'> = {
  copyLink: () => undefined,
  toggleQuiet: () => undefined,
  evidence: () => undefined,
  edit: () => undefined,
  takeBack: () => undefined,
  discard: () => undefined,
  send: () => undefined,
};

/** The conversation around a hit, as it would open. */
function Preview({ row }: { row: HitRow }): ReactNode {
  const { client } = useDesk();
  const link = useGo();
  const [rows, setRows] = useState<TimelineRow[]>();
  const shown = useRef<HTMLDivElement>(null);
  const watcher = useRef(undefined);
  const { conversation, hit } = row;
  useEffect(() => {
    const abort = new AbortController();
    around(client.state, conversation, hit.n, abort.signal)
      .then(setRows)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) console.warn('heed: what stands around a hit could not be read', error);
      });
    return () => abort.abort();
  }, [client, conversation, hit.n]);
  useEffect(() => {
    if (rows) shown.current?.querySelector('.is-hit')?.scrollIntoView({ block: 'center' });
  }, [rows]);
  return (
    <aside className="find__around" aria-label={words('search.around', { n: hit.n })}>
      <div className="find__aroundbar">
        <b className="grow">
          <T k="search.around" n={hit.n} />
        </b>
        <a className="btn btn--sm" {...link({ view: 'all', conversation, at: hit.n })}>
          <T k="search.open.here" />
          <kbd>
            <CornerDownLeft className="i i-12 flip" aria-hidden="true" />
          </kbd>
        </a>
      </div>
      <div className="find__rows" ref={shown}>
        {rows?.map((each) => (
          <div key={each.key} className={'n' in each && each.n === hit.n ? 'is-hit' : undefined}>
            <Row row={each} actions={{ ...STILL, watcher }} />
          </div>
        ))}
      </div>
    </aside>
  );
}

function Verdict({
  found,
  onFilters,
}: {
  found: Extract<Found, { state: 'found' }>;
  onFilters: (filters: Filters) => void;
}): ReactNode {
  const { sentence, wider } = verdict(found);
  return (
    <p className="muted find__end">
      <Say of={sentence} />{' '}
      {wider ? (
        <button type="button" className="link" onClick={() => onFilters(wider)}>
          {wider.where === found.filters.where ? (
            <T k="search.wider" />
          ) : (
            <T k="search.wider.in" where={words(WHERE_LABEL[wider.where])} />
          )}
        </button>
      ) : null}
    </p>
  );
}

function Results({
  found,
  rows,
  active,
  onActive,
  onFilters,
}: {
  found: Extract<Found, { state: 'found' }>;
  rows: readonly FoundRow[];
  active: string | undefined;
  onActive: (row: HitRow) => void;
  onFilters: (filters: Filters) => void;
}): ReactNode {
  const { results, filters } = found;
  return (
    <>
      {filters.where === 'customers'
        ? results.customers.map((customer) => <CustomerHit key={customer.id} customer={customer} />)
        : rows.map((row) => (
            <Conversation key={row.found.conversation} row={row} active={active} onActive={onActive} />
          ))}
      <Verdict found={found} onFilters={onFilters} />
    </>
  );
}

function moved(hits: readonly HitRow[], active: HitRow | undefined, step: number): HitRow | undefined {
  const at = hits.findIndex(({ key }) => key === active?.key);
  return hits[Math.min(hits.length - 1, Math.max(0, at + step))];
}

/** Search over everything its reader may read. */
export default function SearchPage({ q }: { q: string }): ReactNode {
  useLanguage();
  const { go } = useDesk();
  const t = useTerminal();
  const isNarrow = useMedia(DRAWER);
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const [filters, setFilters] = useState<Filters>({ where: 'messages' });
  const [chosen, setChosen] = useState<HitRow>();
  const { found, again } = useFound(text, filters);
  const shown = found.state === 'asking' ? found.before : found.state === 'found' ? found : undefined;
  const rows = useMemo(() => (shown ? foundRows(t, shown.results, Date.now()) : []), [shown, t.you, t.replicas]);
  const hits = useMemo(() => rows.flatMap((row) => row.hits), [rows]);
  const active = hits.find(({ key }) => key === chosen?.key) ?? hits[0];
  useEffect(() => field.current?.focus(), []);
  useEffect(() => setText(q), [q]);
  const type = (next: string) => {
    setText(next);
    go({ view: 'all', page: { name: 'search', q: next } }, 'replace');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isField = event.target === field.current;
    if (event.nativeEvent.isComposing) return;
    if (step !== undefined && (isField || (event.target as Element).closest('.hit__at')))
      setChosen(moved(hits, active, step));
    else if (event.key === 'Enter' && isField && active)
      go({ view: 'all', conversation: active.conversation, at: active.hit.n });
    else if (event.key === 'Escape' && text !== '' && isField) type('');
    else if (event.key === 'Escape') history.back();
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    if (active) document.getElementById(`hit-${active.key}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const count =
    shown && (shown.filters.where === 'customers' ? shown.results.customers.length : hitCount(shown.results));
  return (
    <main className="pg find" aria-label={words('search.title')} data-region onKeyDown={onKeyDown}>
      <header className="find__head">
        <div className="find__field">
          <SearchIcon className="i i-18 muted" aria-hidden="true" />
          {filters.from ? (
            <Token
              label={words(filters.from === 'customer' ? 'search.from.customer' : 'search.from.team')}
              onRemove={() => setFilters(without(filters, 'from'))}
            />
          ) : null}
          {filters.since ? (
            <Token label={words(SINCE_LABEL[filters.since])} onRemove={() => setFilters(without(filters, 'since'))} />
          ) : null}
          <input
            ref={field}
            type="search"
            className="grow find__text"
            dir="auto"
            value={text}
            maxLength={400}
            placeholder={words('search.placeholder')}
            aria-label={words('search.title')}
            aria-describedby="find-count"
            onChange={(event) => type(event.target.value)}
          />
          <span id="find-count" className="muted num find__count" role="status">
            {shown && count !== undefined && found.state === 'found' ? (
              <T k="search.found" count={count} ms={shown.ms} />
            ) : null}
          </span>
          <kbd className="quiet not-phone">esc</kbd>
        </div>
      </header>
      <div className="find__body" data-preview={active && !isNarrow ? 'on' : 'off'}>
        <Facets filters={filters} counts={shown?.results.counts} onFilters={setFilters} />
        <section
          className={found.state === 'asking' ? 'find__results is-asking' : 'find__results'}
          aria-label={words('search.results')}
          aria-busy={found.state === 'asking'}
        >
          {shown ? (
            <Results found={shown} rows={rows} active={active?.key} onActive={setChosen} onFilters={setFilters} />
          ) : null}
          {found.state === 'nothing asked' ? (
            <div className="empty">
              <h3>
                <T k="search.title" />
              </h3>
              <p>
                <T k="search.hint" />
              </p>
            </div>
          ) : null}
          {found.state === 'failed' ? (
            <div className="empty" role="alert">
              <h3>
                <T k="search.failed" />
              </h3>
              <button type="button" className="btn" onClick={again}>
                <T k="search.again" />
              </button>
            </div>
          ) : null}
        </section>
        {active && !isNarrow && filters.where !== 'customers' ? <Preview row={active} /> : null}
      </div>
    </main>
  );
}
