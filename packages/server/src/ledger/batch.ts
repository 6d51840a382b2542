import type { Actor, At, Item, Point, Send, Stream } from '@heed/protocol';
import { birthHash, sendHash } from '../domain/chain.ts';
import {
  type Conversation,
  emptyConversation,
  evolve,
  listsOf,
  type NewItem,
  previewOf,
  type StoredAttachment,
  servedBy,
  spokenIn,
  type Traces,
  timed,
} from '../domain/conversation.ts';
import { type Decision, decide, type Intent, type Surroundings } from '../domain/decide.ts';
import type { Trace } from '../domain/guard.ts';
import { mayReadChat, mayReadConversation, type Who } from '../domain/permission.ts';
import { AWAY_MS, type Patience } from '../domain/presence.ts';
import { type Answer, withItem } from '../domain/repeat.ts';
import { tend } from '../domain/tend.ts';
import type { Directory } from '../store/directory.ts';
import { Pages } from '../store/pages.ts';
import { type Found, type Key, keyName, type Loaded, type Transaction } from '../store/port.ts';
import type { Committed, News, Outcome } from './command.ts';
import { needsOf, type Prepared, pointedAt, prepare, SEEN_ALL, type Work } from './needs.ts';
import { Standing, StoodElsewhere } from './standing.ts';

/** What every batch of this process shares. */
export interface Ground {
  epoch: string;
  graceMs: number;
  /** How long somebody may be away before their work orders go back; 5 s where nothing is said (LST6). */
  awayMs?: number;
  /** Whether this node has listened for a whole grace: until then nobody is gone for being silent (LST6). */
  listens?: () => boolean;
  /** So long after being heard an agent counts as there to be given work (LST5); the grace where nothing is said. */
  heardMs?: number;
  textBytes: number;
  directory: Directory;
  /** The time that a batch bears, where it is not now: what is imported keeps its own. */
  timeOf?: () => At;
  /** The salts of bodies, where they are not drawn (STR2). */
  salt?: () => Buffer;
}

/**
 * What one transaction does with many commands (architecture: ledger). Locks and loads once, decides each command in order
 * on the evolving state, and gives everything that is to be written; the store writes it and commits.
 */
export class Batch {
  readonly #transaction: Transaction;
  readonly #ground: Ground;
  readonly #standing: Standing;
  readonly #pages: Pages;
  #loaded = new Map<string, Loaded>();
  readonly #now = new Map<string, Conversation>();
  readonly #firstHeads = new Map<string, { head: Point; chatHead: Point }>();
  readonly #news = new Map<Stream, News>();
  /** What this batch has added to each conversation: it counts like everything stored. */
  readonly #traces = new Map<string, Trace[]>();
  /** The system's word for why a conversation moved. */
  readonly #moved = new Map<string, string>();
  /** The newest messages by number, of conversations in which something may be erased. */
  #said = new Map<string, Map<number, string>>();
  /** What was said since the customer's last message, of conversations in which somebody replies (GRD5). */
  #answers = new Map<string, readonly Answer[]>();
  #attachments: ReadonlyMap<string, StoredAttachment> = new Map();
  #keys = new Map<string, Key>();
  /** Heads of the lists that were locked with the conversations. */
  #lists: Map<Stream, Point> = new Map();
  #time: At = '';
  #numbers: number[] = [];

  constructor(transaction: Transaction, ground: Ground, standing = new Standing()) {
    this.#transaction = transaction;
    this.#ground = ground;
    this.#standing = standing;
    this.#pages = new Pages(ground.salt);
  }

  /** Sends and cancels, in the order given. */
  async run(work: Work[]): Promise<{ pages: Pages; result: Committed }> {
    const { wanted, plans } = needsOf(work);
    const lists = this.#standing.ahead(work, (inbox) => this.#ground.directory.inbox(inbox)?.queue) ?? [];
    const found = await this.#transaction.load({ ...wanted, lists, patience: this.#patience() });
    this.#take(found);
    const chatHead = (id: string) => found.conversations.get(id)?.conversation.chatHead.n ?? 0;
    const { places, pointed } = pointedAt(work, plans, chatHead);
    const targets = await this.#transaction.targets(pointed);
    const prepared = prepare(work, { plans, places, targets, recents: found.recent });
    const outcomes = work.map((each, index) => this.#answer(each, prepared.get(index)));
    return this.finish(outcomes);
  }

  #patience(): Patience {
    const { graceMs, awayMs = AWAY_MS, listens } = this.#ground;
    return { graceMs, awayMs, listens: listens?.() ?? false };
  }

