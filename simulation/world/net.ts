import type { Connection, Listener } from '@heed/client';
import type { Wire, WireListener } from '../../packages/server/src/live/wire.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Reach } from './partition.ts';
import type { Time } from './time.ts';

/** Whoever takes connections: a node. */
export interface Host {
  readonly name: string;
  readonly isAlive: boolean;
  accept(wire: Wire): void;
}

/** How long a side that is told nothing goes on believing in a connection that is gone. */
const RESET_MS = 60_000;
const PONG_MS = 20;

/** One connection between a terminal and a node: each way in order, with a delay, until something goes wrong. */
export class Line {
  readonly #net: Net;
  readonly host: Host;
  readonly terminal: string;
  #client: Listener | undefined;
  #server: WireListener | undefined;
  #upAt = 0;
  #downAt = 0;
  #unsent = 0;
  #isSilentUp = false;
  #isSilentDown = false;
  isOver = false;

  constructor(net: Net, host: Host, terminal: string, client: Listener) {
    this.#net = net;
    this.host = host;
    this.terminal = terminal;
    this.#client = client;
  }

  /** The server's end. */
  readonly wire: Wire = {
    listen: (listener) => {
      this.#server = listener;
    },
    send: (text, done) => this.#down(text, done),
    enclose: (text) => this.#down(text),
    unsentBytes: 0,
    ping: () => this.#ping(),
    close: (code) => this.#endByServer(code),
    terminate: () => this.#endByServer(1006),
  };

  /** The terminal's end. */
  readonly connection: Connection = {
    send: (text) => this.#up(text),
    close: () => this.#endByClient(),
  };

  /** Nothing more arrives that way, and nobody is told. */
  silence(up: boolean, down: boolean): void {
    this.#isSilentUp ||= up;
    this.#isSilentDown ||= down;
  }

  /** Ends at once; each side hears of it, or finds out much later by itself. */
  cut(areTold: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    const { time } = this.#net;
    const after = areTold ? this.#net.delay() : RESET_MS;
    time.after(after, () => this.#tellClient(1006));
    time.after(areTold ? this.#net.delay() : RESET_MS, () => this.#tellServer());
  }

  /** A copy of an old send arrives. */
  repeat(text: string): void {
    this.#up(text);
  }

  #up(text: string): void {
    if (this.isOver || this.#isSilentUp) return;
    if (this.#net.faults.copies > 0 && text.startsWith('{"t":"send"')) this.#net.sendsOf(this.terminal).push(text);
    const { time } = this.#net;
    this.#upAt = Math.max(this.#upAt, time.now + this.#net.delay());
    time.after(this.#upAt - time.now, () => {
      if (!this.isOver && !this.#isSilentUp && this.host.isAlive) void this.#server?.text(text, text.length);
    });
  }

  #down(text: string, done?: () => void): void {
    if (this.isOver || !this.host.isAlive) return done?.();
    this.#net.saw(this, text);
    const { time, faults } = this.#net;
    const takes = faults.slow > 0 && this.#net.isSlow(this.terminal) ? (text.length / faults.slow) * 1_000 : 0;
    this.#downAt = Math.max(this.#downAt, time.now) + takes;
    this.#written(text, done);
    const arrives = Math.max(this.#arrivesAt, this.#downAt + this.#net.delay());
    this.#arrivesAt = arrives;
    time.after(arrives - time.now, () => {
      if (!this.isOver && !this.#isSilentDown) this.#client?.received(text);
    });
  }
  #arrivesAt = 0;

  /** A text is gone when those before it are; one that nothing holds up goes at once. */
  #written(text: string, done?: () => void): void {
    const { time } = this.#net;
    if (this.#downAt <= time.now) {
      if (done) queueMicrotask(done);
      return;
    }
    this.#unsent += text.length;
    this.#tellUnsent();
    time.after(this.#downAt - time.now, () => {
      this.#unsent -= text.length;
      this.#tellUnsent();
      done?.();
    });
  }

  #tellUnsent(): void {
    (this.wire as { unsentBytes: number }).unsentBytes = this.#unsent;
  }

  #ping(): void {
    if (this.isOver || this.#isSilentDown || this.#isSilentUp) return;
    this.#net.time.after(PONG_MS, () => {
      if (!this.isOver && this.host.isAlive && this.#net.answers(this.terminal)) this.#server?.pong();
    });
  }

