import type { Clock as ServerClock } from '../../packages/server/src/clock.ts';

interface Event {
  at: number;
  order: number;
  run: () => void;
  isOver: boolean;
}

/** Midnight of some Monday: worlds differ by their seeds only. */
const BEGIN = Date.UTC(2030, 0, 7);

/** The time of a world: it passes from event to event, and nothing happens but in events. */
export class Time {
  now = BEGIN;
  events = 0;
  readonly #random: () => number;
  readonly #heap: Event[] = [];
  #order = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Runs something later; gives how to stop it. */
  after(ms: number, run: () => void): () => void {
    const event: Event = { at: this.now + Math.max(0, ms), order: this.#order++, run, isOver: false };
    push(this.#heap, event);
    return () => {
      event.isOver = true;
    };
  }

  /** Lets the world go on until a moment, or until nothing more can happen, or too much has. */
  async until(moment: number, mostEvents = Number.POSITIVE_INFINITY): Promise<void> {
    while (this.events < mostEvents) {
      const event = this.#heap[0];
      if (!event || event.at > moment) break;
      pop(this.#heap);
      if (event.isOver) continue;
      event.isOver = true;
      this.now = event.at;
      this.events++;
      event.run();
      // Everything that follows at once, through any number of promises, belongs to the event.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.now = Math.max(this.now, moment);
  }

  /** The clock of somebody who may end: none of their timers runs after that. */
  clockOf(isAlive: () => boolean, skewMs = 0): ServerClock {
    const guarded = (run: () => void) => () => {
      if (isAlive()) run();
    };
    return {
      now: () => Math.round(this.now + skewMs),
      after: (ms, run) => this.after(ms, guarded(run)),
      every: (ms, run) => this.#every(ms, run, isAlive),
      soon: (run) => this.after(0, guarded(run)),
      random: this.#random,
    };
  }

  #every(ms: number, run: () => void, isAlive: () => boolean): () => void {
    let stop: () => void;
    const again = () => {
      if (!isAlive()) return;
      stop = this.after(ms, again);
      run();
    };
    stop = this.after(ms, again);
    return () => stop();
  }
}

const before = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Event[], event: Event): void {
  let i = heap.push(event) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(event, heap[parent] as Event)) break;
    heap[i] = heap[parent] as Event;
    i = parent;
  }
  heap[i] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop() as Event;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
    if (!before(heap[child] as Event, last)) break;
    heap[i] = heap[child] as Event;
    i = child;
  }
  heap[i] = last;
}
