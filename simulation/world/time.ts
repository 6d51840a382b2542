import type { Clock as ServerClock } from '../../packages/server/src/clock.ts';

interface Event {
  at: number;
  order: number;
  run: () => void;
  isOver: boolean;
}

/** Events of one round of Node's loop. */
const TURNS = 200;

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
    while (this.#goesOn(moment, mostEvents)) await this.#some(moment, mostEvents);
    this.now = Math.max(this.now, moment);
  }

  #goesOn(moment: number, mostEvents: number): boolean {
    while (this.#heap[0]?.isOver) pop(this.#heap);
    const next = this.#heap[0];
    return next !== undefined && next.at <= moment && this.events < mostEvents;
  }

  /**
   * Everything that follows at once from an event, through any number of promises, belongs to it: so each runs in a turn
   * of its own. Node empties the queue of promises between two turns that were asked for together, and going round its
   * loop for each alone would cost a tenth of a world.
   */
  #some(moment: number, mostEvents: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        try {
          if (this.#goesOn(moment, mostEvents)) this.#next();
        } catch (error) {
          reject(error);
        }
      };
      for (let i = 0; i < TURNS; i++) setImmediate(turn);
      setImmediate(resolve);
    });
  }

  #next(): void {
    const event = this.#heap[0] as Event;
    pop(this.#heap);
    event.isOver = true;
    this.now = event.at;
    this.events++;
    event.run();
  }

  /** The clock of somebody who may end: none of their timers runs after that. */
  clockOf(isAlive: () => boolean, skewMs = 0): ServerClock {
    const guarded = (run: () => void) => () => {
      if (isAlive()) run();
    };
    return {
      now: () => Math.round(this.now + skewMs),
      wall: () => Math.round(this.now),
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
