import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';
import type { Frame, Item, Stream, Update } from '@heed/protocol';
import { streamId, streamType } from '@heed/protocol';
import type { Bus, Hint, Whisper } from '../bus/bus.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { mayReadChat, mayReadConversation } from '../domain/permission.ts';
import type { News } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Directory } from '../store/directory.ts';
import type { People, ReadNow } from '../store/people.ts';
import type { Streams } from '../store/streams.ts';
import { at, begin } from '../tracing.ts';
import type { HandOuts } from './hand-outs.ts';
import type { Listening } from './listening.ts';
import { AddressRates, type PersonRates, ratesFor } from './rates.ts';
import type { Session } from './session.ts';

export interface Parts {
  people: People;
  config: Config;
  log: Log;
  directory: Directory;
  streams: Streams;
  ledger: Ledger;
  bus: Bus;
  metrics: Metrics;
  clock: Clock;
  handOuts: HandOuts;
  /** For how long this node has heard everybody who is there (LST6). */
  listening: Listening;
  /** Looks at a log from which an agent's window differed (EPO3). */
  examine?: (s: Stream) => void;
}

/** Lists are gathered: an arrival for 20 ms, anything else for 200 ms (LST9). */
const ARRIVAL_MS = 20;
const CHANGE_MS = 200;
const READS_MS = 250;
const READS_AGAIN_MS = 2_000;
const MOST_READS = 20_000;

interface Gathered {
  news: Hint;
  cancel: Cancel;
  due: number;
}

