import { isBody, type Stream, streamId, streamType } from '@heed/protocol';
import type { Link, Span } from '@opentelemetry/api';
import { type Clock, machineClock } from '../clock.ts';
import { conversationIdOf } from '../domain/chain.ts';
import { codeOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Pages } from '../store/pages.ts';
import { type LedgerStore, StoreError, type Transaction } from '../store/port.ts';
import { at, begin, linkHere, within } from '../tracing.ts';
import { Batch, type Ground } from './batch.ts';
import type { Command, Committed, News, Outcome } from './command.ts';
import { runHandOut } from './hand-out.ts';
import { Homes } from './homes.ts';
import type { Work } from './needs.ts';
import { Standing, StoodElsewhere } from './standing.ts';
import { OrderChanged, runTakes, type Take } from './take.ts';

export interface LedgerOptions {
  store: LedgerStore;
  ground: Ground;
  log: Log;
  /** Batches side by side, those of one queue one after the other. */
  slots: number;
  batchMax: number;
  clock?: Clock;
  /** Called after each commit, before its answers: what the bus carries. */
  publish: (news: News[]) => void;
  /** Called after each batch, for the figures. */
  measured?: (commands: number, seconds: number) => void;
}

type HandOut = Extract<Command, { do: 'handOut' }>;

/** What somebody sent. */
type Sent = Extract<Command, { do: 'send' | 'cancel' }>;

interface Waiting<T> {
  what: T;
  /** What asked for it, where somebody traces. */
  link: Link | undefined;
  answer: (outcome: Outcome) => void;
}

const TRIES = 5;
const UNAVAILABLE: Outcome = { do: 'refused', code: 'unavailable' };
const KEPT_NEW = 10_000;
/** More never wait for one line, whatever the pace: terminals keep what they send, and send it again. */
const MOST_WAITING = 10_000;
/**
 * A terminal gives a send up after 8 s, and what it then sends again is work twice. So what would wait longer than this
 * is answered `unavailable` at once: agents' first, since they see it and wait, and customers' last.
 */
const LONGEST_WAIT_MS = { first: 6_000, others: 4_000 };
/** What is not first gets this much of a full batch all the same. */
const OTHERS_SHARE = 0.25;

type Run<T> = (what: T[]) => (transaction: Transaction) => Promise<{ pages: Pages; result: Committed }>;

