import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import {
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { estimate, highestNumber, pillOf } from '../model/pill.ts';
import { rowIndex, type TimelineRow } from '../model/timeline.ts';
import { type SeeingWatcher, watchSeeing } from '../model/watch-seeing.ts';
import { t as words } from '../words/index.ts';
import { Say } from './say.tsx';
import { Row, type RowActions } from './timeline-rows.tsx';

/** Within this many pixels of the end, the reader is at the end. */
const AT_END = 24;

const REVEAL_TRIES = 12;

function isShown(scroller: HTMLElement | null, index: number): boolean {
  const row = scroller?.querySelector(`[data-index="${index}"]`)?.getBoundingClientRect();
  const frame = scroller?.getBoundingClientRect();
  if (!row || !frame || !scroller) return false;
  const isLast = scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop <= 1;
  return row.top >= frame.top - 1 && (row.top <= frame.top + AT_END || isLast);
}

export interface TimelineHandle {
  /** Shows an item, and what comes after it as far as there is room. */
  reveal: (n: number) => void;
  toEnd: () => void;
}

export type TimelineActions = Omit<RowActions, 'watcher'>;

interface Props {
  name: string;
  rows: readonly TimelineRow[];
  actions: TimelineActions;
  onSeen: (numbers: number[]) => void;
  onOlder: () => void;
  handle: Ref<TimelineHandle>;
}

/** Keeps one watcher of what is seen for as long as the scroller stands. */
function useWatcher(onSeen: (numbers: number[]) => void) {
  const watcher = useRef<SeeingWatcher | undefined>(undefined);
  const report = useRef(onSeen);
  report.current = onSeen;
  const attach = useCallback((element: HTMLDivElement | null) => {
    watcher.current?.close();
    watcher.current = element ? watchSeeing(element, (numbers) => report.current(numbers)) : undefined;
  }, []);
  return { watcher, attach };
}

/** The conversation, anchored at its end; it never scrolls by itself when the reader is further up. */
export function Timeline({ name, rows, actions, onSeen, onOlder, handle }: Props): ReactNode {
  const scroller = useRef<HTMLDivElement | null>(null);
  const { watcher, attach } = useWatcher(onSeen);
  const [isAtEnd, setAtEnd] = useState(true);
  const atEnd = useRef(true);
  const lastAtEnd = useRef(0);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows[index]),
    getItemKey: (index) => rows[index]?.key ?? index,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: AT_END,
    gap: 9,
    paddingStart: 12,
    paddingEnd: 8,
    overscan: 8,
  });
  const all = useMemo<RowActions>(() => ({ ...actions, watcher }), [actions, watcher]);
  if (isAtEnd) lastAtEnd.current = highestNumber(rows);
  const pill = isAtEnd ? undefined : pillOf(rows, lastAtEnd.current);
  const items = virtualizer.getVirtualItems();
  const older = rows[0]?.type === 'older' && items[0]?.index === 0;

  const setScroller = useCallback(
    (element: HTMLDivElement | null) => {
      scroller.current = element;
      attach(element);
    },
    [attach],
  );
  const toEnd = useCallback(() => {
    atEnd.current = true;
    virtualizer.scrollToEnd();
  }, [virtualizer]);
  useLayoutEffect(toEnd, [toEnd]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let height = element.clientHeight;
    let [whole, top] = [element.scrollHeight, element.scrollTop];
    const onScroll = () => {
      const isEnd = element.scrollHeight - element.clientHeight - element.scrollTop <= AT_END;
      const isGrown = element.scrollHeight > whole && element.scrollTop >= top;
      top = element.scrollTop;
      // What moves because the window or what is in it changed its size is not the reader's doing.
      if (!isEnd && (element.clientHeight !== height || isGrown)) return;
      atEnd.current = isEnd;
      setAtEnd(isEnd);
    };
    // The composer grows, the held card appears, a phone's keyboard opens, a row turns out to be higher than it was
    // thought to be: the end stays the end.
    const resized = new ResizeObserver(() => {
      height = element.clientHeight;
      whole = element.scrollHeight;
      if (atEnd.current) virtualizer.scrollToEnd();
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(element);
    if (element.firstElementChild) resized.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, [virtualizer]);
  // Where the top is still in view when a page has come, the one before it is asked for.
  const oldest = rows[1]?.key;
  useEffect(() => {
    if (older && oldest !== undefined) onOlder();
  }, [older, oldest, onOlder]);
  const latest = useRef(rows);
  latest.current = rows;
  useImperativeHandle(
    handle,
    () => ({
      reveal: (n) => {
        if (rowIndex(latest.current, n) < 0) return;
        // What comes into view is measured then, and moves what was meant: until it stands, it is shown again.
        const show = (tries: number) => {
          const index = rowIndex(latest.current, n);
          atEnd.current = false;
          virtualizer.scrollToIndex(index, { align: 'start' });
          if (tries > 1) requestAnimationFrame(() => isShown(scroller.current, index) || show(tries - 1));
        };
        show(REVEAL_TRIES);
      },
      toEnd,
    }),
    [virtualizer, toEnd],
  );

  return (
    <div className="tl__frame">
      <div
        className="tl"
        ref={setScroller}
        role="log"
        aria-live="off"
        aria-label={words('timeline.label', { name })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a log that scrolls has to be reachable with the keyboard
        tabIndex={0}
        data-region
      >
        <div className="tl__rows" style={{ blockSize: virtualizer.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtualizer.measureElement}
                className="tl__at"
                style={{ insetBlockStart: item.start }}
              >
                {row ? <Row row={row} actions={all} /> : null}
              </div>
            );
          })}
        </div>
      </div>
      {isAtEnd ? null : (
        <button type="button" className="pill" onClick={toEnd} aria-label={pill ? undefined : words('timeline.toEnd')}>
          <ArrowDown className="i i-14" aria-hidden="true" />
          {pill ? (
            <span>
              <Say of={pill} />
            </span>
          ) : null}
        </button>
      )}
    </div>
  );
}
