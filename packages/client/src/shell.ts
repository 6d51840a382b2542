import {
  decodeFrame,
  type Kind,
  type Override,
  type Point,
  type Request,
  type Stream,
  type Then,
} from '@heed/protocol';
import { Takes } from '#takes';
import { type Clock, deviceClock } from './clock.ts';
import { socketsOrPosts } from './fallback.ts';
import { emptyReplica } from './replica.ts';
import type { Draft, LocalFile, Ms, Replica, TakeAnswer, Terminal, TerminalKind } from './state.ts';
import type { KeptReplica, Storage } from './storage.ts';
import { helloOf, type Input, newTerminal, step } from './terminal.ts';
import { type Connect, type Connection, openSocket } from './transport.ts';
import { ulid } from './ulid.ts';
import type { Effect } from './work.ts';

export interface ClientOptions {
  kind: TerminalKind;
  /** The server's address, `http://…` or `https://…`. */
  url: string;
  /** Gives a token that is good now, or null where nobody is signed in. `fresh`: the last one was refused. */
  token: (fresh: boolean) => Promise<string | null>;
  storage: Storage;
  /** This page's id; it survives a reload (GRD2). */
  terminal: string;
  /** Told of every frame, both ways: for tools that record. */
  record?: (way: 'out' | 'in', text: string) => void;
  /** The world around it, where that is not the device's own: time, the network, and ids (ULIDs, STR6). */
  clock?: Clock;
  connect?: Connect;
  newId?: () => string;
}

/** What a person sends. `basedOn` is filled in from what was seen at the press (GRD1). */
export interface Press {
  s: Stream;
  kind: Kind;
  body: unknown;
  then?: Then;
  override?: Override;
  basedOn?: Point;
}

/** A running terminal. `state` is replaced by a new value at each change, never changed in place. */
export interface Client {
  readonly state: Terminal;
  readonly storage: Storage;
  /** When what the device kept is there: the outbox, windows and drafts. */
  readonly restored: Promise<void>;
  /** Calls back after each change; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** Opens a stream and keeps it in step until the returned closer is called; may be called many times. */
  watch(s: Stream): () => void;
  /** Puts a send into the outbox and returns its id (SND1). */
  press(press: Press): string;
  /** Sends a held, refused or reviewed one again: same id, new `basedOn`, next attempt (GRD3). */
  again(id: string, change?: { override?: Override }): void;
  /** Takes a send back: out of the outbox, cancelled at the server (SND9). Returns what it carried, for the composer. */
  withdraw(id: string): { body: unknown; then?: Then } | undefined;
  /** Numbers of items that were shown long enough in a focused page (GRD1). */
  shown(s: Stream, numbers: number[]): void;
  /** Asks for older items (CMP11). */
  older(s: Stream): void;
  typing(s: Stream, on: boolean): void;
  /** Says once that its person looks at a conversation, or does so no more. */
  viewing(s: Stream, on: boolean): void;
  /** Keeps what is being written, and tells the other terminals of its agent; `version` is the time where nothing else is said. */
  draft(s: Stream, text: string, kind?: 'message' | 'note', version?: number): void;
  /** What became of a file of this device; undefined where it is not wanted any more. For `@heed/client/files`. */
  file(id: string, file: LocalFile | undefined): void;
  presence(state: 'taking' | 'away'): void;
  /** Takes the first of a queue (LST5). */
  take(queue: string): Promise<TakeAnswer>;
  visit(page: { url: string; title?: string; referrer?: string }): void;
  attributes(attributes: Record<string, string | number | boolean | null>): void;
  /** Compares at once: the page became visible, the network came back, a window was opened (BEAT3). */
  wake(): void;
  close(): Promise<void>;
}

/** The clock behind timeouts and retries: fine enough for 0.5 s, and idle pages wake up seldom. */
const TICK_MS = 500;

/** Windows are written to the device at most this often; outbox entries at once. */
const KEEP_MS = 400;

/** Starts a terminal: restores what the device kept, connects, and goes on for ever until it is closed. */
export function createClient(options: ClientOptions): Client {
  return new Shell(options);
}

