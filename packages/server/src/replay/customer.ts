import { type Client, createClient, memoryStorage } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { Eyes } from './eyes.ts';
import { ask } from './http.ts';
import type { Recorder } from './recorder.ts';
import { coming, Stuck, until } from './until.ts';

/** One customer with one open page, in as many conversations as the record has of them. */
export class Customer {
  readonly id: string;
  readonly terminal: string;
  readonly client: Client;
  readonly #inbox: string;
  readonly #url: string;
  readonly #token: string;
  readonly #eyes: Eyes;
  readonly #known = new Set<Stream>();
  /** Two first messages at once would be one conversation (SND7): the second waits for the first to have its stream. */
  #beginning: Promise<unknown> = Promise.resolve();

  private constructor(place: Place, session: { token: string; customer: { id: string } }) {
    this.id = session.customer.id;
    this.terminal = place.terminal;
    this.#inbox = place.inbox;
    this.#url = place.url;
    this.#token = session.token;
    this.client = createClient({
      kind: 'widget',
      url: place.url,
      token: async () => this.#token,
      storage: memoryStorage(),
      terminal: place.terminal,
      record: (way, text) => place.recorder.frame(place.terminal, way, text),
    });
    this.#eyes = new Eyes(this.client, place.dwellMs);
  }

  static async arrive(place: Place): Promise<Customer> {
    const body = { inbox: place.inbox };
    const session = await ask<{ token: string; customer: { id: string } }>(place.url, '/v1/customers/session', {
      body,
    });
    return new Customer(place, session);
  }

  /** Begins a conversation: gives the id of its first message, and the stream as soon as that is stored. */
  async begin(text: string): Promise<{ first: string; s: Promise<Stream> }> {
    const before = this.#beginning;
    const stored = coming<unknown>();
    this.#beginning = stored.promise;
    await before;
    // What still goes there belongs to the conversation before, and so would whatever follows it.
    const isFree = () => !this.client.state.outbox.some((pending) => pending.s === 'chat/new');
    await until(this.client, 'the conversation before to have its name', isFree);
    const first = this.client.press({ s: 'chat/new', kind: 'message', body: { text, inbox: this.#inbox } });
    const there = () => this.#streamOf(first) !== undefined && this.has(this.#streamOf(first) as Stream, first);
    const s = until(this.client, 'the first message to be stored', there).then(() =>
      this.#opened(this.#streamOf(first) as Stream),
    );
    // One that fails must not keep this customer's next conversation waiting.
    s.then(stored.resolve, stored.resolve);
    return { first, s };
  }

  /** Where a message that began a conversation led to: the outbox knows first, then the window. */
  #streamOf(first: string): Stream | undefined {
    const { outbox, watched } = this.client.state;
    const pending = outbox.find(({ id }) => id === first);
    if (pending) return pending.s === 'chat/new' ? undefined : pending.s;
    return [...watched].find((s) => this.has(s, first));
  }

  #opened(s: Stream): Stream {
    this.#known.add(s);
    this.#eyes.open(s);
    return s;
  }

  /** Finds the conversation that an agent began with this message, as the widget does when it is opened. */
  async find(first: string): Promise<Stream> {
    for (let tries = 0; tries < 300; tries++) {
      const { conversations } = await ask<{ conversations: { conversation: string }[] }>(
        this.#url,
        '/v1/conversations',
        {
          token: this.#token,
        },
      );
      for (const { conversation } of conversations) {
        const s = `chat/${conversation}`;
        if (this.#known.has(s)) continue;
        this.client.watch(s);
        await until(this.client, 'the chat to open', () => this.client.state.replicas.get(s)?.at !== undefined);
        if (this.has(s, first)) return this.#opened(s);
      }
      await new Promise((resolve) => setTimeout(resolve, 20 + 10 * tries));
    }
    throw new Stuck('the conversation that the agent began');
  }

  /** Writes into the conversation that began with a message; where it has no name yet, behind that message. */
  write(first: string, text: string): string {
    const s = this.#streamOf(first);
    const body = s === undefined ? { text, inbox: this.#inbox } : { text };
    return this.client.press({ s: s ?? 'chat/new', kind: 'message', body });
  }

  has(s: Stream, id: string): boolean {
    return this.client.state.replicas.get(s)?.items.some((item) => item.id === id) ?? false;
  }

  hasAll(s: Stream, ids: readonly string[]): Promise<void> {
    return until(this.client, "the other side's messages", () => ids.every((id) => this.has(s, id)));
  }
}

export interface Place {
  url: string;
  inbox: string;
  terminal: string;
  dwellMs: number;
  recorder: Recorder;
}
