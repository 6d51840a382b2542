import { type Client, deviceClock } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attention } from '../app/attention.ts';
import { type Dwell, dwelt, look, nextDue } from '../model/dwell.ts';

const numbersOf = (row: Element, named: string): number[] =>
  (row.getAttribute(named) ?? '').split(' ').filter(Boolean).map(Number);

/** Enough of it is there, or, where it is taller than the window, its end (GRD1). */
function isShown({
  intersectionRatio,
  boundingClientRect,
  rootBounds,
  isIntersecting,
}: IntersectionObserverEntry): boolean {
  if (intersectionRatio >= 0.6) return true;
  if (!isIntersecting || !rootBounds || boundingClientRect.height <= rootBounds.height * 0.6) return false;
  return boundingClientRect.bottom <= rootBounds.bottom + 1;
}

interface ShownProps {
  client: Client;
  s: Stream;
  log: RefObject<HTMLElement | null>;
  attention: Attention;
  /** The attribute in which a row names its numbers. */
  named: string;
  /** Changes with the rows and their numbers. */
  content: string;
}

/** Tells the client what was on the screen, before somebody who looks, for 800 ms. Draws nothing. */
export function Shown({ client, s, log, attention, named, content }: ShownProps): null {
  // New rows do not begin the time of those that are there already anew.
  const kept = useRef<Dwell>(new Map());
  useEffect(() => {
    const root = log.current;
    if (!root) return;
    const visible = new Map<Element, boolean>();
    let timer: ReturnType<typeof setTimeout> | undefined;

    const update = (): void => {
      const now = deviceClock.now();
      const rows = [...visible].filter(([, is]) => is).flatMap(([row]) => numbersOf(row, named));
      const dwell = look(kept.current, rows, attention.now(), now);
      kept.current = dwell;
      const seen = dwelt(dwell, now);
      if (seen.length > 0) client.shown(s, seen);
      clearTimeout(timer);
      const due = nextDue(dwell, now);
      if (due !== undefined) timer = setTimeout(update, due - now);
    };

    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) visible.set(entry.target, isShown(entry));
        update();
      },
      { root, threshold: [0, 0.2, 0.4, 0.6, 0.8, 1] },
    );
    for (const row of root.querySelectorAll(`[${named}]`)) observer.observe(row);
    const stop = attention.subscribe(update);
    return () => {
      observer.disconnect();
      stop();
      clearTimeout(timer);
    };
  }, [client, s, log, attention, named, content]);
  return null;
}