/**
 * The write path: gathers commands while the last batch commits, then one transaction for all of them. If a batch
 * fails, each of its commands is run alone, so that one refused or broken command never takes its neighbours down.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #slots: Line<Work>[];
  readonly #homes: Homes;
  readonly #standing = new Standing();
  readonly #takes = new Map<string, Line<Take>>();
  readonly #handOuts = new Map<string, Line<HandOut>>();
  /** Where sends to `chat/new` of this process led to, so that what follows them needs no look at the database. */
  readonly #begun = new Map<string, string>();

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#homes = new Homes(options.slots);
    const run: Run<Work> = (work) => (transaction) => new Batch(transaction, options.ground, this.#standing).run(work);
    this.#slots = Array.from({ length: options.slots }, () => new Line(this.#options, run, isOfCustomer));
  }

  /** Does what is asked, durably, and says what became of it. Never rejects (SND5). */
  submit(command: Command): Promise<Outcome> {
    if (command.do === 'take') return this.#take(command);
    if (command.do === 'handOut') return this.#handOut(command);
    if (command.do === 'tend') return this.#enqueue({ command, conversation: command.conversation });
    const isWhole = command.do === 'cancel' || isBody(command.send.s, command.send.kind, command.send.body);
    if (!isWhole) return Promise.resolve({ do: 'refused', code: 'bad_body' });
    const conversation = this.#conversationOf(command);
    if (conversation !== undefined) return this.#enqueue({ command, conversation });
    return this.#lookUp(command).catch((error: unknown) => {
      this.#options.log.warn({ code: codeOf(error) }, 'A send could not be looked up.');
      return UNAVAILABLE;
    });
  }

  /** How many commands have no answer yet. */
  get underWay(): number {
    const lines = [...this.#slots, ...this.#takes.values(), ...this.#handOuts.values()];
    return lines.reduce((sum, line) => sum + line.underWay, 0);
  }

  #enqueue(work: Work): Promise<Outcome> {
    const slot = this.#homes.slotOf(work.conversation, this.#queueOf(work.command));
    return (this.#slots[slot] as Line<Work>).add(work);
  }

  /** The queue that a command is most likely about, where its author says as much. */
  #queueOf(command: Command): string | undefined {
    if (!('who' in command)) return undefined;
    const { inbox, queues } = command.who;
    if (inbox) return this.#options.ground.directory.inbox(inbox)?.queue;
    return queues.size === 1 ? queues.keys().next().value : undefined;
  }

  #take(command: Take): Promise<Outcome> {
    const run: Run<Take> = (takes) => (transaction) =>
      runTakes(transaction, this.#options.ground, takes, this.#standing);
    let line = this.#takes.get(command.queue);
    if (!line) {
      line = new Line<Take>(this.#options, run);
      this.#takes.set(command.queue, line);
    }
    return line.add(command);
  }

  #handOut(command: HandOut): Promise<Outcome> {
    const { queue } = command;
    const run: Run<HandOut> = (all) => (transaction) =>
      runHandOut(transaction, this.#options.ground, queue, all.length, this.#standing);
    let line = this.#handOuts.get(queue);
    if (!line) {
      line = new Line<HandOut>(this.#options, run);
      this.#handOuts.set(queue, line);
    }
    return line.add(command);
  }

  /** The conversation that a command is about, where that needs no look at the database. */
  #conversationOf(command: Sent): string | undefined {
    const s: Stream = command.do === 'send' ? command.send.s : command.s;
    if (!s.endsWith('/new')) return streamType(s) === 'list' ? '' : streamId(s);
    const { id: actor } = command.who;
    if (s === 'conversation/new') return command.do === 'send' ? undefined : conversationIdOf(actor, command.id);
    const id = command.do === 'send' ? command.send.id : command.id;
    const follows = command.do === 'send' ? command.send.follows : undefined;
    if (follows !== undefined) {
      const led = this.#begun.get(`${actor}\n${follows}`);
      if (led !== undefined) this.#remember(actor, id, led);
      return led;
    }
    // A repeat of a send that followed another looks like a first one; the keys tell (SND3).
    const known = this.#begun.get(`${actor}\n${id}`);
    const conversation = known ?? conversationIdOf(actor, id);
    if (command.do === 'send') this.#remember(actor, id, conversation);
    return conversation;
  }

  #remember(actor: string, id: string, conversation: string): void {
    this.#begun.set(`${actor}\n${id}`, conversation);
    if (this.#begun.size > KEPT_NEW) this.#begun.delete(this.#begun.keys().next().value ?? '');
  }

  async #lookUp(command: Sent): Promise<Outcome> {
    if (command.do === 'send' && command.send.s === 'conversation/new') return this.#beginFor(command);
    const { id: actor } = command.who;
    const ids = command.do === 'send' ? [command.send.id, command.send.follows ?? ''] : [command.id];
    const led = await this.#options.store.ledTo(actor, ids);
    if (!led) return { do: 'refused', code: 'unknown_follows' };
    return this.#enqueue({ command, conversation: streamId(led) });
  }

  /** An agent begins a conversation with a customer of the inbox (SND7); whether they may, the batch says, after the keys. */
  async #beginFor(command: Extract<Command, { do: 'send' }>): Promise<Outcome> {
    const { who, send } = command;
    const named = send.body as { customer: string; inbox: string };
    const inbox = this.#options.ground.directory.inbox(named.inbox);
    const customer = await this.#options.store.customerOf(inbox?.id ?? '', named.customer);
    return this.#enqueue({
      command,
      conversation: conversationIdOf(who.id, send.id),
      ...(customer ? { customer } : {}),
    });
  }
}

function isOfCustomer({ command }: Work): boolean {
  return 'who' in command && command.who.type === 'customer';
}

/** One line of commands that are committed in batches, one batch at a time. */
class Line<T> {
  readonly #options: LedgerOptions;
  readonly #runBatch: Run<T>;
  readonly #clock: Clock;
  #waiting: Waiting<T>[] = [];
  #isRunning = false;
  #running = 0;
  #beganAt = 0;
  /** What a batch took of late. */
  #paceMs = 0;
  readonly #isFirst: (what: T) => boolean;

  constructor(options: LedgerOptions, runBatch: Run<T>, isFirst: (what: T) => boolean = () => false) {
    this.#options = options;
    this.#isFirst = isFirst;
    this.#runBatch = runBatch;
    this.#clock = options.clock ?? machineClock;
  }

  get underWay(): number {
    return this.#waiting.length + this.#running;
  }

