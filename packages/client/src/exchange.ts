import type { Clock } from './clock.ts';
import type { Connect, Connection, Listener } from './transport.ts';

/** What one post may carry (CON8). */
const MOST_FRAMES = 100;
const MOST_CHARACTERS = 256 * 1024;
const WAIT_MS = 25_000;
/** Posts that only wait follow one another no faster, however much there is to hear (I13). */
const APART_MS = 200;
/** How soon a socket is tried while posts go on: doubling, since a network that blocks them seldom changes its mind. */
const FIRST_TRY_MS = 10_000;
const LAST_TRY_MS = 600_000;
const OPEN_MS = 10_000;
const WELCOME_MS = 5_000;

interface Answer {
  frames: object[];
  close?: number;
  /** How many of the last frames were not read, because the answer was full. */
  left?: number;
}

/**
 * A connection of posts (CON8) that goes on over a socket as soon as one works. `trySockets` is called then, and where
 * posts do not work either.
 */
export function openExchange(
  url: string,
  listener: Listener,
  clock: Clock,
  openSocket: Connect,
  trySockets: () => void,
): Connection {
  return new Exchange(url, listener, clock, openSocket, trySockets);
}

class Exchange implements Connection {
  readonly #address: string;
  readonly #url: string;
  readonly #listener: Listener;
  readonly #clock: Clock;
  readonly #openSocket: Connect;
  readonly #trySockets: () => void;
  /** The first thing said is the hello of the first post; later ones are made anew for each. */
  #hello = '';
  #requests: string[] = [];
  /** The post in front. What an older one is answered, a newer hello asks for again: nothing comes out of order. */
  #turn = 0;
  #works = false;
  #state: 'idle' | 'asking' | 'waiting' | 'over' = 'idle';
  #abort: AbortController | undefined;
  #waitedAt = 0;
  #isPlanned = false;
  #cancelPause: (() => void) | undefined;
  #cancelTry: (() => void) | undefined;
  #tryMs = FIRST_TRY_MS;
  /** A socket that is tried: open, then greeted, then the connection itself. */
  #socket: Connection | undefined;
  #socketIs: 'none' | 'opening' | 'open' | 'greeted' | 'taken' = 'none';

  constructor(url: string, listener: Listener, clock: Clock, openSocket: Connect, trySockets: () => void) {
    this.#url = url;
    this.#address = `${url.replace(/\/$/, '')}/v1/exchange`;
    this.#listener = listener;
    this.#clock = clock;
    this.#openSocket = openSocket;
    this.#trySockets = trySockets;
    this.#planTry();
    queueMicrotask(() => this.#state !== 'over' && listener.opened());
  }

  send(text: string): void {
    if (this.#socketIs === 'taken') return this.#socket?.send(text);
    // Each post proves by itself that the page lives (BEAT5).
    if (text === '{"t":"alive"}') return;
    if (this.#hello === '') this.#hello = text;
    else this.#requests.push(text);
    this.#soon();
  }

  close(): void {
    this.#state = 'over';
    this.#stop();
    this.#socket?.close();
  }

  #end(code: number): void {
    if (this.#state === 'over') return;
    this.close();
    if (!this.#works) this.#trySockets();
    this.#listener.closed(code);
  }

  #stop(): void {
    this.#turn++;
    this.#abort?.abort();
    this.#cancelPause?.();
    this.#cancelTry?.();
  }

  /** Once everything was said that is said in one go. */
  #soon(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#next();
    });
  }

  #next(): void {
    if (this.#state === 'asking' || this.#state === 'over') return;
    if (this.#socketIs === 'greeted' || this.#socketIs === 'taken') return;
    if (this.#socketIs === 'open') void this.#greet();
    else if (this.#requests.length > 0 || this.#turn === 0) void this.#ask();
    else if (this.#state === 'idle') this.#wait();
  }

  async #ask(): Promise<void> {
    this.#cancelPause?.();
    this.#state = 'asking';
    const requests = this.#takeRequests();
    const answer = await this.#post(requests);
    if (answer?.left) this.#requests.unshift(...requests.slice(-answer.left));
    this.#continue(answer);
  }

  #takeRequests(): string[] {
    let room = MOST_CHARACTERS;
    const end = this.#requests.findIndex((text, index) => {
      room -= text.length;
      return index > 0 && (room < 0 || index >= MOST_FRAMES - 1);
    });
    return this.#requests.splice(0, end === -1 ? this.#requests.length : end);
  }

