import { WebSocket } from 'ws';
import { post } from './post.ts';

export interface CrowdAddress {
  url: string;
  key: string;
  agents: { email: string; password: string }[];
}

/** How long a terminal was cut off, and how often it dialled. */
export interface Arrival {
  ms: number;
  dials: number;
}

type Held = [n: number, h: string];
interface Frame {
  t: string;
  s?: string;
  re?: string;
  epoch?: string;
  head?: { n: number; h: string };
  at?: { n: number; h: string };
  items?: { n: number; h: string }[];
  streams?: [string, string, number, string][];
  you?: { queues?: { id: string }[] };
}

/** As our terminals do it (BEAT4): 0.5 s, doubling to 30 s, with full jitter. */
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** One terminal by hand over `ws`: it keeps the point of each stream, dials again when it is cut off, and asks for what it lacks. */
export class Terminal {
  readonly held = new Map<string, Held>();
  queues: string[] = [];
  readonly #url: string;
  readonly #token: string;
  readonly #id: string;
  #socket: WebSocket | undefined;
  #epoch = '';
  #serial = 0;
  readonly #answers = new Map<string, (frame: Frame) => void>();
  #behind = new Map<string, number>();
  #inStep: (() => void) | undefined;
  #dials = 0;
  #arrived: ((arrival: Arrival) => void) | undefined;

  constructor(url: string, token: string, id: string) {
    this.#url = url;
    this.#token = token;
    this.#id = id;
  }

  static async ofCustomer({ url, key }: CrowdAddress, id: string): Promise<Terminal> {
    const { token } = await post<{ token: string }>(url, '/v1/customers/session', { inbox: key });
    const terminal = new Terminal(url, token, id);
    await terminal.connect();
    return terminal;
  }

  static async agentToken({ url, agents }: CrowdAddress): Promise<string> {
    return (await post<{ token: string }>(url, '/v1/agents/session', agents[0] as object)).token;
  }

  /** Resolves once it is in step; from then on it dials again whenever it is cut off. */
  async connect(): Promise<void> {
    const { inStep, closed } = this.#dial();
    await inStep;
    void this.#stay(closed);
  }

  async #stay(closed: Promise<void>): Promise<void> {
    for (;;) {
      await closed;
      const cutAt = performance.now();
      [closed] = await this.#again();
      this.#arrived?.({ ms: performance.now() - cutAt, dials: this.#dials });
    }
  }

  async #again(): Promise<[closed: Promise<void>]> {
    for (let tries = 0; ; tries++) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** tries)));
      const { inStep, closed } = this.#dial();
      const isIn = await inStep.then(
        () => true,
        () => false,
      );
      if (isIn) return [closed];
    }
  }

  #dial(): { inStep: Promise<void>; closed: Promise<void> } {
    this.#dials++;
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/v1/socket`, 'heed.1', {
      perMessageDeflate: false,
    });
    this.#socket = socket;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const inStep = new Promise<void>((resolve, reject) => {
      this.#inStep = resolve;
      // A refused connection closes too, and that is what counts.
      socket.on('error', reject);
      socket.once('close', () => reject(new Error('closed')));
    });
    socket.on('open', () => {
      const streams = [...this.held].map(([s, [n, h]]) => [s, n, h]);
      const epoch = this.#epoch === '' ? {} : { epoch: this.#epoch };
      this.#send({ t: 'hello', v: 1, token: this.#token, terminal: this.#id, ...epoch, streams });
    });
    socket.on('message', (data) => this.#read(String(data)));
    return { inStep, closed };
  }

  /** The next time that it is in step again after having been cut off. */
  nextArrival(): Promise<Arrival> {
    this.#dials = 0;
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  async begin(key: string): Promise<void> {
    const body = { text: 'x'.repeat(120), inbox: key };
    const id = `${this.#id}-0`;
    const sent = await this.#ask({
      t: 'send',
      id,
      s: 'chat/new',
      epoch: this.#epoch,
      kind: 'message',
      body,
      attempt: 1,
    });
    if (sent.t !== 'sent' || sent.s === undefined) throw new Error(JSON.stringify(sent));
    await this.open(sent.s);
  }

  /** Until it holds the newest of it. */
  async open(s: string): Promise<void> {
    let answer = await this.#ask({ t: 'open', s });
    while (answer.t === 'update' || answer.t === 'snapshot') {
      const [n, h] = this.held.get(s) ?? [0, ''];
      if (n >= (answer.head ?? answer.at ?? { n: 0 }).n && answer.t === 'update') return;
      if (answer.t === 'snapshot' && n > 0) return;
      answer = await this.#ask({ t: 'get', s, after: { n, h } });
    }
    throw new Error(`${s}: ${answer.t}`);
  }

  shut(s: string): void {
    this.held.delete(s);
    this.#send({ t: 'shut', s });
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #ask(frame: object): Promise<Frame> {
    const re = String(++this.#serial);
    return new Promise((resolve) => {
      this.#answers.set(re, resolve);
      this.#send({ ...frame, re });
    });
  }

  #read(text: string): void {
    if (text.startsWith('{"t":"beat"')) return this.#send({ t: 'alive' });
    const frame = JSON.parse(text) as Frame;
    if (frame.t === 'welcome') this.#welcomed(frame);
    if (frame.t === 'update' || frame.t === 'snapshot') this.#apply(frame);
    const answer = frame.re === undefined ? undefined : this.#answers.get(frame.re);
    this.#answers.delete(frame.re ?? '');
    answer?.(frame);
  }

  #welcomed({ epoch = '', streams = [], you }: Frame): void {
    this.#epoch = epoch;
    this.queues = you?.queues?.map(({ id }) => id) ?? [];
    this.#behind = new Map(streams.filter(([, is]) => is !== 'ok').map(([s, , n]) => [s, n]));
    this.#settle();
  }

  #apply({ s = '', items = [], head, at }: Frame): void {
    const last = items.at(-1) ?? at ?? head;
    if (last && last.n >= (this.held.get(s)?.[0] ?? 0)) this.held.set(s, [last.n, last.h]);
    if ((this.#behind.get(s) ?? 0) <= (this.held.get(s)?.[0] ?? 0)) this.#behind.delete(s);
    this.#settle();
  }

  #settle(): void {
    if (this.#behind.size > 0) return;
    this.#inStep?.();
    this.#inStep = undefined;
  }
}

/** Connections of bare `ws`, without a word. */
export async function openBare(url: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, count - at) }, () => {
        const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false });
        return new Promise((resolve, reject) => {
          socket.once('open', resolve);
          socket.once('error', reject);
        });
      }),
    );
  }
}