  #take(found: Found): void {
    this.#loaded = found.conversations;
    for (const [id, { conversation }] of this.#loaded) {
      const targets = this.#ground.directory.targets(conversation.state.queue);
      this.#now.set(id, { ...conversation, targets });
    }
    this.#time = this.#ground.timeOf?.() ?? found.now;
    this.#numbers = found.numbers;
    this.#keys = found.keys;
    this.#lists = found.lists;
    this.#said = found.said;
    this.#answers = found.answers;
    this.#attachments = found.attachments;
  }

  #answer(work: Work, prepared: Prepared | undefined): Outcome {
    const { command, conversation } = work;
    if (command.do === 'tend') return this.#tend(conversation);
    if (command.do === 'cancel') return this.#cancel(command.who, command.s, command.id, conversation);
    if (command.do === 'take' || command.do === 'handOut' || !prepared)
      throw new Error('what gives work to agents is not part of this batch');
    return this.#send(command.who, command.send, conversation, prepared, work.customer);
  }

  /** CLK3, LST6: what is due, on the conversation as it is now. */
  #tend(id: string): Outcome {
    const c = this.#now.get(id);
    if (!c) return { do: 'refused', code: 'not_found' };
    if (this.#loaded.get(id)?.damaged) return { do: 'refused', code: 'damaged' };
    const s: Stream = `conversation/${id}`;
    const items = tend(c, this.#time);
    const [first] = items;
    if (!first) {
      this.#retime(c);
      return { do: 'sent', s, at: c.head };
    }
    const at = this.#store(c, BY_SYSTEM, items);
    const { id: step, actor, kind, body } = first;
    const bodyHash = sendHash(kind, body, undefined);
    this.#keep({ stream: s, actor: actor.id, id: step, leadsTo: null, at, bodyHash });
    return { do: 'sent', s, at };
  }

  /** CLK2: a queue that opens or closes is nothing that happens to the conversation, but its entries say so. */
  #retime(c: Conversation): void {
    const after = timed(c, this.#timeOf(c.id));
    const { pausedUntil, nextStepAt } = after.timetable;
    if (pausedUntil === c.timetable.pausedUntil && nextStepAt === c.timetable.nextStepAt) return;
    this.#touch(c);
    this.#now.set(c.id, after);
  }

  #touch(c: Conversation): void {
    if (!this.#firstHeads.has(c.id)) this.#firstHeads.set(c.id, { head: c.head, chatHead: c.chatHead });
  }

  /** SND9: a tombstone, unless it is stored already. */
  #cancel(who: Who, s: Stream, id: string, conversation: string): Outcome {
    const known = this.#keys.get(keyName(s, who.id, id));
    const c = this.#now.get(conversation);
    if (!known && (c ? !sees(who, c) : !s.endsWith('/new'))) return { do: 'refused', code: 'not_found' };
    if (known?.at) return { do: 'sent', s: known.leadsTo ?? s, at: known.at };
    if (!known) this.#keep({ stream: s, actor: who.id, id, leadsTo: null, at: null, bodyHash: null });
    return { do: 'cancelled' };
  }

  /** SND6, from deduplication on; the lock is held. */
  #send(who: Who, send: Send, id: string, prepared: Prepared, named?: Work['customer']): Outcome {
    const stream = who.type === 'customer' ? `chat/${id}` : `conversation/${id}`;
    const hash = sendHash(send.kind, send.body, send.then);
    const known = this.#keys.get(keyName(send.s, who.id, send.id)) ?? this.#keys.get(keyName(stream, who.id, send.id));
    if (known) return repeated(known, hash);
    if (send.epoch !== this.#ground.epoch) return { do: 'refused', code: 'wrong_epoch' };
    const followed = send.follows === undefined || this.#follows(who, send.s, stream, send.follows);
    if (!followed) return { do: 'refused', code: 'unknown_follows' };
    const before = this.#now.get(id) ?? this.#begin(who, send, id, named);
    if (!('head' in before)) return before;
    if (!sees(who, before) || (send.s !== stream && !send.s.endsWith('/new')))
      return { do: 'refused', code: 'not_found' };
    if (this.#loaded.get(id)?.damaged) return { do: 'refused', code: 'damaged' };
    // What else a first message named, and those that follow it under the same name, is no part of what was said.
    const body = send.kind === 'message' ? withoutPlace(prepared.body) : prepared.body;
    const decision = this.#decide(before, who, { ...send, body }, prepared);
    if (decision.do === 'held') return { ...decision, after: prepared.basedOn };
    if (decision.do === 'refused') return decision;
    const at = this.#store(before, who, decision.items, prepared);
    this.#keep({ stream, actor: who.id, id: send.id, leadsTo: null, at, bodyHash: hash });
    if (send.s !== stream)
      this.#keep({ stream: send.s, actor: who.id, id: send.id, leadsTo: stream, at, bodyHash: hash });
    return { do: 'sent', s: stream, at };
  }

  #follows(who: Who, named: Stream, stream: Stream, id: string): boolean {
    return this.#keys.has(keyName(named, who.id, id)) || this.#keys.has(keyName(stream, who.id, id));
  }

  #keep(key: Key): void {
    this.#keys.set(keyName(key.stream, key.actor, key.id), key);
    this.#pages.keys.push(key);
  }

  #decide(c: Conversation, who: Who, send: Send, prepared: Prepared): Decision {
    const { basedOn } = prepared;
    const intent: Intent = {
      id: send.id,
      kind: send.kind,
      body: send.body,
      // Whatever a customer had seen of a chat that nothing was added to is all of the conversation.
      basedOn: who.type === 'customer' && basedOn.h === SEEN_ALL ? c.head : basedOn,
      ...(send.follows === undefined ? {} : { follows: send.follows }),
      ...(send.then === undefined ? {} : { then: send.then }),
      ...(prepared.override ? { override: prepared.override } : {}),
    };
    const traces: Traces = {
      recent: [...prepared.recent, ...(this.#traces.get(c.id) ?? [])],
      targets: prepared.targets,
      answers: this.#answers.get(c.id) ?? [],
      attachments: this.#attachments,
    };
    const around: Surroundings = {
      now: this.#time,
      textBytes: this.#ground.textBytes,
      exists: (holder) => this.#ground.directory.holderExists(holder),
    };
    return decide(c, traces, who, intent, around);
  }

  /** SND7: the conversation that a first message begins, empty still. */
  #begin(who: Who, send: Send, id: string, named: Work['customer']): Conversation | Outcome {
    const { directory, epoch } = this.#ground;
    if (!send.s.endsWith('/new')) return { do: 'refused', code: 'not_found' };
    const body = send.body as { inbox: string };
    const inbox = directory.inbox(body.inbox);
    const customer = who.type === 'customer' ? { id: who.id, name: who.name } : named;
    if (!inbox || !customer || (who.type === 'customer' && inbox.id !== who.inbox))
      return { do: 'refused', code: 'not_found' };
    const birth = (stream: Stream): Point => ({ n: 0, h: birthHash(stream, epoch) });
    return emptyConversation({
      id,
      number: this.#numbers.pop() ?? 0,
      customer,
      inbox: inbox.id,
      queue: inbox.queue,
      at: this.#time,
      head: birth(`conversation/${id}`),
      chatHead: birth(`chat/${id}`),
      targets: directory.targets(inbox.queue),
    });
  }

  /** Appends the items of one decision to the conversation and to what the customer sees of it; gives the send's point. */
  #store(before: Conversation, who: By, items: NewItem[], prepared?: Prepared): Point {
    let c = before;
    let point: Point = { n: 0, h: '' };
    const at = this.#timeOf(c.id);
    this.#touch(c);
    for (const [index, item] of items.entries()) {
      const served = servedBy(c);
      const stored = this.#append(`conversation/${c.id}`, c.head, item, at, who.terminal, null);
      this.#trace(c.id, stored, who.terminal);
      const answers = this.#answers.get(c.id);
      if (answers) this.#answers.set(c.id, withItem(answers, stored));
      c = this.#evolved(c, stored);
      if (item.kind === 'message') this.#said.get(c.id)?.set(stored.n, spokenIn((item as NewItem<'message'>).body));
      if (item.kind === 'erased') c = this.#erased(c, stored, prepared);
      if (item.kind === 'note') this.#mention(c.id, item);
      if (item.kind === 'message') this.#attach(c.id, item as NewItem<'message'>);
      const shown = this.#show(c, stored, item, served, at, who.terminal);
      c = shown.c;
      if (index === 0) point = who.type === 'customer' ? shown.point : { n: stored.n, h: stored.h };
    }
    this.#now.set(c.id, c);
    return point;
  }

  #evolved(before: Conversation, item: Item): Conversation {
    const c = evolve(before, item);
    if (c.state.holder !== before.state.holder && item.actor.type === 'system')
      this.#moved.set(c.id, (item.body as { reason?: string }).reason ?? '');
    else if (c.state.holder !== before.state.holder) this.#moved.delete(c.id);
    if (c.state.queue === before.state.queue) return c;
    // A running clock keeps the settings it began with; the next one has those of where it is (CLK2).
    return timed({ ...c, targets: this.#ground.directory.targets(c.state.queue) }, item.at);
  }

  #trace(conversation: string, item: Item, terminal: string | null): void {
    const traces = this.#traces.get(conversation) ?? [];
    traces.push({ n: item.n, id: item.id, kind: item.kind, actor: item.actor, terminal });
    this.#traces.set(conversation, traces);
  }

  #timeOf(id: string): At {
    const last = this.#loaded.get(id)?.lastAt ?? '';
    return this.#time > last ? this.#time : last;
  }

  #append(
    stream: Stream,
    head: Point,
    item: Omit<NewItem, 'chat'>,
    at: At,
    terminal: string | null,
    shows: number | null,
  ): Item {
    const stored = this.#pages.append(stream, head, item, at, terminal, shows);
    const news = this.#news.get(stream) ?? { s: stream, prev: head, items: [] };
    news.items.push(stored);
    this.#news.set(stream, news);
    return stored;
  }

  #show(
    c: Conversation,
    stored: Item,
    item: NewItem,
    servedBefore: string | null,
    at: At,
    terminal: string | null,
  ): { c: Conversation; point: Point } {
    let chatHead = c.chatHead;
    const show = (id: string, actor: Actor, kind: string, body: unknown) => {
      const shown = this.#append(
        `chat/${c.id}`,
        chatHead,
        { id, kind, actor, body } as NewItem,
        at,
        terminal,
        stored.n,
      );
      chatHead = { n: shown.n, h: shown.h };
    };
    if (item.chat) show(item.id, item.actor, item.chat.kind, item.chat.body);
    const served = servedBy(c);
    if (served !== servedBefore) {
      const by = served === null ? null : { id: served, name: this.#ground.directory.agentName(served) };
      show(`${item.id}.served`, { type: 'system', id: 'system', name: '' }, 'served', { by });
    }
    return { c: { ...c, chatHead }, point: chatHead };
  }

  #erased(c: Conversation, stored: Item, prepared: Prepared | undefined): Conversation {
    const { target: n } = stored.body as { target: number };
    const target = prepared?.targets.get(n);
    this.#pages.erasures.push({ stream: `conversation/${c.id}`, n });
    this.#pages.detached.push(...(target?.attachments ?? []));
    if (target?.inChat !== undefined) this.#pages.erasures.push({ stream: `chat/${c.id}`, n: target.inChat });
    const said = this.#said.get(c.id) ?? new Map<number, string>();
    said.delete(n);
    return { ...c, preview: previewOf(said.get(Math.max(...said.keys())) ?? '') };
  }

  #attach(conversation: string, { body }: NewItem<'message'>): void {
    for (const { id } of body.attachments ?? []) this.#pages.attached.push([id, conversation]);
  }

  #mention(conversation: string, item: NewItem): void {
    const { mentions = [] } = item.body as { mentions?: string[] };
    for (const agent of mentions) this.#pages.mentions.push([conversation, agent]);
  }

  /** A loaded conversation, as it is by now. */
  conversation(id: string): Conversation {
    const c = this.#now.get(id);
    if (!c) throw new Error(`${id} is not loaded`);
    return c;
  }

  /** Gives a work order to an agent: what a take does to the first of a queue (LST5). */
  assign(id: string, who: By, item: NewItem): Point {
    return this.#store(this.conversation(id), who, [item]);
  }

  /** Loads what a take needs: the conversations and the keys. */
  async loadForTake(conversations: string[], keys: [Stream, string, string][]): Promise<Map<string, Key>> {
    const wanted = {
      conversations: conversations.toSorted(),
      whole: [],
      keys,
      bases: [],
      said: new Map(),
      answers: [],
      attachments: [],
      lists: [],
    };
    this.#take(await this.#transaction.load({ ...wanted, patience: this.#patience() }));
    return this.#keys;
  }

  keepKey(key: Key): void {
    this.#keep(key);
  }

  /** Files what has changed, with the lists locked; gives everything that is to be written, and what it means. */
  async finish(outcomes: Outcome[]): Promise<{ pages: Pages; result: Committed }> {
    const touched = [...this.#firstHeads.keys()].map((id) => this.#now.get(id) as Conversation);
    const lists = new Set<Stream>();
    for (const c of touched) {
      const before = this.#loaded.get(c.id)?.conversation;
      const on = listsOf(c.state);
      for (const list of [...(before ? listsOf(before.state) : []), ...on]) lists.add(list);
      this.#standing.note(c.id, on);
    }
    const heads = await this.#lock(lists);
    const first = new Map(heads);
    for (const c of touched) this.#file(c, heads);
    for (const [list, at] of heads) this.#pages.heads.set(list, { at, time: this.#time, isNew: false });
    this.#listNews(first);
    return { pages: this.#pages, result: { outcomes, news: [...this.#news.values()] } };
  }

  /**
   * The heads of lists, locked: those that are not yet, where none is. Where some are, their names may come behind those
   * that are missing, and locks are taken in one order by all (STR4).
   */
  async #lock(lists: ReadonlySet<Stream>): Promise<Map<Stream, Point>> {
    if (this.#lists.size === 0) return this.#transaction.lockLists([...lists].sort());
    if ([...lists].every((list) => this.#lists.has(list)))
      return new Map([...this.#lists].filter(([list]) => lists.has(list)));
    for (const id of this.#now.keys()) this.#standing.forget(id);
    throw new StoodElsewhere();
  }

  #file(c: Conversation, heads: Map<Stream, Point>): void {
    const before = this.#loaded.get(c.id)?.conversation;
    const isNew = before === undefined;
    const at = this.#timeOf(c.id);
    this.#pages.conversations.set(c.id, { conversation: c, isNew, ...(before ? { before } : {}) });
    this.#pages.heads.set(`conversation/${c.id}`, { at: c.head, time: at, isNew });
    this.#pages.heads.set(`chat/${c.id}`, { at: c.chatHead, time: at, isNew });
    this.#pages.list(before, c, heads, this.#time, this.#moved.get(c.id) || undefined);
    const access = { id: c.id, customer: c.customer.id, queue: c.state.queue, holder: c.state.holder };
    for (const stream of [`conversation/${c.id}`, `chat/${c.id}`]) {
      const news = this.#news.get(stream);
      if (news) news.access = access;
    }
  }

  #listNews(first: Map<Stream, Point>): void {
    for (const { list, item } of this.#pages.entries) {
      const news = this.#news.get(list) ?? { s: list, prev: first.get(list) as Point, items: [] };
      news.items.push(item);
      this.#news.set(list, news);
    }
  }
}

/** Who makes items: whose they are, the items say. */
type By = { type: Who['type'] | 'system'; terminal: string | null };
const BY_SYSTEM: By = { type: 'system', terminal: null };

/** Not existing and not allowed look alike (CON9); one who begins a conversation sees it. */
function sees(who: Who, c: Conversation): boolean {
  const access = { ...c.state, id: c.id, customer: c.customer.id, mentioned: c.mentioned };
  if (who.type === 'customer') return mayReadChat(who, access);
  return mayReadConversation(who, access);
}

/** The same id again gets the same answer; with another kind or body it is refused (SND3). */
function repeated(key: Key, hash: string): Outcome {
  if (!key.at) return { do: 'refused', code: 'cancelled' };
  if (key.bodyHash !== null && key.bodyHash !== hash) return { do: 'refused', code: 'id_reused' };
  return { do: 'sent', s: key.leadsTo ?? key.stream, at: key.at };
}

/** What a message says of where it belongs is not part of what was said (SND7). */
function withoutPlace(body: unknown): unknown {
  const { inbox: _, customer: __, ...message } = body as { inbox?: string; customer?: string };
  return message;
}