  #wait(): void {
    this.#state = 'waiting';
    const pause = this.#waitedAt + APART_MS - this.#clock.now();
    // In a page that nobody looks at timers are late by up to a minute, and its agent would be gone (LST6).
    if (pause <= 0) void this.#stand();
    else this.#cancelPause = this.#clock.after(pause, () => void this.#stand());
  }

  async #stand(): Promise<void> {
    this.#waitedAt = this.#clock.now();
    this.#continue(await this.#post([], WAIT_MS));
  }

  #continue(answer: Answer | undefined): void {
    if (!answer || this.#state === 'over') return;
    this.#state = 'idle';
    this.#works = true;
    for (const frame of answer.frames) {
      this.#listener.received(JSON.stringify(frame));
      // Whatever came of a frame may have ended the connection.
      if (this.#isOver()) return;
    }
    if (answer.close === undefined) this.#soon();
    else this.#end(answer.close);
  }

  #isOver(): boolean {
    return this.#state === 'over';
  }

  /** Gives nothing where a newer post has been begun, or where the connection ended with it. */
  async #post(requests: string[], waitMs?: number): Promise<Answer | undefined> {
    const turn = ++this.#turn;
    const before = this.#abort;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const hello = turn === 1 ? this.#hello : await this.#listener.hello();
      if (turn !== this.#turn) return undefined;
      // What the one that stands would bring this one asks for again, and browsers have few connections: six tabs that
      // each hold one have none left to send with.
      before?.abort();
      const wait = waitMs === undefined ? '' : `,"waitMs":${waitMs}`;
      const body = `{"frames":[${[hello, ...requests].join(',')}]${wait}}`;
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(this.#address, { method: 'POST', headers, body, signal, credentials: 'omit' });
      if (!response.ok) throw new Error(`The post was answered ${response.status}.`);
      const answer = (await response.json()) as Answer;
      if (turn === this.#turn) return answer;
    } catch {
      // The same as a socket that breaks: whoever was not answered asks again on the next connection.
      if (turn === this.#turn) this.#end(1006);
    }
    return undefined;
  }

  #planTry(): void {
    this.#cancelTry = this.#clock.after(this.#tryMs * (0.5 + this.#clock.random()), () => this.#try());
    this.#tryMs = Math.min(LAST_TRY_MS, this.#tryMs * 2);
  }

  #try(): void {
    this.#socketIs = 'opening';
    this.#cancelTry = this.#clock.after(OPEN_MS, () => this.#giveUp());
    this.#socket = this.#openSocket(this.#url, {
      opened: () => {
        this.#cancelTry?.();
        this.#socketIs = 'open';
        this.#soon();
      },
      received: (text) => {
        if (this.#socketIs === 'greeted') this.#take();
        this.#listener.received(text);
      },
      closed: (code) => (this.#socketIs === 'taken' ? this.#end(code) : this.#giveUp()),
      hello: () => this.#listener.hello(),
    });
  }

  /** Nothing is under way but a post that waits: that one is left, and what it would have brought the socket brings. */
  async #greet(): Promise<void> {
    this.#socketIs = 'greeted';
    this.#state = 'idle';
    this.#turn++;
    this.#abort?.abort();
    this.#cancelPause?.();
    this.#cancelTry = this.#clock.after(WELCOME_MS, () => this.#giveUp());
    try {
      this.#socket?.send(await this.#listener.hello());
    } catch {
      this.#giveUp();
    }
  }

  /** The server answered on the socket: from here on it is the connection. */
  #take(): void {
    this.#socketIs = 'taken';
    this.#stop();
    this.#trySockets();
    for (const text of this.#requests.splice(0)) this.#socket?.send(text);
  }

  #giveUp(): void {
    if (this.#socketIs === 'none' || this.#socketIs === 'taken' || this.#state === 'over') return;
    this.#cancelTry?.();
    this.#socketIs = 'none';
    this.#socket?.close();
    this.#planTry();
    this.#soon();
  }
}
