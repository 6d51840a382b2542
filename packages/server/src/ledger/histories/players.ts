import type { Body, Item, Kind, Point, Send, Stream } from '@heed/protocol';
import type { Who } from '../../domain/permission.ts';
import type { Random } from '../../replay/random.ts';
import { AGENTS, CUSTOMERS, EPOCH, QUEUES } from '../../store/contract/company.ts';
import type { Directory } from '../../store/directory.ts';
import type { Command, News } from '../command.ts';

const TEXTS = ['hello', 'Hello!', 'where is it', 'on its way', 'thanks', '  \u00e9\u{1f600}\n', 'the same'];
const FAR = '2030-01-01T00:00:00.000Z';
const SOON = '2026-01-01T10:01:00.000Z';
const PAST = '2020-01-01T00:00:00.000Z';

/** What a conversation looks like to those who play in it. */
interface Known {
  id: string;
  customer: string;
  items: Item[];
  chat: Item[];
}

/** How often each thing is done. */
type Deed = [weight: number, () => Command | undefined];

/**
 * People who send whatever can be sent, right and wrong, drawn from a seed and from what has been committed so far.
 * They know no more of the outcome than a terminal does.
 */
export class Players {
  readonly #random: Random;
  readonly #directory: Directory;
  readonly #prefix: string;
  readonly #known: Map<string, Known>;
  readonly #most: number;
  readonly #sent: Command[] = [];
  #count = 0;

  /** `known` is shared by those who play in the same history; `most`: so many conversations are begun. */
  constructor(random: Random, directory: Directory, known: Map<string, Known>, prefix: string, most: number) {
    this.#random = random;
    this.#directory = directory;
    this.#known = known;
    this.#prefix = prefix;
    this.#most = most;
  }

  /** The next command. */
  next(): Command {
    for (;;) {
      const command = this.#draw(this.#known.size === 0 ? [[1, () => this.#begin()]] : this.#deeds)();
      if (!command) continue;
      this.#sent.push(command);
      return command;
    }
  }

