import { type Client, type Pending, unseen } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { Eyes } from '../../packages/server/src/replay/eyes.ts';
import type { Random } from '../../packages/server/src/replay/random.ts';
import type { Page } from './page.ts';

/** Somebody who uses a page. */
export interface Person {
  /** Writes something, if there is where to. */
  press(): void;
  /** Does what is left to do with what was written already. */
  tidy(): void;
}

const NEW = 'chat/new';

/** Writes into the conversation that the page has, or begins one; never waits for an answer. */
export class Customer implements Person {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    page.client.subscribe(() => this.#openAll());
  }

  #chats(): Stream[] {
    const { you, replicas, outbox } = this.#page.client.state;
    const known = [...(you?.chats ?? []).map(([s]) => s), ...replicas.keys(), ...outbox.map(({ s }) => s)];
    return [...new Set(known)].filter((s) => s !== NEW);
  }

  #openAll(): void {
    for (const s of this.#chats()) openOnce(this.#page.client, s);
  }

  press(): void {
    const { state } = this.#page.client;
    const isBeginning = state.outbox.some(({ s }) => s === NEW);
    const chat = isBeginning ? undefined : this.#chats().at(-1);
    if (chat) this.#page.press(chat, {});
    // A page that was killed may have begun one already: it asks the server before it begins another.
    else if (isBeginning || state.you || !this.#page.hasPressed)
      this.#page.press(NEW, { inbox: this.#page.order.inbox });
  }

  tidy(): void {
    this.#openAll();
  }
}

/** One in so many replies closes the conversation with it; the customer's next message opens it again. */
const RESOLVES = 0.05;
/** How often an agent who is free looks at the queue first. */
const TAKES = 0.3;

/** Has every conversation of the queue open, takes some, writes into any, and looks at what came before insisting. */
export class Agent implements Person {
  readonly #page: Page;
  readonly #eyes: Eyes;
  readonly #random: Random;
  #isTaking = false;

  constructor(page: Page, random: Random) {
    this.#page = page;
    this.#random = random;
    this.#eyes = new Eyes(page.looked, page.order.dwellMs);
    for (const list of ['queue', 'open']) page.client.watch(`list/${list}:${page.order.queue}`);
    page.client.subscribe(() => this.#openAll());
  }

  get #conversations(): Stream[] {
    const { replicas } = this.#page.client.state;
    const entries = replicas.get(`list/open:${this.#page.order.queue}`)?.entries.keys() ?? [];
    const known = [...replicas.keys()].filter((s) => s.startsWith('conversation/'));
    return [...new Set([...known, ...[...entries].map((id) => `conversation/${id}`)])];
  }

  #openAll(): void {
    for (const s of this.#conversations) if (openOnce(this.#page.client, s)) this.#eyes.open(s);
  }

  press(): void {
    this.#take();
    const open = this.#conversations.filter((s) => this.#page.client.state.replicas.get(s)?.at !== undefined);
    const s = open[Math.floor(this.#random() * open.length)];
    // What was held is dealt with before anything else is written there, as the desk asks for.
    if (s === undefined || this.#waits().some((pending) => pending.s === s)) return this.tidy();
    this.#page.press(s, {}, this.#random() < RESOLVES ? 'resolve' : undefined);
  }

  #take(): void {
    const { client, order } = this.#page;
    const waiting = client.state.replicas.get(`list/queue:${order.queue}`)?.entries.size ?? 0;
    if (this.#isTaking || waiting === 0 || this.#random() > TAKES) return;
    this.#isTaking = true;
    void client.take(order.queue).finally(() => {
      this.#isTaking = false;
    });
  }

  #waits(): Pending[] {
    return this.#page.client.state.outbox.filter(({ state }) => state.name === 'held' || state.name === 'review');
  }

  /** Sends again what was held back, once everything new is seen. */
  tidy(): void {
    this.#openAll();
    const { state } = this.#page.client;
    for (const pending of this.#waits()) {
      const replica = state.replicas.get(pending.s);
      if (replica?.phase.name === 'held' && unseen(state, replica).length === 0) this.#page.again(pending);
    }
  }
}

/** Whether it was not open before. */
function openOnce(client: Client, s: Stream): boolean {
  if (client.state.watched.has(s)) return false;
  client.watch(s);
  return true;
}
