import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { followed } from '../model/scroll.ts';

/**
 * Keeps the end in sight while the reader is there, and what is being read in place where older rows come in above.
 * It never scrolls by itself when the reader has scrolled up.
 */
export function useScroll(
  log: RefObject<HTMLElement | null>,
  first: string,
  last: string,
  onScroll: () => void,
): () => void {
  const before = useRef({ atEnd: true, height: 0, top: 0, first: '' });

  const note = (): void => {
    const element = log.current;
    if (!element) return;
    before.current = {
      atEnd: followed(element.scrollTop, element.clientHeight, element.scrollHeight),
      height: element.scrollHeight,
      top: element.scrollTop,
      first,
    };
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

  return () => {
    note();
    onScroll();
  };
}
