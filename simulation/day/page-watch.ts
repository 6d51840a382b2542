import type { CDPSession, Page } from 'playwright-core';

/** What the browser measured of everything that was pressed, in milliseconds to the next picture. */
export interface Interactions {
  pressed: number;
  p50: number;
  p95: number;
  p99: number;
  most: number;
  /** The same 95th percentile by what was pressed: letters of a reply, or a command. */
  p95ByKey: Record<string, number>;
  /** Long animation frames: how many, the longest, and what ran longest in them. */
  longFrames: number;
  longestFrame: number;
  longestScripts: string[];
}

/** What the page holds after its garbage was collected. */
export interface Memory {
  heapMB: number;
  nodes: number;
  listeners: number;
}

interface Seen {
  /** The newest, of which more may come. */
  interactions: Map<number, { ms: number; key: string }>;
  /** The others: how many of each length, by what was pressed. Kept small: what is measured is this page's memory, too. */
  counted: Record<string, Record<number, number>>;
  frames: number[];
  scripts: Record<string, number>;
}

type WatchedWindow = Window & { heedDay: Seen };

/** An interaction that Event Timing does not report took less than this; it is counted as so much. */
const UNREPORTED_MS = 16;

/** Runs in the page, before anything else. */
function watch(unreportedMs: number): void {
  const seen: Seen = { interactions: new Map(), counted: {}, frames: [], scripts: {} };
  (window as unknown as WatchedWindow).heedDay = seen;
  const recent = 200;
  const keys = new Map<number, string>();
  const nameOf = ({ key, ctrlKey, target }: KeyboardEvent) => {
    if (ctrlKey && key !== 'Control') return `Ctrl+${key}`;
    return key.length === 1 && target instanceof HTMLTextAreaElement ? 'a letter' : key;
  };
  addEventListener('keydown', (event) => keys.set(event.timeStamp, nameOf(event)), { capture: true });
  type Timing = PerformanceEventTiming & { interactionId: number };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Timing[]) {
      if (!entry.interactionId) continue;
      const before = seen.interactions.get(entry.interactionId);
      const key = keys.get(entry.startTime) ?? before?.key ?? entry.name;
      seen.interactions.set(entry.interactionId, { ms: Math.max(before?.ms ?? 0, entry.duration), key });
    }
    for (const [id, { ms, key }] of [...seen.interactions].slice(0, -recent)) {
      const lengths = seen.counted[key] ?? {};
      seen.counted[key] = lengths;
      lengths[ms] = (lengths[ms] ?? 0) + 1;
      seen.interactions.delete(id);
    }
    for (const at of [...keys.keys()].slice(0, -recent)) keys.delete(at);
  }).observe({ type: 'event', buffered: true, durationThreshold: unreportedMs } as PerformanceObserverInit);
  type Frame = PerformanceEntry & { scripts: { sourceURL: string; sourceFunctionName: string; duration: number }[] };
  new PerformanceObserver((list) => {
    for (const { duration, scripts } of list.getEntries() as Frame[]) {
      seen.frames.push(duration);
      for (const script of scripts) {
        const name = `${script.sourceFunctionName || '(anonymous)'} ${script.sourceURL.split('/').at(-1) ?? ''}`;
        seen.scripts[name] = Math.max(seen.scripts[name] ?? 0, Math.round(script.duration));
      }
    }
  }).observe({ type: 'long-animation-frame', buffered: true });
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;

/** Watches a page from its first line: how long what is pressed takes, what it holds, and what it says went wrong. */
export class PageWatch {
  readonly errors: string[] = [];
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      // What the browser itself says of a network that is gone is not the desk's.
      const isNetwork = /Failed to load resource|WebSocket connection|ERR_/.test(message.text());
      if (message.type() === 'error' && !isNetwork) this.errors.push(message.text());
    });
  }

  static async begin(page: Page): Promise<PageWatch> {
    await page.addInitScript(watch, UNREPORTED_MS);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new PageWatch(page, session);
  }

  async memory(): Promise<Memory> {
    // Twice: what the first round freed may let go of more.
    for (let round = 0; round < 2; round++) await this.#session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.#session.send('Performance.getMetrics');
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    const heapMB = Math.round(of('JSHeapUsedSize') / 104_857.6) / 10;
    return { heapMB, nodes: of('Nodes'), listeners: of('JSEventListeners') };
  }

  async interactions(): Promise<Interactions> {
    const { seen, pressed } = await this.#page.evaluate(() => {
      const { heedDay } = window as unknown as WatchedWindow;
      const { interactionCount, eventCounts } = performance as Performance & { interactionCount?: number };
      const { interactions, ...rest } = heedDay;
      const seen = { ...rest, newest: [...interactions.values()] };
      return { seen, pressed: interactionCount ?? eventCounts.get('keydown') ?? 0 };
    });
    const older = Object.entries(seen.counted).flatMap(([key, lengths]) =>
      Object.entries(lengths).flatMap(([ms, count]) => Array.from({ length: count }, () => ({ key, ms: Number(ms) }))),
    );
    const reported = [...older, ...seen.newest];
    const unreported = Array.from({ length: Math.max(0, pressed - reported.length) }, () => UNREPORTED_MS);
    const all = [...unreported, ...reported.map(({ ms }) => ms)].sort((a, b) => a - b);
    const byKey = Map.groupBy(reported, ({ key }) => key);
    const percentiles = [...byKey].map(([key, some]) => {
      const sorted = some.map(({ ms }) => ms).sort((a, b) => a - b);
      return [`${key} (${some.length})`, at(sorted, 0.95)] as const;
    });
    const scripts = Object.entries(seen.scripts).sort(([, a], [, b]) => b - a);
    return {
      pressed: all.length,
      p50: at(all, 0.5),
      p95: at(all, 0.95),
      p99: at(all, 0.99),
      most: all.at(-1) ?? 0,
      p95ByKey: Object.fromEntries(percentiles.sort(([, a], [, b]) => b - a).slice(0, 12)),
      longFrames: seen.frames.length,
      longestFrame: Math.round(Math.max(0, ...seen.frames)),
      longestScripts: scripts.slice(0, 6).map(([name, ms]) => `${name} ${ms} ms`),
    };
  }
}
