import { type Client, isInStep } from '@heed/client';
import { ChevronLeft, Maximize, Table2 } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import '../css/wall.css';
import { type FiguresNow, watchFigures } from '../model/figures.ts';
import { isTypingIn } from '../model/press.ts';
import { CATCHING_UP_AFTER_MS, deskMark } from '../model/step-chip.ts';
import { hourMinute, hourMinuteSecond, longDay } from '../model/times.ts';
import { supervisedQueues } from '../model/views.ts';
import { type Fig, wallAgents, wallFigs, wallLists, wallRows } from '../model/wall.ts';
import { useLanguage, useNow } from '../parts/context.ts';
import { Mark } from '../parts/mark.tsx';
import { T } from '../parts/say.tsx';
import { useLasting } from '../parts/use-lasting.ts';
import { WallAgents } from '../parts/wall-agents.tsx';
import { WallCharts } from '../parts/wall-charts.tsx';
import { WallTable } from '../parts/wall-table.tsx';
import { t as words } from '../words/index.ts';

function useStateOf(client: Client) {
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(subscribe, () => client.state);
}

/** Keeps the wall's lists open while it stands. */
function useLists(client: Client, lists: readonly string[]): void {
  const names = lists.join(' ');
  useEffect(() => {
    const closers = names === '' ? [] : names.split(' ').map((s) => client.watch(s));
    return () => {
      for (const close of closers) close();
    };
  }, [client, names]);
}

function useFigures(queue: string | undefined): FiguresNow {
  const [figures, setFigures] = useState<FiguresNow>({ state: 'none' });
  useEffect(() => watchFigures(queue, setFigures), [queue]);
  return figures;
}

/** T shows tables for charts, F fills the screen. */
function useKeys(keys: Record<string, () => void>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTypingIn(event.target)) return;
      const act = keys[event.key.toLowerCase()];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  });
}

function fillScreen(): void {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  change.catch((error: unknown) => console.warn('heed: the screen could not be filled', error));
}

function Figure({ fig }: { fig: Fig }): ReactNode {
  return (
    <div>
      <dt>
        <T k={fig.label} />
      </dt>
      <dd className="fig" data-tone={fig.tone}>
        {fig.value === undefined ? (
          <span className="muted" title={words('wall.few')}>
            –<span className="vh">{words('wall.few')}</span>
          </span>
        ) : (
          fig.value.map(({ text, unit }) => (
            <span key={text + unit}>
              {text}
              {unit ? <small>{unit}</small> : null}
            </span>
          ))
        )}
      </dd>
    </div>
  );
}

/** The live wall: everything from compared lists but the figures of the day, which the server reckons (DESIGN §4). */
export default function Wall({ client, onLeave }: { client: Client; onLeave: () => void }): ReactNode {
  useLanguage();
  const t = useStateOf(client);
  const now = useNow();
  const [queue, setQueue] = useState<string>();
  const [asTables, setAsTables] = useState(false);
  const all = supervisedQueues(t);
  const queues = useMemo(() => all.filter(({ id }) => queue === undefined || id === queue), [t.you, queue]);
  const lists = wallLists(all);
  useLists(client, lists);
  const told = useFigures(queue);
  const figures = told.state === 'known' ? told.figures : undefined;
  useKeys({ t: () => setAsTables((is) => !is), f: fillScreen });
  useEffect(() => {
    document.title = words('title.desk', { view: words('wall.title') });
  });
  const rows = useMemo(() => wallRows(t, queues), [t.replicas, t.you, queues]);
  const behind = wallLists(queues).some((s) => !isInStep(t, t.replicas.get(s), now));
  const isBehind = useLasting(behind, CATCHING_UP_AFTER_MS);
  const isLate = isBehind || (told.state === 'known' && told.isLate);
  const asOf = isBehind ? (t.lostAt ?? t.lastOpenAt ?? now) : told.state === 'known' ? told.at : now;
  const isEmpty = rows.inLine.length + rows.withAgents.length === 0;
  const serverNow = now + t.skewMs;
  return (
    <main className="wall" data-late={isLate || undefined} aria-label={words('wall.title')}>
      <header className="wall__top">
        <button type="button" className="mic" aria-label={words('wall.leave')} onClick={onLeave}>
          <ChevronLeft className="i i-20 flip" aria-hidden="true" />
        </button>
        <h1>{t.you?.company}</h1>
        <span className="muted not-phone">
          <T k="wall.title" />
        </span>
        <span className="grow" />
        <span className="muted not-phone">{longDay(serverNow)}</span>
        <span className="big num">{hourMinuteSecond(serverNow)}</span>
        {isLate ? (
          <span className="step" data-s="off" role="status">
            <Mark state={deskMark(t, now) === 'in' ? 'behind' : 'off'} />
            <T k="list.asOf" time={hourMinuteSecond(asOf)} />
          </span>
        ) : (
          <span className="step" data-s="in">
            <Mark state="in" />
            <T k="step.in" />
          </span>
        )}
        {all.length > 1 ? (
          <select
            className="select select--quiet"
            aria-label={words('wall.queue')}
            value={queue ?? ''}
            onChange={(event) => setQueue(event.target.value || undefined)}
          >
            <option value="">{words('wall.allQueues')}</option>
            {all.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        ) : null}
        <button
          type="button"
          className="btn btn--sm btn--icon"
          aria-pressed={asTables}
          aria-label={words('wall.tables')}
          title={words('wall.tables')}
          onClick={() => setAsTables(!asTables)}
        >
          <Table2 className="i i-14" aria-hidden="true" />
        </button>
        <button
          type="button"
          className="btn btn--sm btn--icon"
          aria-label={words('wall.full.screen')}
          title={words('wall.full.screen')}
          onClick={fillScreen}
        >
          <Maximize className="i i-14" aria-hidden="true" />
        </button>
      </header>
      <dl className="figs">
        {wallFigs(t, queues, figures, now).map((fig) => (
          <Figure key={fig.label} fig={fig} />
        ))}
      </dl>
      <div className="wall__main">
        <section className="card wall__waiting" aria-label={words('wall.table')}>
          {isEmpty && !behind ? (
            <div className="empty conv__empty">
              <Mark state="in" className="mark--large" />
              <h2>
                <T k="empty.nobody.title" />
              </h2>
              {figures?.lastAnswerAt ? (
                <p>
                  <T k="wall.lastAnswer" time={hourMinute(Date.parse(figures.lastAnswerAt))} />
                </p>
              ) : null}
            </div>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls has to be reachable with the keyboard
            <div className="wall__scroll" tabIndex={0}>
              <WallTable rows={rows} serverNow={serverNow} />
            </div>
          )}
        </section>
        <WallAgents agents={wallAgents(figures)} serverNow={serverNow} />
      </div>
      {figures ? <WallCharts figures={figures} asTables={asTables} /> : <div className="wall__charts" />}
    </main>
  );
}