  add(what: T): Promise<Outcome> {
    const longest = LONGEST_WAIT_MS[this.#isFirst(what) ? 'first' : 'others'];
    if (this.#waiting.length >= MOST_WAITING || this.#waitMs() > longest) return Promise.resolve(UNAVAILABLE);
    return new Promise((answer) => {
      this.#waiting.push({ what, answer, link: linkHere() });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** How long what comes now will wait, as far as can be told: a database that hangs makes it longer by itself. */
  #waitMs(): number {
    const underWay = this.#running > 0 ? this.#clock.now() - this.#beganAt : 0;
    return Math.max(underWay, Math.floor(this.#waiting.length / this.#options.batchMax) * this.#paceMs);
  }

  /** Where not all fit, what is first goes first, each kind in its order. */
  #next(): Waiting<T>[] {
    const { batchMax } = this.#options;
    if (this.#waiting.length <= batchMax) return this.#waiting.splice(0);
    const first = this.#waiting.filter(({ what }) => this.#isFirst(what));
    const others = this.#waiting.filter(({ what }) => !this.#isFirst(what));
    const room = batchMax - Math.min(others.length, Math.floor(batchMax * OTHERS_SHARE));
    const batch = [...first.slice(0, room), ...others].slice(0, batchMax);
    const chosen = new Set(batch);
    this.#waiting = this.#waiting.filter((one) => !chosen.has(one));
    return batch;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // Whatever arrives in the same turn of the loop belongs to the same batch; so does what the last answers set off.
      await new Promise<void>((resolve) => this.#clock.soon(resolve));
      const batch = this.#next();
      this.#beganAt = this.#clock.now();
      this.#running = batch.length;
      await this.#commit(batch);
      this.#running = 0;
      const tookMs = this.#clock.now() - this.#beganAt;
      this.#paceMs = (this.#paceMs + tookMs) / 2;
      this.#options.measured?.(batch.length, tookMs / 1000);
    }
    this.#isRunning = false;
  }

  /** Gives false where there is no database: then each alone would only wait for it in turn. */
  async #commit(batch: Waiting<T>[]): Promise<boolean> {
    try {
      await this.#attempt(batch);
      return true;
    } catch (error) {
      const isThere = !(error instanceof StoreError && error.why === 'unreachable');
      if (isThere && batch.length > 1) return await this.#oneByOne(batch, error);
      const outcome = this.#failure(error);
      for (const { answer } of batch) answer(outcome);
      return isThere;
    }
  }

  async #oneByOne(batch: Waiting<T>[], error: unknown): Promise<boolean> {
    this.#options.log.warn(
      { code: codeOf(error instanceof StoreError ? error.cause : error), commands: batch.length },
      'A batch failed; its commands are run one by one.',
    );
    for (const [index, one] of batch.entries()) {
      if (await this.#commit([one])) continue;
      for (const { answer } of batch.slice(index + 1)) answer(UNAVAILABLE);
      return false;
    }
    return true;
  }

  async #attempt(batch: Waiting<T>[]): Promise<void> {
    const links = batch.flatMap(({ link }) => link ?? []);
    const span = begin('batch', { 'heed.commands': batch.length }, links);
    const outcomes = await within(span, async () => {
      const { outcomes, news } = await this.#transact(batch.map(({ what }) => what));
      // The bus first: who watches here sees it no later than its author hears `sent`.
      at(begin('publish', { 'heed.streams': news.length }), () => this.#options.publish(news));
      return outcomes;
    });
    for (const [index, { answer }] of batch.entries()) answer(outcomes[index] ?? UNAVAILABLE);
  }

  async #transact(what: T[]): Promise<Committed> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#tryOnce(what);
      } catch (error) {
        const again =
          error instanceof OrderChanged ||
          error instanceof StoodElsewhere ||
          (error instanceof StoreError && error.why === 'conflict');
        if (!again || tries >= (error instanceof OrderChanged ? 50 : TRIES)) throw error;
      }
    }
  }

  async #tryOnce(what: T[]): Promise<Committed> {
    let committing: Span | undefined;
    try {
      return await this.#options.store.transact(async (transaction) => {
        const decided = await within(begin('decide'), () => this.#runBatch(what)(transaction));
        committing = begin('commit');
        return decided;
      });
    } finally {
      committing?.end();
    }
  }

  /** What the store refused is the command's fault; everything else is the machine's, and may be tried again. */
  #failure(error: unknown): Outcome {
    const refused = error instanceof StoreError && error.why === 'refused';
    const cause = error instanceof StoreError ? error.cause : error;
    const about = { code: codeOf(cause), error: refused ? undefined : String(cause) };
    this.#options.log.error(about, 'A command could not be stored.');
    return refused ? { do: 'refused', code: 'bad_state' } : UNAVAILABLE;
  }
}