/** Who watches what on this node, and how news reaches them. It keeps nothing that matters (NOD2). */
export class Node {
  readonly parts: Parts;
  readonly sessions = new Set<Session>();
  readonly addresses = new AddressRates();
  readonly #watchers = new Map<Stream, Set<Session>>();
  readonly #gathered = new Map<Stream, Gathered>();
  readonly #rates = new Map<string, PersonRates>();
  readonly #heard = new Map<string, number>();
  readonly #reads = new Map<string, ReadNow>();
  readonly #closeBus: () => void;
  readonly #stopLooking: () => void;
  #storing: Cancel | undefined;
  /** It is about to end, and says so to who asks; draining, it takes nothing new and sends away whom it has (CON7). */
  ending: 'no' | 'soon' | 'draining' = 'no';
  /** Requests over HTTP that are being answered. */
  answering = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.#closeBus = parts.bus.listen(
      (news) => this.#receive(news),
      (whisper) => this.#hear(whisper),
      (s) => this.#watchers.has(s),
    );
    this.#stopLooking = parts.directory.onChange(() => void this.#recheckTeam());
  }

  get isDraining(): boolean {
    return this.ending === 'draining';
  }

  /** Where a connection comes from, as far as trusted proxies say. */
  addressOf(request: IncomingMessage): string {
    const { trustedProxies } = this.parts.config;
    if (trustedProxies.length === 0) return request.socket.remoteAddress ?? '';
    return proxyAddress(request, [...trustedProxies]);
  }

  close(): void {
    this.#closeBus();
    this.#stopLooking();
    for (const { cancel } of this.#gathered.values()) cancel();
    this.#storing?.();
  }

  /** Streams that somebody here watches. */
  get watched(): Iterable<Stream> {
    return this.#watchers.keys();
  }

  watchersOf(s: Stream): ReadonlySet<Session> {
    return this.#watchers.get(s) ?? new Set();
  }

  /** Subscribes a session; it reads afterwards, so that nothing falls between (CON2). */
  watch(s: Stream, session: Session): void {
    const watchers = this.#watchers.get(s);
    if (watchers) watchers.add(session);
    else this.#watchers.set(s, new Set([session]));
  }

  unwatch(s: Stream, session: Session): void {
    const watchers = this.#watchers.get(s);
    watchers?.delete(session);
    if (watchers?.size === 0) this.#watchers.delete(s);
  }

  /** One person's rates on this node, whatever the number of their terminals (CON6). */
  ratesOf(type: string, id: string): PersonRates {
    const key = `${type}:${id}`;
    let rates = this.#rates.get(key);
    if (!rates) {
      if (this.#rates.size > 50_000) this.#rates.clear();
      rates = ratesFor(type, this.parts.clock.now());
      this.#rates.set(key, rates);
    }
    return rates;
  }

  #receive(news: Hint): void {
    if (!this.#watchers.has(news.s)) return;
    if (streamType(news.s) === 'list') this.#gather(news);
    else this.#push(news);
  }

  #gather(news: Hint): void {
    const { clock } = this.parts;
    const now = clock.now();
    const wait = news.items.some((item) => item.kind === 'entered') ? ARRIVAL_MS : CHANGE_MS;
    const gathered = this.#gathered.get(news.s);
    const due = Math.min(gathered?.due ?? Number.POSITIVE_INFINITY, now + wait);
    gathered?.cancel();
    // Hints may come twice or in another order (NOD1): what does not follow is left to the comparison.
    const follows = gathered?.news.items.at(-1)?.n === news.prev.n;
    if (gathered && !follows) this.#push(gathered.news);
    const merged =
      gathered && follows
        ? { ...news, prev: gathered.news.prev, items: [...gathered.news.items, ...news.items] }
        : news;
    const cancel = clock.after(Math.max(0, due - now), () => this.#flush(news.s));
    this.#gathered.set(news.s, { news: merged, cancel, due });
  }

  #flush(s: Stream): void {
    const gathered = this.#gathered.get(s);
    this.#gathered.delete(s);
    if (gathered) this.#push({ ...gathered.news, items: newestPerConversation(gathered.news) });
  }

  /** One text for all watchers of a stream (LST9). */
  #push(news: Hint): void {
    const { s, epoch, prev, items, access } = news;
    const last = items.at(-1);
    // What was heard of an epoch that is over may never have been (I10).
    if (!last || epoch !== this.parts.streams.epoch) return;
    // Each hint says who may read as of it: the one with the item that ended a permission may have been lost (NOD1).
    if (access) this.#dismiss(s, access);
    const head = { n: last.n, h: last.h };
    const some = this.parts.streams.fit(items.slice(0, this.parts.config.updateItems));
    const update: Update = { t: 'update', s, epoch, prev, items: some, head };
    const text = JSON.stringify(update);
    const { n, h } = some.at(-1) ?? last;
    at(begin('push', { 'heed.stream': s }), () => {
      for (const session of this.watchersOf(s)) session.watches.push(s, text, { n, h });
    });
  }

  /** Who is in which queue, or of the team at all, may have changed (CON9): one after the other, since it can wait. */
  async #recheckTeam(): Promise<void> {
    for (const session of [...this.sessions]) if (session.agent !== undefined) await session.recheckAll();
  }

  /** CON9: a lost permission is told, and nothing more of the stream. */
  #dismiss(s: Stream, access: NonNullable<News['access']>): void {
    for (const session of [...this.watchersOf(s)]) {
      const who = session.who;
      const may = who && (streamType(s) === 'chat' ? mayReadChat(who, access) : mayReadConversation(who, access));
      if (!may && !(who && session.watches.isMentionedIn(s))) void session.watches.recheck(s);
    }
  }

  #hear(whisper: Whisper): void {
    // How far somebody has read counts in the log it was read in (I10).
    if (whisper.epoch !== this.parts.streams.epoch) return;
    const text = JSON.stringify(whisper.frame);
    for (const session of this.watchersOf(whisper.s)) if (session.id !== whisper.from) session.outlet.signal(text);
  }

  /** Tells everybody who watches a stream, on any node, something that has no number (CON3). */
  whisper(s: Stream, from: string, frame: Frame): void {
    this.parts.bus.whisper({ s, epoch: this.parts.streams.epoch, from, frame });
  }

  /** An agent or a bot takes chats from now on, or is away (LST5, LST6); `from` is the session that knows already. */
  async attend(agent: string, state: 'taking' | 'away', from: string): Promise<void> {
    await this.parts.people.savePresence(agent, state);
    if (state === 'taking') this.parts.handOuts.isFree(agent);
    this.whisper(`list/agent:${agent}`, from, { t: 'signal', kind: 'presence', agent, state });
  }

  /** Reads are gathered, stored, and told in the numbers of each window (CON3). */
  noteRead(read: ReadNow): void {
    this.#gatherRead(read);
    this.#storing ??= this.parts.clock.after(READS_MS, () => void this.#storeReads());
  }

  #gatherRead(read: ReadNow): void {
    // A number with another hash is of a log that is no more: it must not stand before one that is lower and true.
    this.#reads.set(`${read.s}\n${read.type}:${read.actor}\n${read.n}\n${read.h}`, read);
  }

  async #storeReads(): Promise<void> {
    this.#storing = undefined;
    const reads = [...this.#reads.values()];
    this.#reads.clear();
    try {
      await this.parts.people.saveReads(reads);
      const streams = [...new Set(reads.flatMap(({ s }) => [`conversation/${streamId(s)}`, `chat/${streamId(s)}`]))];
      const actors = new Set(reads.map(({ type, actor }) => `${type}:${actor}`));
      for (const [s, actor, n, at] of await this.parts.streams.reads(streams)) {
        if (actors.has(actor)) this.whisper(s, '', { t: 'signal', kind: 'read', s, actor, n, at });
      }
    } catch (error) {
      this.parts.log.warn({ error: String(error) }, 'Reads could not be stored; they are tried again.');
      // A terminal tells each only once.
      if (this.#reads.size < MOST_READS) for (const read of reads) this.#gatherRead(read);
      this.#storing ??= this.parts.clock.after(READS_AGAIN_MS, () => void this.#storeReads());
    }
  }

  /** Notes that an agent was heard, on a connection that may be gone by the next beat (CON8). */
  noteHeard(agent: string): void {
    this.#heard.set(agent, this.parts.clock.now());
  }

  /** Who was noted since the last time, and when. */
  takeHeard(): Map<string, number> {
    const heard = new Map(this.#heard);
    this.#heard.clear();
    return heard;
  }

  /** Closes the sockets of a session that ended (CON7). */
  endSession(id: string): void {
    for (const session of [...this.sessions]) if (session.sessionId === id) session.close('token');
  }
}

/** LST2: of what was gathered only the newest of each conversation, standing for those before it. */
function newestPerConversation(news: News): Item[] {
  const last = new Map<unknown, number>();
  for (const item of news.items) last.set((item.body as { conversation: string }).conversation, item.n);
  let kept = news.prev.n;
  return news.items
    .filter((item) => last.get((item.body as { conversation: string }).conversation) === item.n)
    .map((item) => {
      const n0 = kept + 1;
      kept = item.n;
      return n0 === item.n ? item : { ...item, n0 };
    });
}
