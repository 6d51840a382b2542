import { deviceClock } from '@heed/client';
import { attended, glimpsed, isShown, NO_DWELL, seenBy } from './seeing.ts';

export interface SeeingWatcher {
  /** Watches an item that has to be seen; returns how to stop. */
  watch(n: number, element: HTMLElement, end: HTMLElement): () => void;
  close(): void;
}

const THRESHOLDS = Array.from({ length: 21 }, (_, index) => index / 20);

/** Tells the numbers of items that were shown long enough inside `root`, in a page that is visible and has the focus. */
export function watchSeeing(root: HTMLElement, report: (numbers: number[]) => void): SeeingWatcher {
  let dwell = NO_DWELL;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const items = new Map<number, { visible: number; height: number; viewport: number; end: boolean }>();
  const numberOf = new WeakMap<Element, { n: number; part: 'item' | 'end' }>();

  const settle = () => {
    clearTimeout(timer);
    const { seen, rest, nextAt } = seenBy(dwell, deviceClock.now());
    dwell = rest;
    if (seen.length > 0) report(seen);
    if (nextAt !== undefined) timer = setTimeout(settle, Math.max(10, nextAt - deviceClock.now()));
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const known = numberOf.get(entry.target);
        const item = known && items.get(known.n);
        if (!known || !item) continue;
        if (known.part === 'end') item.end = entry.isIntersecting;
        else {
          item.visible = entry.intersectionRect.height;
          item.height = entry.boundingClientRect.height;
        }
        item.viewport = entry.rootBounds?.height ?? root.clientHeight;
        dwell = glimpsed(dwell, known.n, isShown(item), deviceClock.now());
      }
      settle();
    },
    { root, threshold: THRESHOLDS },
  );
  const look = () => {
    dwell = attended(dwell, document.visibilityState === 'visible' && document.hasFocus(), deviceClock.now());
    settle();
  };
  const events: [EventTarget, string][] = [
    [window, 'focus'],
    [window, 'blur'],
    [document, 'visibilitychange'],
  ];
  for (const [target, name] of events) target.addEventListener(name, look);
  look();

  return {
    watch(n, element, end) {
      items.set(n, { visible: 0, height: 0, viewport: root.clientHeight, end: false });
      numberOf.set(element, { n, part: 'item' });
      numberOf.set(end, { n, part: 'end' });
      observer.observe(element);
      observer.observe(end);
      return () => {
        observer.unobserve(element);
        observer.unobserve(end);
        items.delete(n);
        dwell = glimpsed(dwell, n, false, deviceClock.now());
      };
    },
    close() {
      observer.disconnect();
      clearTimeout(timer);
      for (const [target, name] of events) target.removeEventListener(name, look);
    },
  };
}