  get #deeds(): Deed[] {
    const isFull = this.#known.size >= this.#most;
    return [
      [isFull ? 0 : 3, () => this.#begin()],
      [isFull ? 0 : 1, () => this.#beginByAgent()],
      [
        8,
        () => this.#customer('message', { text: this.#pick(TEXTS), ...this.#maybe(0.2, { replyTo: this.#number() }) }),
      ],
      [1, () => this.#customer('edit', { target: this.#number(), text: this.#pick(TEXTS) })],
      [1, () => this.#customer('erase', { target: this.#number() })],
      [1, () => this.#customer('rating', { score: 5 })],
      [12, () => this.#reply()],
      [
        2,
        () =>
          this.#agent('note', { text: 'look', ...this.#maybe(0.5, { mentions: [this.#pick(AGENTS).id, 'nobody'] }) }),
      ],
      [2, () => this.#agent('edit', { target: this.#number(), text: this.#pick(TEXTS) })],
      [2, () => this.#agent('erase', { target: this.#number() })],
      [2, () => this.#agent('assign', { to: this.#holder() })],
      [2, () => this.#agent('transfer', { to: this.#holder() })],
      [4, () => this.#agent('resolve', this.#maybe(0.7, { noReplyNeeded: { upTo: this.#number(), reason: 'done' } }))],
      [1, () => this.#agent('reopen', {})],
      [2, () => this.#agent('snooze', { until: this.#pick([FAR, SOON, SOON, PAST]) })],
      [2, () => this.#agent('label', { add: [this.#pick(['x', 'y'])], remove: [this.#pick(['x', 'z'])] })],
      [2, () => this.#agent('noReplyNeeded', { upTo: this.#number(), reason: 'thanks' })],
      [4, () => this.#take()],
      [6, () => this.#again()],
      [2, () => this.#cancel()],
      [8, () => this.#tend()],
      [2, () => ({ do: 'handOut', queue: this.#pick(QUEUES).id })],
    ];
  }

  #draw(deeds: Deed[]): Deed[1] {
    let left = this.#random() * deeds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, deed] of deeds) {
      left -= weight;
      if (left < 0) return deed;
    }
    return () => undefined;
  }

  #pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  #maybe<T extends object>(probability: number, value: T): Partial<T> {
    return this.#random() < probability ? value : {};
  }

  #id(): string {
    return `${this.#prefix}-${++this.#count}`;
  }

  #number(): number {
    return 1 + Math.floor(this.#random() * this.#random() * 20);
  }

  #holder(): string {
    const to = [...QUEUES.map(({ id }) => `queue:${id}`), ...AGENTS.map(({ id }) => `agent:${id}`), 'agent:nobody'];
    return this.#pick(to);
  }

  #whoCustomer(id: string): Who {
    const { name, inbox } = CUSTOMERS.find((each) => each.id === id)!;
    return { type: 'customer', id, name, terminal: `${id}-1`, isAdmin: false, queues: new Map(), inbox };
  }

  #whoAgent(): Who {
    // Bea sees everything: a history of refusals only would prove little.
    const { id } = this.#random() < 0.4 ? { id: 'bea' } : this.#pick(AGENTS);
    return this.#directory.who(id, `${id}-${this.#pick([1, 1, 1, 2])}`) as Who;
  }

  #send(who: Who, s: Stream, kind: Kind, body: unknown, more: Partial<Send> = {}): Command {
    const epoch = this.#random() < 0.02 ? 'another' : EPOCH;
    return { do: 'send', who, send: { t: 'send', id: this.#id(), s, epoch, kind, body, attempt: 1, ...more } };
  }

  #begin(): Command {
    const { id, inbox } = this.#pick(CUSTOMERS);
    const into = this.#random() < 0.05 ? 'elsewhere' : inbox;
    return this.#send(this.#whoCustomer(id), 'chat/new', 'message', { text: this.#pick(TEXTS), inbox: into });
  }

  #beginByAgent(): Command {
    const { id: customer, inbox } = this.#pick(CUSTOMERS);
    return this.#send(this.#whoAgent(), 'conversation/new', 'message', { text: 'hello from us', inbox, customer });
  }

  #customer<K extends Kind>(kind: K, body: Body<K>): Command {
    const c = this.#pick([...this.#known.values()]);
    // Now and then somebody writes into what is not theirs.
    const who = this.#whoCustomer(this.#random() < 0.05 ? 'ed' : c.customer);
    return this.#send(who, `chat/${c.id}`, kind, body, {
      ...this.#basis(c.chat),
      ...this.#maybe(0.1, this.#follows(who)),
    });
  }

  #agent<K extends Kind>(kind: K, body: Body<K>): Command {
    const c = this.#pick([...this.#known.values()]);
    return this.#send(this.#whoAgent(), `conversation/${c.id}`, kind, body, this.#basis(c.items));
  }

  #reply(): Command {
    const c = this.#pick([...this.#known.values()]);
    const who = this.#whoAgent();
    const more: Partial<Send> = {
      ...this.#basis(c.items),
      ...this.#maybe(0.2, { then: 'resolve' as const }),
      ...this.#maybe(0.1, { then: { snooze: this.#pick([FAR, PAST]) } }),
      ...this.#maybe(0.2, { override: { upTo: this.#point(c.items), reason: 'known' } }),
      ...this.#maybe(0.1, this.#follows(who)),
    };
    const body = { text: this.#pick(TEXTS), ...this.#maybe(0.2, { replyTo: this.#number() }) };
    return this.#send(who, `conversation/${c.id}`, 'message', body, more);
  }

  /** Mostly what was there a moment ago; an older point, a false one, or none. */
  #basis(items: Item[]): Partial<Send> {
    return this.#random() < 0.05 ? {} : { basedOn: this.#point(items) };
  }

  #point(items: Item[]): Point {
    const { n = 0, h = '' } = (this.#random() < 0.75 ? items.at(-1) : this.#pick(items)) ?? {};
    return this.#random() < 0.05 ? { n: n + 1, h } : { n, h };
  }

  #follows(who: Who): Partial<Send> {
    const own = this.#sent.filter((each) => each.do === 'send' && each.who.id === who.id);
    const follows = own.length > 0 ? (this.#pick(own) as { send: Send }).send.id : 'unheard-of';
    return { follows };
  }

  /** The sweeper comes by, with reason or without. */
  #tend(): Command {
    return { do: 'tend', conversation: this.#pick([...this.#known.values()]).id };
  }

  #take(): Command {
    const who = this.#whoAgent();
    return { do: 'take', who, id: this.#id(), queue: this.#pick(QUEUES).id };
  }

  /** The same once more, as after a reconnect; now and then with other words, or a press more. */
  #again(): Command | undefined {
    if (this.#sent.length === 0) return undefined;
    const command = this.#pick(this.#sent);
    if (command.do !== 'send' || this.#random() < 0.6) return command;
    const { send } = command;
    if (send.kind === 'message' && this.#random() < 0.3)
      return { ...command, send: { ...send, body: { ...(send.body as object), text: 'in other words' } } };
    const items = this.#known.get(send.s.slice(send.s.indexOf('/') + 1))?.items ?? [];
    return { ...command, send: { ...send, attempt: send.attempt + 1, basedOn: this.#point(items) } };
  }

  /** Of what was sent, or of what is only going to be: then a late copy finds the tombstone. */
  #cancel(): Command | undefined {
    const known = this.#sent.filter((each) => each.do === 'send');
    if (known.length === 0) return undefined;
    const { who, send } = this.#pick(known) as Extract<Command, { do: 'send' }>;
    if (this.#random() < 0.5) return { do: 'cancel', who, s: send.s, id: send.id };
    const never = { ...send, id: this.#id() };
    this.#sent.push({ do: 'send', who, send: never });
    return { do: 'cancel', who, s: never.s, id: never.id };
  }
}

/** What has been committed, as those who play learn it from the bus. */
export class Knowledge {
  readonly conversations = new Map<string, Known>();

  hear(news: News[]): void {
    for (const { s, items, access } of news) {
      if (!access) continue;
      const { id, customer } = access;
      const known = this.conversations.get(id) ?? { id, customer, items: [], chat: [] };
      this.conversations.set(id, known);
      (s.startsWith('chat/') ? known.chat : known.items).push(...items);
    }
  }
}
