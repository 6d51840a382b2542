import { type Client, conversationState, createClient, memoryStorage, unseen } from '@heed/client';
import type { Stream } from '@heed/protocol';
import type { Place } from './customer.ts';
import { Eyes } from './eyes.ts';
import { ask } from './http.ts';
import { until } from './until.ts';

/** One agent with one open desk. */
export class Desk {
  readonly id: string;
  readonly terminal: string;
  readonly client: Client;
  readonly queue: string;
  /** Conversations in hand. */
  load = 0;
  readonly #eyes: Eyes;
  readonly #closers = new Map<Stream, () => void>();
  readonly #inbox: string;

  private constructor(place: Place & { queue: string }, session: Session) {
    this.id = session.agent.id;
    this.terminal = place.terminal;
    this.queue = place.queue;
    this.#inbox = place.inbox;
    let { token } = session;
    this.client = createClient({
      kind: 'desk',
      url: place.url,
      token: async (fresh) => {
        if (fresh)
          token = (await ask<Session>(place.url, '/v1/session/renew', { body: {}, cookie: session.cookie })).token;
        return token;
      },
      storage: memoryStorage(),
      terminal: place.terminal,
      record: (way, text) => place.recorder.frame(place.terminal, way, text),
    });
    this.#eyes = new Eyes(this.client, place.dwellMs);
    this.client.watch(`list/queue:${place.queue}`);
    this.client.watch(`list/agent:${this.id}`);
  }

  static async signIn(place: Place & { queue: string }, person: { email: string; password: string }): Promise<Desk> {
    const { email, password } = person;
    const session = await ask<Session>(place.url, '/v1/agents/session', { body: { email, password } });
    const desk = new Desk(place, session);
    await until(desk.client, 'the desk to open', () => desk.client.state.link.state === 'open');
    return desk;
  }

  open(s: Stream): void {
    if (this.#closers.has(s)) return;
    this.#closers.set(s, this.client.watch(s));
    this.#eyes.open(s);
  }

  close(s: Stream): void {
    this.#eyes.close(s);
    this.#closers.get(s)?.();
    this.#closers.delete(s);
  }

  /** Begins a conversation with a customer (SND7). */
  begin(customer: string, text: string): string {
    const body = { customer, inbox: this.#inbox, text };
    return this.client.press({ s: 'conversation/new', kind: 'message', body });
  }

  /** The stream of a conversation that this desk began. */
  async begun(id: string): Promise<Stream> {
    const found = () => [...this.client.state.watched].find((s) => this.#items(s).some((item) => item.id === id));
    await until(this.client, 'the conversation to begin', () => found() !== undefined);
    const s = found() as Stream;
    this.open(s);
    return s;
  }

  #items(s: Stream) {
    return this.client.state.replicas.get(s)?.items ?? [];
  }

  /** Whether all of these messages are there, looked at or not. */
  hasAll(s: Stream, ids: readonly string[]): Promise<void> {
    const there = () => ids.every((id) => this.#items(s).some((item) => item.id === id));
    return until(this.client, 'what came to appear', there);
  }

  /** Whether all of these messages are there, and its agent has looked at everything that is. */
  async hasSeen(s: Stream, ids: readonly string[]): Promise<void> {
    await until(this.client, 'what came to be seen', () => {
      const replica = this.client.state.replicas.get(s);
      if (!replica || unseen(this.client.state, replica).length > 0) return false;
      return ids.every((id) => replica.items.some((item) => item.id === id));
    });
  }

  reply(s: Stream, text: string, resolves: boolean): string {
    return this.client.press({ s, kind: 'message', body: { text }, ...(resolves ? { then: 'resolve' as const } : {}) });
  }

  /** Closes it; what was left without an answer needs none. */
  resolve(s: Stream): string {
    const replica = this.client.state.replicas.get(s);
    const waiting = conversationState(replica)?.unanswered ?? [];
    const upTo = replica?.seen.n ?? 0;
    const body = waiting.length > 0 ? { noReplyNeeded: { upTo, reason: 'The conversation ended here.' } } : {};
    return this.client.press({ s, kind: 'resolve', body });
  }

  /** Until a press is stored: where it is held, its author looks at what is new and sends it again (GRD3). */
  async stored(s: Stream, id: string): Promise<void> {
    const state = () => this.client.state.outbox.find((pending) => pending.id === id)?.state;
    for (;;) {
      await until(this.client, 'a reply to be stored', () =>
        [undefined, 'held', 'refused', 'review'].includes(state()?.name),
      );
      const now = state();
      if (now === undefined) return;
      if (now.name === 'refused') throw new Error(`a reply was refused: ${now.code}`);
      await this.hasSeen(s, []);
      this.client.again(id);
    }
  }
}

interface Session {
  token: string;
  agent: { id: string };
  cookie: string;
}
