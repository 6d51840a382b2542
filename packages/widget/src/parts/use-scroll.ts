import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { followed } from '../model/scroll.ts';

/** What a change of the rows or an opening means for where the log is scrolled to. */
interface Reading {
  /** Changes when older rows come in above. */
  first: string;
  /** Changes when a row comes in below. */
  last: string;
  /** The number of the first message that was not looked at yet. */
  unread: number | undefined;
  openings: number;
}

/** The numbers a row stands for; its element carries them, so that what watches the log needs no list of its own. */
export const NUMBERS = 'data-numbers';

/** Room left above the row that is scrolled to. */
const MARGIN = 40;

/**
 * Keeps the end in sight while the reader is there, and what is being read in place where older rows come in above.
 * It never scrolls by itself when the reader has scrolled up; a window that is opened begins at what is new.
 */
export function useScroll(
  log: RefObject<HTMLElement | null>,
  { first, last, unread, openings }: Reading,
  scrolled: () => void,
): { onScroll(): void; toNext(): void } {
  const before = useRef({ atEnd: true, height: 0, top: 0, first: '' });

  const note = (): void => {
    const element = log.current;
    if (!element) return;
    const { scrollTop: top, clientHeight, scrollHeight: height } = element;
    before.current = { atEnd: followed(top, clientHeight, height), height, top, first };
  };

  const toUnread = (): boolean => {
    const row = log.current?.querySelector<HTMLElement>(`[${NUMBERS}~="${unread}"]`);
    if (row) log.current?.scrollTo({ top: row.offsetTop - MARGIN });
    return row !== null && row !== undefined;
  };

  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const { atEnd, height, top } = before.current;
    if (atEnd) element.scrollTop = element.scrollHeight;
    else if (before.current.first !== first) element.scrollTop = top + element.scrollHeight - height;
    note();
  }, [first, last]);

  useLayoutEffect(() => {
    if (openings > 0 && toUnread()) note();
  }, [openings, last === '']);

  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    // The panel grows and shrinks with the composer, a phone's keyboard, and cards at the end.
    const observer = new ResizeObserver(() => {
      if (before.current.atEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [log]);

  return {
    onScroll: () => {
      note();
      scrolled();
    },
    toNext: () => {
      if (!toUnread()) log.current?.scrollTo({ top: log.current.scrollHeight });
    },
  };
}