class Shell implements Client {
  state: Terminal;
  readonly storage: Storage;
  readonly restored: Promise<void>;
  readonly #options: ClientOptions;
  readonly #listeners = new Set<() => void>();
  readonly #watchers = new Map<Stream, number>();
  readonly #takes: Takes;
  readonly #keep = new Set<Stream>();
  readonly #closers: (() => void)[] = [];
  #connection: Connection | undefined;
  #generation = 0;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #connectTo: Connect;
  #helloAt: Ms | undefined;
  #cancelKeeping: (() => void) | undefined;
  #writes: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.storage = options.storage;
    this.#clock = options.clock ?? deviceClock;
    this.#newId = options.newId ?? ulid;
    this.#connectTo = options.connect ?? socketsOrPosts(openSocket, this.#clock);
    this.#takes = new Takes((frame) => this.#input({ i: 'say', frame }), this.#clock);
    this.state = newTerminal(options.kind, options.terminal, this.#clock.now());
    this.#listenToPage();
    this.#closers.push(this.#clock.every(TICK_MS, () => this.#input({ i: 'tick' })));
    this.restored = this.#restore();
  }

  async #restore(): Promise<void> {
    // A device that cannot read what it kept begins with nothing, and is told what it missed.
    const nothing = { outbox: [], replicas: [], drafts: [] };
    const kept = await this.storage.load(this.#options.terminal).catch((error: unknown) => {
      console.warn('heed: what this device kept could not be read', error);
      return { ...nothing, epoch: undefined };
    });
    if (this.#isClosed) return;
    const { outbox, drafts, epoch } = kept;
    this.#input({
      i: 'restored',
      outbox,
      drafts,
      replicas: kept.replicas.map(restoreReplica),
      ...(epoch ? { epoch } : {}),
    });
    this.#input({ i: 'start' });
  }

  #listenToPage(): void {
    if (typeof document === 'undefined' || typeof window === 'undefined') return;
    const page = () =>
      this.#input({ i: 'page', online: navigator.onLine, visible: document.visibilityState === 'visible' });
    const wake = () => {
      page();
      if (navigator.onLine && document.visibilityState === 'visible') this.wake();
    };
    const listen = (target: EventTarget, name: string, listener: () => void) => {
      target.addEventListener(name, listener);
      this.#closers.push(() => target.removeEventListener(name, listener));
    };
    for (const name of ['online', 'pageshow']) listen(window, name, wake);
    listen(window, 'offline', page);
    listen(document, 'visibilitychange', wake);
    listen(window, 'pagehide', () => this.#writeReplicas());
    page();
  }

  #input(input: Input): void {
    if (this.#isClosed) return;
    const before = this.state;
    const { state, effects } = step(before, input, this.#clock.now(), this.#clock.random());
    this.state = state;
    for (const effect of effects) this.#run(effect);
    if (state.link.state === 'open' && before.link.state !== 'open') this.#takes.again();
    if (state !== before) for (const listener of this.#listeners) listener();
  }

  #run(effect: Effect): void {
    switch (effect.do) {
      case 'connect':
        void this.#connect(effect.fresh);
        break;
      case 'disconnect':
        this.#generation++;
        this.#connection?.close();
        this.#connection = undefined;
        break;
      case 'transmit':
        this.#transmit(effect.frame);
        break;
      case 'put-pending':
        this.#write(this.storage.putPending(effect.pending), () =>
          this.#input({ i: 'written', id: effect.pending.id }),
        );
        break;
      case 'drop-pending':
        this.#write(this.storage.dropPending(effect.id));
        break;
      case 'put-replica':
        this.#keepSoon(effect.s);
        break;
      case 'drop-replica':
        this.#keep.delete(effect.s);
        this.#write(this.storage.dropReplica(effect.s));
        break;
      case 'put-epoch':
        this.#write(this.storage.putEpoch(effect.epoch));
        break;
    }
  }

  /** A device that cannot write (full, private mode) must not stop a message: it goes out from memory. */
  #write(writing: Promise<void>, then?: () => void): void {
    const done = writing
      .catch((error: unknown) => console.warn('heed: this device could not keep it', error))
      .then(then);
    this.#writes = Promise.allSettled([this.#writes, done]);
  }

  async #connect(fresh: boolean): Promise<void> {
    const generation = ++this.#generation;
    const current = () => generation === this.#generation && !this.#isClosed;
    this.#connection?.close();
    let token: string | null;
    try {
      token = await this.#options.token(fresh);
    } catch {
      // The server cannot be reached for a token either: the same as a socket that does not open.
      if (current()) this.#input({ i: 'closed', code: 1006 });
      return;
    }
    if (!current()) return;
    if (token === null) return this.#input({ i: 'no-token' });
    const good = token;
    this.#connection = this.#connectTo(this.#options.url, {
      opened: () => current() && this.#input({ i: 'opened', token: good }),
      received: (text) => current() && this.#receive(text),
      closed: (code) => current() && this.#input({ i: 'closed', code }),
      hello: () => this.#hello(),
    });
  }

  async #hello(): Promise<string> {
    const token = await this.#options.token(false);
    if (token === null) throw new Error('Nobody is signed in.');
    this.#helloAt = this.#clock.now();
    return JSON.stringify(helloOf(this.state, token));
  }

  #receive(text: string): void {
    this.#options.record?.('in', text);
    const decoded = decodeFrame(text);
    // A frame that this version cannot read is as good as lost: the comparison finds what it carried.
    if (!decoded.ok) return;
    const { frame } = decoded;
    this.#takes.hear(frame);
    this.#input({ i: 'frame', frame, ...(this.#helloAt === undefined ? {} : { askedAt: this.#helloAt }) });
  }

  #transmit(frame: Request): void {
    const text = JSON.stringify(frame);
    this.#options.record?.('out', text);
    this.#connection?.send(text);
  }

  take(queue: string): Promise<TakeAnswer> {
    return this.#takes.begin(this.#newId(), queue);
  }

  #keepSoon(s: Stream): void {
    this.#keep.add(s);
    this.#cancelKeeping ??= this.#clock.after(KEEP_MS, () => this.#writeReplicas());
  }

  #writeReplicas(): void {
    this.#cancelKeeping?.();
    this.#cancelKeeping = undefined;
    for (const s of this.#keep) {
      const replica = this.state.replicas.get(s);
      if (replica?.at && replica.phase.name === 'held') this.#write(this.storage.putReplica(keptReplica(replica)));
    }
    this.#keep.clear();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  watch(s: Stream): () => void {
    this.#watchers.set(s, (this.#watchers.get(s) ?? 0) + 1);
    this.#input({ i: 'watch', s });
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      const left = (this.#watchers.get(s) ?? 1) - 1;
      if (left > 0) this.#watchers.set(s, left);
      else {
        this.#watchers.delete(s);
        this.#input({ i: 'unwatch', s });
      }
    };
  }

  press(press: Press): string {
    const id = this.#newId();
    this.#input({ i: 'press', send: { id, ...press } });
    return id;
  }

  again(id: string, change: { override?: Override } = {}): void {
    this.#input({ i: 'again', id, ...change });
  }

  withdraw(id: string): { body: unknown; then?: Then } | undefined {
    const pending = this.state.outbox.find((other) => other.id === id);
    this.#input({ i: 'withdraw', id });
    if (!pending || pending.state.name === 'stored') return undefined;
    return { body: pending.body, ...(pending.then ? { then: pending.then } : {}) };
  }

  shown(s: Stream, numbers: number[]): void {
    this.#input({ i: 'shown', s, numbers });
  }

  older(s: Stream): void {
    this.#input({ i: 'older', s });
  }

  viewing(s: Stream, on: boolean): void {
    this.#input({ i: 'say', frame: { t: 'viewing', s, on } });
  }

  typing(s: Stream, on: boolean): void {
    this.#input({ i: 'say', frame: { t: 'typing', s, on } });
  }

  draft(s: Stream, text: string, kind: 'message' | 'note' = 'message', version = this.#clock.now()): void {
    const draft: Draft = { text, kind, version };
    this.#input({ i: 'draft', s, draft });
    this.#write(this.storage.putDraft(s, text === '' ? undefined : draft));
  }

  file(id: string, file: LocalFile | undefined): void {
    this.#input(file ? { i: 'file', file } : { i: 'no-file', id });
  }

  presence(state: 'taking' | 'away'): void {
    this.#input({ i: 'presence', state });
  }

  visit(page: { url: string; title?: string; referrer?: string }): void {
    this.#input({ i: 'say', frame: { t: 'visit', ...page } });
  }

  attributes(attributes: Record<string, string | number | boolean | null>): void {
    this.#input({ i: 'say', frame: { t: 'attributes', attributes } });
  }

  wake(): void {
    this.#input({ i: 'wake' });
  }

  async close(): Promise<void> {
    this.#writeReplicas();
    this.#isClosed = true;
    this.#generation++;
    this.#connection?.close();
    for (const close of this.#closers) close();
    await this.#writes;
    this.storage.close();
  }
}

/** What of a window is written to the device. */
export function keptReplica(replica: Replica): KeptReplica {
  const { s, epoch, before, items, at, state, seen, entries, reads, customer } = replica;
  return {
    s,
    epoch,
    before,
    items,
    state,
    seen,
    entries: [...entries],
    reads: [...reads],
    ...(at ? { at } : {}),
    ...(customer ? { customer } : {}),
  };
}

/** A window as the device kept it. */
export function restoreReplica(kept: KeptReplica): Replica {
  const { entries, reads, ...rest } = kept;
  return {
    ...emptyReplica(kept.s),
    ...rest,
    phase: { name: 'held' },
    entries: new Map(entries),
    reads: new Map(reads),
  };
}
