import type { Client } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attention } from '../app/attention.ts';
import { type Dwell, dwelt, look, nextDue } from '../model/dwell.ts';

/** The numbers a row stands for; its element carries them so that the observer needs no list of its own. */
export const NUMBERS = 'data-numbers';

const numbersOf = (row: Element): number[] => (row.getAttribute(NUMBERS) ?? '').split(' ').filter(Boolean).map(Number);

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

/** Tells the client what was on the screen, before somebody who looks, for 800 ms. */
export function useShown(
  client: Client,
  s: Stream,
  log: RefObject<HTMLElement | null>,
  attention: Attention,
  /** Changes with the rows and their numbers. */
  content: string,
): void {
  // New rows do not begin the time of those that are there already anew.
  const kept = useRef<Dwell>(new Map());
  useEffect(() => {
    const root = log.current;
    if (!root) return;
    const visible = new Map<Element, boolean>();
    let timer: ReturnType<typeof setTimeout> | undefined;

    const update = (): void => {
      const now = Date.now();
      const rows = [...visible].filter(([, is]) => is).flatMap(([row]) => numbersOf(row));
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
    for (const row of root.querySelectorAll(`[${NUMBERS}]`)) observer.observe(row);
    const stop = attention.subscribe(update);
    return () => {
      observer.disconnect();
      stop();
      clearTimeout(timer);
    };
  }, [client, s, log, attention, content]);
}
