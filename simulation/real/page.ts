import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient, isInStep, type Pending, type Replica } from '@heed/client';
import type { Stream, Then } from '@heed/protocol';
import type { Looked } from '../../packages/server/src/replay/eyes.ts';
import { ask } from '../../packages/server/src/replay/http.ts';
import type { Line } from './evidence.ts';
import { fileStorage } from './file-storage.ts';

/** What the process of a page is told on its command line. */
export interface Order {
  name: string;
  url: string;
  /** Holds the device's store, its session and the log; whoever starts again with it is the same terminal. */
  folder: string;
  inbox: string;
  queue: string;
  /** An agent's desk; without it, a customer's page. */
  agent?: { email: string; password: string };
  /** Between two presses, on average. */
  paceMs: number;
  /** From being drawn to being seen. */
  dwellMs: number;
  seed: number;
}

/**
 * A page that somebody uses: the real client, a screen that is written down, and eyes. It may be killed at any
 * instant, so its log is written at once and its numbers go on from there.
 */
export class Page {
  readonly client: Client;
  readonly order: Order;
  readonly #log: string;
  readonly #shown = new Set<string>();
  readonly #told = new Map<string, Pending['state']['name']>();
  readonly #texts = new Map<string, string>();
  #pressed = 0;

  constructor(order: Order) {
    this.order = order;
    this.#log = join(order.folder, 'log.jsonl');
    mkdirSync(order.folder, { recursive: true });
    this.#remember();
    this.client = createClient({
      kind: order.agent ? 'desk' : 'widget',
      url: order.url,
      token: (fresh) => this.#token(fresh),
      storage: fileStorage(join(order.folder, 'device')),
      terminal: order.name,
    });
    this.client.subscribe(() => this.#look());
  }

  /** Goes on where the process before was killed. */
  #remember(): void {
    if (!existsSync(this.#log)) return;
    const text = readFileSync(this.#log, 'utf8');
    // A line that was being written when the process was killed is none.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) writeFileSync(this.#log, whole);
    for (const each of whole.split('\n').slice(0, -1)) {
      const line = JSON.parse(each) as Line;
      if ('press' in line) this.#pressed = Math.max(this.#pressed, Number(line.press.split('.')[1]));
      if ('shown' in line) for (const shown of line.shown) this.#shown.add(shown);
    }
  }

  write(line: Line): void {
    appendFileSync(this.#log, `${JSON.stringify(line)}\n`);
  }

  /** The session outlives the process, as a cookie does and what a page keeps. */
  async #token(fresh: boolean): Promise<string> {
    const { order } = this;
    const file = join(order.folder, 'session.json');
    const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Session) : undefined;
    if (known && !fresh) return known.token;
    const session = await this.#session(known);
    writeFileSync(file, JSON.stringify({ token: session.token, cookie: session.cookie || known?.cookie }));
    return session.token;
  }

  #session(known: Session | undefined): Promise<Session> {
    const { url, agent, inbox } = this.order;
    if (!agent) return ask<Session>(url, '/v1/customers/session', { body: { inbox } });
    if (!known) return ask<Session>(url, '/v1/agents/session', { body: agent });
    return ask<Session>(url, '/v1/session/renew', { body: {}, cookie: known.cookie });
  }

  get hasPressed(): boolean {
    return this.#pressed > 0;
  }

  /** Presses the key: what the screen shows at this instant is written down first. */
  press(s: Stream, body: object, then?: Then): void {
    const text = `${this.order.name}.${++this.#pressed}`;
    this.#look();
    this.write({ at: Date.now(), press: text });
    const id = this.client.press({ s, kind: 'message', body: { text, ...body }, ...(then ? { then } : {}) });
    this.#texts.set(id, text);
  }

  /** Presses it again for one that was held back. */
  again(pending: Pending): void {
    this.#look();
    this.write({ at: Date.now(), press: textOf(pending.body) });
    this.client.again(pending.id);
  }

  /** For an agent's eyes: what they looked at for long enough is what they were shown (GRD1). */
  get looked(): Looked {
    const { client } = this;
    return {
      get state() {
        return client.state;
      },
      subscribe: (listener) => client.subscribe(listener),
      shown: (s, numbers) => {
        const items = client.state.replicas.get(s)?.items.filter(({ n }) => numbers.includes(n)) ?? [];
        this.#show(messagesOf(items));
        client.shown(s, numbers);
      },
    };
  }

  #show(texts: readonly string[]): void {
    const news = texts.filter((text) => !this.#shown.has(text));
    if (news.length > 0) this.write({ at: Date.now(), shown: news });
    for (const text of news) this.#shown.add(text);
  }

  /** Everything that is on the screen and was not before; an agent has to look at what others wrote. */
  #look(): void {
    const { replicas, outbox } = this.client.state;
    const isOwn = (text: string) => text.startsWith(`${this.order.name}.`);
    this.#show([...replicas.values()].flatMap(messagesIn).filter((text) => !this.order.agent || isOwn(text)));
    for (const pending of outbox) this.#tell(pending);
    const under = new Set(outbox.map(({ id }) => id));
    for (const [id, text] of this.#texts) {
      if (under.has(id)) continue;
      // It never is taken back here, so what is no longer under way is in its place in the conversation.
      if (this.#told.has(id)) this.write({ stored: text });
      if (this.#told.has(id)) this.#texts.delete(id);
    }
  }

  #tell({ id, body, state }: Pending): void {
    this.#texts.set(id, textOf(body));
    if (state.name === 'writing' || this.#told.get(id) === state.name) return;
    if (!this.#told.has(id)) this.write({ kept: textOf(body) });
    if (state.name === 'stored') this.write({ stored: textOf(body) });
    if (state.name === 'refused') this.write({ refused: textOf(body), why: state.code });
    this.#told.set(id, state.name);
  }

  /** The conversations of this page, as far as it holds them. */
  get windows(): Replica[] {
    return [...this.client.state.watched]
      .filter((s) => !s.startsWith('list/'))
      .flatMap((s) => this.client.state.replicas.get(s) ?? []);
  }

  /** Whether nothing is under way and every window is whole, to its first message; asks for what is not. */
  get isSettled(): boolean {
    const { state } = this.client;
    for (const { s, before, at } of this.windows) if (at && before.n > 0) this.client.older(s);
    const isWhole = this.windows.every(({ before, at }) => at !== undefined && before.n === 0);
    const inStep = [...state.watched].every((s) => isInStep(state, state.replicas.get(s), Date.now()));
    return state.link.state === 'open' && isWhole && inStep && state.outbox.every(isFinal);
  }

  /** Writes down what is on the screen at the end. */
  end(): void {
    this.#look();
    for (const replica of this.windows)
      this.write({ end: replica.s.slice(replica.s.indexOf('/') + 1), shows: messagesIn(replica) });
    this.write({ left: this.client.state.outbox.filter((p) => !isFinal(p)).map(({ body }) => textOf(body)) });
  }
}

interface Session {
  token: string;
  cookie: string;
}

const isFinal = ({ state }: Pending) => state.name === 'refused';

function textOf(body: unknown): string {
  return (body as { text: string }).text;
}

/** The messages that a window shows. */
function messagesIn({ s, items }: Replica): string[] {
  return s.startsWith('list/') ? [] : messagesOf(items);
}

function messagesOf(items: Replica['items']): string[] {
  return items.filter(({ kind }) => kind === 'message').map(({ body }) => textOf(body));
}