  #endByServer(code: number): void {
    if (this.isOver) return;
    const { time } = this.#net;
    this.isOver = true;
    // What was sent before still goes out.
    const wait = Math.max(0, this.#arrivesAt - time.now) + 1;
    time.after(this.#isSilentDown ? RESET_MS : wait, () => this.#tellClient(code));
    time.after(1, () => this.#tellServer());
  }

  #endByClient(): void {
    this.#client = undefined;
    if (this.isOver) return;
    this.isOver = true;
    this.#net.time.after(this.#isSilentUp ? RESET_MS : this.#net.delay(), () => this.#tellServer());
  }

  #tellClient(code: number): void {
    this.#client?.closed(code);
    this.#client = undefined;
  }

  #tellServer(): void {
    const server = this.#server;
    this.#server = undefined;
    if (this.host.isAlive) server?.closed();
  }

  /** The terminal is gone without a word. */
  forget(): void {
    this.#client = undefined;
  }
}

export interface NetOptions {
  time: Time;
  chance: Chance;
  faults: Faults;
  hosts: () => Host[];
  /** Whether a terminal's page runs at all. */
  answers: (terminal: string) => boolean;
  /** What of the network between a terminal and a node works. */
  reach: (terminal: string, host: Host) => Reach;
  /** Told of each frame that a node sends. */
  saw: (line: Line, text: string) => void;
}

/** The network of a world. */
export class Net {
  readonly time: Time;
  readonly #options: NetOptions;
  readonly #chance: Chance;
  readonly lines = new Set<Line>();
  /** After the faults everything works. */
  isCalm = false;

  constructor(options: NetOptions) {
    this.#options = options;
    this.time = options.time;
    this.#chance = options.chance.fork('net');
  }

  get faults(): Faults {
    return this.#options.faults;
  }

  delay(): number {
    const most = this.isCalm ? 20 : this.faults.delay;
    return 1 + this.#chance.next() ** 3 * most;
  }

  isSlow(terminal: string): boolean {
    return !this.isCalm && terminal.charCodeAt(terminal.length - 1) % 3 === 0;
  }

  answers(terminal: string): boolean {
    return this.#options.answers(terminal);
  }

  saw(line: Line, text: string): void {
    this.#options.saw(line, text);
  }

  readonly #sends = new Map<string, string[]>();

  /** What a terminal ever sent, on whatever line, so that a copy can come again. */
  sendsOf(terminal: string): string[] {
    const sends = this.#sends.get(terminal) ?? [];
    this.#sends.set(terminal, sends);
    return sends;
  }

  /** How often a terminal tried to connect. */
  readonly tries = new Map<string, number>();

  /** Connects a terminal to any node, as a balancer does that knows of no network but its own. */
  connect(terminal: string, listener: Listener): Connection {
    this.tries.set(terminal, (this.tries.get(terminal) ?? 0) + 1);
    const host = this.#chance.pick(this.#options.hosts().filter(({ isAlive }) => isAlive));
    const reach = host ? this.#options.reach(terminal, host) : 'none';
    if (!host || reach === 'none') {
      let isWanted = true;
      this.time.after(this.delay(), () => isWanted && listener.closed(1006));
      const close = () => {
        isWanted = false;
      };
      return { send: () => undefined, close };
    }
    const line = new Line(this, host, terminal, listener);
    this.lines.add(line);
    if (reach !== 'whole') line.silence(reach === 'mute', reach === 'deaf');
    this.time.after(this.delay(), () => {
      if (line.isOver || !host.isAlive) return line.cut(true);
      host.accept(line.wire);
      listener.opened();
    });
    return line.connection;
  }

  /** The connections that are still up. */
  up(): Line[] {
    for (const line of this.lines) if (line.isOver) this.lines.delete(line);
    return [...this.lines];
  }
}
