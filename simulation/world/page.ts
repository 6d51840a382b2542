import { type Client, createClient, type Pending, unseen } from '@heed/client';
import type { Item, Stream } from '@heed/protocol';
import type { Chance } from './chance.ts';
import { idMaker } from './chance.ts';
import type { Device } from './device.ts';
import type { Net } from './net.ts';
import type { Time } from './time.ts';

export interface PageOptions {
  kind: 'desk' | 'widget';
  time: Time;
  chance: Chance;
  net: Net;
  device: Device;
  terminal: string;
  token: string;
  /** Each frame, both ways. */
  record: (way: 'in' | 'out', text: string) => void;
  /** What has been on the screen for long enough, by the id of the item. */
  seen: (id: string) => void;
}

/** How long something is on the screen before it counts as seen (GRD1), at most. */
const DWELL_MS = 1_500;

/** One page: the real client, with a person's eyes on one of its windows. */
export class Page {
  readonly client: Client;
  readonly #options: PageOptions;
  isAlive = true;
  /** While it does not run, its browser does. */
  isHung = false;
  wakesAt = 0;
  readonly #open = new Map<Stream, () => void>();
  #looking = false;
  /** What was looked over already: windows that are the same objects have no news. */
  #lookedOver: unknown;
  readonly #late: (() => void)[] = [];

  constructor(options: PageOptions) {
    this.#options = options;
    const { time, chance, net, device, terminal, token, kind, record } = options;
    const isAlive = () => this.isAlive;
    const late = (run: () => void) => () => this.#whenAwake(run);
    const clock = time.clockOf(isAlive);
    this.client = createClient({
      kind,
      url: 'http://world',
      token: async () => token,
      storage: device.storage(time, chance, isAlive),
      terminal,
      record,
      clock: {
        now: clock.now,
        random: () => chance.next(),
        after: (ms, run) => clock.after(ms, late(run)),
        // What rings while the device sleeps has not rung.
        every: (ms, run) => clock.every(ms, () => this.isAwake && run()),
      },
      connect: (_url, listener) =>
        net.connect(terminal, {
          ...listener,
          opened: late(listener.opened),
          received: (text) => this.#whenAwake(() => listener.received(text)),
          closed: (code) => this.#whenAwake(() => listener.closed(code)),
        }),
      newId: idMaker(clock.now, chance),
    });
    this.client.subscribe(() => {
      this.#look();
    });
  }

  /** A page that sleeps does everything later, in the order in which it came. */
  #whenAwake(run: () => void): void {
    if (!this.isAlive) return;
    if (this.isAwake && this.#late.length === 0) return run();
    this.#late.push(run);
    if (this.#late.length === 1) this.#catchUp();
  }

  #catchUp(): void {
    this.#options.time.after(Math.max(0, this.wakesAt - this.#options.time.now), () => {
      if (this.isAlive && !this.isAwake) return this.#catchUp();
      for (const run of this.isAlive ? this.#late.splice(0) : []) run();
    });
  }

  /** Whether its device answers a ping. */
  get isAnswering(): boolean {
    return this.isAlive && (this.isAwake || this.isHung);
  }

  get isAwake(): boolean {
    return this.isAlive && this.wakesAt <= this.#options.time.now;
  }

  get isOpen(): boolean {
    return this.client.state.link.state === 'open';
  }

  /** Opens a window and leaves it open. */
  open(s: Stream): void {
    if (!this.#open.has(s)) this.#open.set(s, this.client.watch(s));
  }

  close(s: Stream): void {
    this.#open.get(s)?.();
    this.#open.delete(s);
  }

  isWatching(s: Stream): boolean {
    return this.#open.has(s);
  }

  get windows(): Stream[] {
    return [...this.#open.keys()].filter((s) => !s.startsWith('list/'));
  }

  /** Eyes are on one window at a time, for a moment each. */
  #look(): void {
    const options = this.#options;
    const { replicas } = this.client.state;
    if (this.#looking || this.#lookedOver === replicas) return;
    const s = this.windows.find((each) => this.#news(each).length > 0);
    if (s === undefined) {
      this.#lookedOver = replicas;
      return;
    }
    this.#looking = true;
    const looked = this.#news(s);
    this.#options.time.after(300 + this.#options.chance.next() * DWELL_MS, () =>
      this.#whenAwake(() => {
        this.#looking = false;
        // What is no longer on the screen, or is another item by now, was not looked at for long enough.
        const still = this.#news(s).filter(({ id }) => looked.some((item) => item.id === id));
        for (const { id } of this.isWatching(s) ? still : []) options.seen(id);
        if (this.isWatching(s))
          this.client.shown(
            s,
            still.map(({ n }) => n),
          );
        this.#look();
      }),
    );
  }

  #news(s: Stream): Item[] {
    const replica = this.client.state.replicas.get(s);
    return replica?.phase.name === 'held' ? unseen(this.client.state, replica) : [];
  }

  /** What its person has to decide about. */
  get undecided(): Pending[] {
    return this.client.state.outbox.filter(({ state }) => ['held', 'refused', 'review'].includes(state.name));
  }

  /** Ends without a word, between any two steps. */
  crash(): void {
    this.isAlive = false;
    for (const line of this.#options.net.up())
      if (line.terminal === this.#options.terminal) {
        line.forget();
        line.cut(this.#options.chance.is(0.5));
      }
  }
}
