import {
  CLOSE,
  decodeRequest,
  type Frame,
  type HeldPoint,
  type Hello,
  type Point,
  REFUSALS,
  type RefusalCode,
  type Request,
  type Send,
  type Snapshot,
  type Stream,
  streamId,
  streamType,
  type Update,
  VERSION,
  type Welcome,
  type You,
} from '@heed/protocol';
import { decodeTime, isValid, ulid } from 'ulid';
import type { Cancel } from '../clock.ts';
import { timeOf } from '../domain/clock.ts';
import { customerFor, mayReadChat, mayReadConversation, mayReadList, type Who } from '../domain/permission.ts';
import { codeOf } from '../errors.ts';
import type { Outcome } from '../ledger/command.ts';
import { ATTRIBUTES } from '../store/people.ts';
import type { Node } from './node.ts';
import { type Bucket, type PersonRates, type RateName, refusalsFrom } from './rates.ts';
import type { Wire } from './wire.ts';

/** CON4: no more pushes above this, one update for each stream below that; above the last one the terminal is too slow. */
const FULL_BYTES = 256 * 1024;
const LOW_BYTES = 64 * 1024;
const SLOW_BYTES = 1024 * 1024;
const STUCK_MS = 20_000;
const HELLO_MS = 5_000;
const MALFORMED = 10;

interface Watch {
  /** The point up to which this terminal was sent everything, as far as the server knows. */
  told: Point;
  /** The epoch that `told` counts in. */
  epoch: string;
  /** Something was not pushed since the terminal was full (CON4). */
  marked: boolean;
  /** Whether this terminal was told how far everybody has read; from then on it is told what changes (CON3). */
  readsTold: boolean;
  /** How many questions are under way whether it may be read: while there is one, it is as if it were not watched. */
  inDoubt: number;
  /** Its person was named there, as of the last look: that permission does not end by anything a hint tells. */
  isMentioned: boolean;
}

/** One connection of one terminal: reads its requests, answers each once, and pushes what it watches (§8). */
export class Session {
  readonly id: string;
  readonly #node: Node;
  readonly #wire: Wire;
  readonly address: string;
  readonly #watches = new Map<Stream, Watch>();
  #refusals: Bucket;
  readonly #origin: string | undefined;
  #state: 'new' | 'greeting' | 'open' | 'closed' = 'new';
  #malformed = 0;
  #person: { type: You['type']; id: string; terminal: string; customer?: Who } | undefined;
  #rates: PersonRates | undefined;
  readonly #endWaiting: Cancel;
  #endDraining: Cancel | undefined;
  #fullSince = 0;
  #unsent = 0;
  #beatUnsent = false;
  sessionId = '';
  heardAt: number;
  beatMs = 0;

  constructor(node: Node, wire: Wire, address: string, origin: string | undefined) {
    const { clock, log } = node.parts;
    this.id = ulid(clock.now(), clock.random);
    this.#node = node;
    this.#wire = wire;
    this.address = address;
    this.#origin = origin;
    this.heardAt = clock.now();
    this.#refusals = refusalsFrom(this.heardAt);
    this.#endWaiting = clock.after(HELLO_MS, () => this.close('protocol'));
    wire.listen({
      text: (text, bytes) => this.#receive(text, bytes),
      binary: () => void this.#receive(undefined, 0),
      pong: () => {
        // A browser answers pings for a page that hangs, so a desk's pong proves nothing (BEAT5).
        if (this.#person?.type !== 'agent') this.heardAt = this.#now();
      },
      closed: () => this.#ended(),
      failed: (error) => log.info({ code: codeOf(error) }, 'A connection failed.'),
    });
  }

  #now(): number {
    return this.#node.parts.clock.now();
  }

  /** Who this is, with the permissions of this moment. */
  get who(): Who | undefined {
    const person = this.#person;
    if (!person) return undefined;
    return person.customer ?? this.#node.parts.directory.who(person.id, person.terminal);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get terminal(): string {
    return this.#person?.terminal ?? '';
  }

  get streams(): Iterable<Stream> {
    return [...this.#watches].filter(([, watch]) => watch.inDoubt === 0).map(([s]) => s);
  }

  /** What is watched and certainly may be. */
  #watching(s: Stream): Watch | undefined {
    const watch = this.#watches.get(s);
    return watch?.inDoubt === 0 ? watch : undefined;
  }

  /** Whether its person may read a watched conversation for having been named there (CON9). */
  isMentionedIn(s: Stream): boolean {
    return this.#watches.get(s)?.isMentioned ?? false;
  }

  /** Whether all reads of a stream are to come with the next beat; asking makes it so that they were. */
  owesReads(s: Stream): boolean {
    const watch = this.#watches.get(s);
    if (!watch || watch.readsTold) return false;
    watch.readsTold = true;
    return true;
  }

  async #receive(text: string | undefined, bytes: number): Promise<void> {
    if (this.#state === 'closed') return;
    this.heardAt = this.#now();
    const decoded = text === undefined ? ({ ok: false, malformed: true } as const) : decodeRequest(text);
    if (!decoded.ok && decoded.malformed) return this.#malformedFrame();
    const about = decoded.ok ? decoded.frame : decoded;
    if (bytes > this.#node.parts.config.frameBytes) return this.#refuse(about, 'too_large');
    if (!decoded.ok) return this.#refuse(about, 'bad_frame');
    const { frame } = decoded;
    this.#node.parts.metrics.frames.inc({ t: frame.t });
    if (frame.t === 'hello') {
      if (this.#state !== 'new') return this.close('protocol');
      return this.#guarded(frame, this.#hello(frame));
    }
    if (this.#state !== 'open') return this.close('protocol');
    await this.#guarded(frame, this.#request(frame));
  }

  #malformedFrame(): void {
    this.#malformed++;
    if (this.#state === 'new' || this.#malformed >= MALFORMED) return this.close('protocol');
    this.#refuse({}, 'bad_frame');
  }

  /** Whatever goes wrong while answering is answered: it may be tried again, and nothing else is touched. */
  async #guarded(frame: Request, answering: Promise<void>): Promise<void> {
    try {
      await answering;
    } catch (error) {
      this.#node.parts.log.warn(
        { t: frame.t, code: codeOf(error), error: String(error) },
        'A request could not be answered.',
      );
      if (frame.t === 'hello') this.#wire.close(1013, 'unavailable');
      else this.#refuse(frame, 'unavailable');
    }
  }

  async #hello(hello: Hello): Promise<void> {
    const { parts } = this.#node;
    this.#state = 'greeting';
    // It said hello in time; how long the answer takes is not its doing.
    this.#endWaiting();
    if (hello.v !== VERSION) return this.close('protocol');
    if (hello.streams.length > parts.config.streams) return this.close('protocol');
    const session = await parts.people.findToken(hello.token);
    const you = session && (await this.#become(session.personType, session.person, hello.terminal));
    if (!session || !you) {
      const tooMany = parts.config.rates && this.#node.addresses.use(this.address, this.#now()) > 0;
      return this.close(tooMany ? 'rate' : 'token');
    }
    // The socket may have gone while the database was asked.
    if (this.#isClosed()) return;
    this.sessionId = session.id;
    if (this.#rates) this.#refusals = this.#rates.refusals;
    this.beatMs = you.type === 'customer' ? parts.config.widgetBeatMs : parts.config.deskBeatMs;
    this.#state = 'open';
    this.#node.sessions.add(this);
    parts.metrics.connections.inc({ type: you.type });
    await this.#welcome(hello, you);
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  async #become(type: You['type'], id: string, terminal: string): Promise<You | undefined> {
    const { people, directory } = this.#node.parts;
    const { company } = directory;
    if (type === 'customer') {
      const row = await people.customer(id);
      if (!row || !this.#originAllowed(row.inbox)) return undefined;
      const customer: Who = { type, id, name: row.name, terminal, isAdmin: false, queues: new Map(), inbox: row.inbox };
      this.#person = { type, id, terminal, customer };
      this.#rates = this.#node.ratesOf(type, id);
      return { type, id, name: row.name, company, chats: await people.chatsOf(id) };
    }
    if (!directory.agent(id)) await directory.refresh();
    const agent = directory.agent(id);
    if (!agent || agent.disabled) return undefined;
    this.#person = { type, id, terminal };
    this.#rates = this.#node.ratesOf(type, id);
    const roles = directory.queuesOf(id);
    const queues = [...directory.queues].flatMap((queue) => {
      const role = agent.isAdmin ? 'supervisor' : roles.get(queue.id);
      return role ? [{ id: queue.id, name: queue.name, role } as const] : [];
    });
    const role = agent.isAdmin ? 'admin' : queues.some((queue) => queue.role === 'supervisor') ? 'supervisor' : 'agent';
    const team = [...directory.agents].map((each) => ({ id: each.id, name: each.name }));
    return {
      type: agent.type,
      id,
      name: agent.name,
      company,
      role,
      queues,
      team,
      presence: await people.presenceOf(id),
    };
  }

  #originAllowed(inbox: string): boolean {
    const origins = this.#node.parts.directory.inbox(inbox)?.origins ?? [];
    return origins.length === 0 || this.#origin === undefined || origins.includes(this.#origin);
  }

  /** CON1: subscribe first, read second; then what each stream that is behind misses (BEAT3). */
  async #welcome(hello: Hello, you: You): Promise<void> {
    const { config, streams } = this.#node.parts;
    const held = byStream(hello.streams);
    const allowed = await this.#watchAllowed([...held.keys()]);
    const heads = await streams.heads([...allowed]);
    const rows = [...held.values()].map((row) => this.#status(row, heads));
    const welcome: Welcome = {
      t: 'welcome',
      session: this.id,
      epoch: streams.epoch,
      now: timeOf(this.#now()),
      beatMs: this.beatMs,
      limits: {
        frame: config.frameBytes,
        text: config.textBytes,
        updateItems: config.updateItems,
        streams: config.streams,
        graceMs: config.graceMs,
      },
      you,
      streams: rows,
    };
    // Where it holds everything already, the welcome tells a terminal that has been welcomed before nothing new.
    const isNews = hello.epoch !== streams.epoch || rows.some(([, status]) => status !== 'ok');
    if (isNews) this.#answer(welcome);
    else this.#enclose(welcome);
    const isOther = hello.epoch !== undefined && hello.epoch !== welcome.epoch;
    for (const [s, status] of rows) {
      const [, n, h] = held.get(s) as HeldPoint;
      if (status === 'behind' && n > 0 && !isOther) this.#node.parts.metrics.behind.inc();
      if (status === 'ahead' && !isOther) this.#witness(s, { n, h }, heads.get(s));
      // One of another epoch freezes what it holds, and asks for snapshots by itself (EPO2).
      if (status === 'behind' && (!isOther || n === 0)) await this.#bring(s, { n, h });
    }
    await this.#bringReads();
    if (you.type === 'agent') await this.#bringDrafts();
  }

  /** How far everybody has read, for windows that go on from where they were and get no snapshot (CON3). */
  async #bringReads(): Promise<void> {
    const owed = [...this.#watches.keys()].filter((s) => streamType(s) !== 'list' && this.owesReads(s));
    for (const [s, actor, n, at] of await this.#node.parts.streams.reads(owed)) {
      this.#enclose({ t: 'signal', kind: 'read', s, actor, n, at });
    }
  }

  #status([s, n, h]: HeldPoint, heads: Map<Stream, Point>): Welcome['streams'][number] {
    const head = heads.get(s);
    const watch = this.#watches.get(s);
    if (!head || !watch) return [s, 'forbidden', 0, ''];
    if (n > head.n) return [s, 'ahead', head.n, head.h];
    if (n === head.n && h === head.h) {
      if (watch.told.n < n) watch.told = head;
      watch.epoch = this.#node.parts.streams.epoch;
      return [s, 'ok', head.n, head.h];
    }
    if (n === head.n && n > 0) return [s, 'diverged', head.n, head.h];
    return [s, 'behind', head.n, head.h];
  }

  /** EPO1: who holds more than the log has saw what is lost, where nothing else remembers it. */
  #witness(s: Stream, theirs: Point, head: Point | undefined): void {
    const { metrics, log } = this.#node.parts;
    const reporter = this.#person?.type ?? 'customer';
    metrics.ahead.inc({ reporter });
    log.error({ s, theirs, head, reporter }, 'A window holds more than the log has: was an older database put back?');
  }

  /** Sends what follows a point, unasked: later, where the terminal has enough to read (CON4). */
  async #bring(s: Stream, after: Point): Promise<void> {
    const watch = this.#watches.get(s);
    if (watch && this.#wire.unsentBytes > FULL_BYTES) {
      if (watch.told.n < after.n) watch.told = after;
      return this.#mark(watch);
    }
    const piece = await this.#piece(s, after);
    // What was lost or is in doubt by now is not told; who asks finds out whether it may be read again.
    if (piece && (!watch || this.#watching(s) === watch)) await this.#tell(piece);
  }

  /** CON4: what was not pushed comes as soon as there is room. */
  #mark(watch: Watch): void {
    watch.marked = true;
    this.#fullSince ||= this.#now();
    this.#endDraining ??= this.#node.parts.clock.every(100, () => void this.#drain());
  }

  /** A terminal that holds nothing of a conversation gets a snapshot; of a list, its entries from 0 (CMP2, LST2). */
  async #piece(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    const { streams } = this.#node.parts;
    const begins = after.n === 0 && after.h === '';
    const piece = await (begins && streamType(s) !== 'list' ? streams.snapshot(s) : streams.after(s, after));
    return piece?.t === 'snapshot' ? this.#forReader(piece) : piece;
  }

  #forReader(snapshot: Snapshot): Snapshot {
    const { customer } = snapshot;
    const who = this.who;
    return customer && who ? { ...snapshot, customer: customerFor(who, customer) } : snapshot;
  }

  /** After an empty snapshot of a list its entries come as updates from 0 (LST2). */
  async #tell(piece: Update | Snapshot, re?: string): Promise<void> {
    this.#answer(re === undefined ? piece : { ...piece, re });
    const watch = this.#watches.get(piece.s);
    const end = piece.t === 'snapshot' ? piece.at : (piece.items.at(-1) ?? piece.prev);
    const isFurther = watch && (end.n > watch.told.n || watch.epoch !== piece.epoch || piece.t === 'snapshot');
    if (isFurther) Object.assign(watch, { told: { n: end.n, h: end.h }, epoch: piece.epoch });
    if (watch && piece.t === 'snapshot') watch.readsTold = true;
    const emptied = piece.t === 'snapshot' && streamType(piece.s) === 'list';
    if (emptied) await this.#bring(piece.s, piece.at).catch((error: unknown) => this.#logFailure(error));
  }

  #logFailure(error: unknown): void {
    this.#node.parts.log.warn(
      { code: codeOf(error), error: String(error) },
      'An update could not be read; the next beat finds it.',
    );
  }

  async #bringDrafts(): Promise<void> {
    if (!this.#person) return;
    for (const { s, text, version } of await this.#node.parts.people.draftsOf(this.#person.id)) {
      this.#enclose({ t: 'draft', s, text, version });
    }
  }

  /** Which of these streams this person may read: one query for all (CON9). */
  async #allowed(names: Stream[]): Promise<Set<Stream>> {
    const who = this.who;
    if (!who) return new Set();
    const logs = names.filter((s) => streamType(s) !== 'list');
    const access = await this.#node.parts.streams.access([...new Set(logs.map(streamId))]);
    const may = (s: Stream): boolean => {
      if (streamType(s) === 'list') return mayReadList(who, s);
      const row = access.get(streamId(s));
      if (!row) return false;
      const watch = this.#watches.get(s);
      if (watch) watch.isMentioned = row.mentioned?.has(who.id) ?? false;
      return streamType(s) === 'chat' ? mayReadChat(who, row) : mayReadConversation(who, row);
    };
    return new Set(names.filter(may));
  }

  /** What a terminal says that it holds is not yet what it was told. */
  #watch(s: Stream): Watch {
    const known = this.#watches.get(s);
    if (known) return Object.assign(known, { marked: false, readsTold: false });
    const watch: Watch = {
      told: { n: 0, h: '' },
      epoch: this.#node.parts.streams.epoch,
      marked: false,
      readsTold: false,
      inDoubt: 0,
      isMentioned: false,
    };
    this.#watches.set(s, watch);
    this.#node.watch(s, this);
    return watch;
  }

  /** Subscribes first and asks second, so that no permission ends in between unnoticed (CON2, CON9). */
  async #watchAllowed(names: Stream[]): Promise<Set<Stream>> {
    for (const s of names) this.#watch(s);
    return this.#sift(names);
  }

  /** Asks which of the watched streams may be read, and forgets the others; meanwhile nothing of them is told. */
  async #sift(names: Stream[]): Promise<Set<Stream>> {
    const doubted = names.flatMap((s) => this.#watches.get(s) ?? []);
    for (const watch of doubted) watch.inDoubt++;
    try {
      const allowed = await this.#allowed(names);
      for (const s of names) if (!allowed.has(s)) this.#unwatch(s);
      return allowed;
    } catch (error) {
      // Where it cannot be known, it is not shown; the beat leaves it out, and the terminal opens it again (BEAT2).
      for (const s of names) this.#unwatch(s);
      throw error;
    } finally {
      for (const watch of doubted) watch.inDoubt--;
    }
  }

  #unwatch(s: Stream): void {
    if (this.#watches.delete(s)) this.#node.unwatch(s, this);
  }

  /** Looks again whether a watched stream may still be read; if not, says so and forgets it (CON9). */
  async recheck(s: Stream): Promise<void> {
    const watch = this.#watches.get(s);
    if (!watch) return;
    try {
      const allowed = await this.#sift([s]);
      if (!allowed.has(s)) return this.#answer({ t: 'gone', s });
      if (this.#watching(s) === watch) await this.#bring(s, watch.told);
    } catch (error) {
      this.#logFailure(error);
    }
  }

  /** The same for everything watched, after a change of the team; who is no longer of it is signed out (CON7). */
  async recheckAll(): Promise<void> {
    if (!this.who) return this.close('token');
    const names = [...this.#watches.keys()];
    try {
      const allowed = await this.#sift(names);
      for (const s of names) if (!allowed.has(s)) this.#answer({ t: 'gone', s });
      // What was pushed while it was in doubt was not told.
      const heads = await this.#node.parts.streams.heads([...allowed]);
      for (const [s, { n }] of heads) {
        const watch = this.#watching(s);
        if (watch && n > watch.told.n) await this.#bring(s, watch.told);
      }
    } catch (error) {
      this.#logFailure(error);
    }
  }

  async #request(frame: Exclude<Request, Hello>): Promise<void> {
    const wait = this.#rate(frame);
    if (wait > 0) return this.#refuse(frame, 'rate_limited', wait);
    await (this.#acts[frame.t] as (frame: Request) => Promise<void> | void)(frame);
  }

  #rate(frame: Request): number {
    if (!this.#node.parts.config.rates || frame.t === 'alive' || frame.t === 'shut') return 0;
    const name: RateName = frame.t === 'send' || frame.t === 'take' ? 'send' : frame.t === 'get' ? 'get' : 'other';
    return this.#rates?.[name].use(this.#now()) ?? 0;
  }

  readonly #acts: SessionActs = {
    open: async (frame) => {
      if (!this.#watches.has(frame.s) && this.#watches.size >= this.#node.parts.config.streams)
        return this.#refuse(frame, 'too_large');
      const allowed = await this.#watchAllowed([frame.s]);
      if (!allowed.has(frame.s)) return this.#refuse(frame, 'not_found');
      await this.#answerPiece(frame, this.#piece(frame.s, frame.at ?? { n: 0, h: '' }));
    },
    get: async (frame) => {
      if (!(await this.#allowed([frame.s])).has(frame.s)) return this.#refuse(frame, 'not_found');
      const { streams } = this.#node.parts;
      if (frame.before !== undefined)
        return this.#answerPiece(frame, streams.before(frame.s, frame.before, frame.limit));
      if (frame.after !== undefined) this.#node.parts.metrics.mismatches.inc();
      await this.#answerPiece(frame, this.#piece(frame.s, frame.after ?? { n: 0, h: '' }));
      if (frame.after !== undefined) this.#node.parts.metrics.repaired.inc();
    },
    shut: (frame) => {
      this.#unwatch(frame.s);
      this.#done(frame);
    },
    check: async (frame) => {
      const { streams, config } = this.#node.parts;
      if (frame.streams.length > config.streams) return this.#refuse(frame, 'too_large');
      const held = byStream(frame.streams);
      const allowed = await this.#allowed([...held.keys()]);
      const heads = await streams.heads([...allowed]);
      const rows = [...heads].map(([s, { n, h }]): HeldPoint => [s, n, h]);
      const re = frame.re === undefined ? {} : { re: frame.re };
      this.#answer({ t: 'beat', epoch: streams.epoch, now: timeOf(this.#now()), heads: rows, ...re });
      for (const [s, n, h] of held.values()) {
        const head = heads.get(s);
        if (head && n > head.n) this.#witness(s, { n, h }, head);
        if (head && (head.n > n || (n === head.n && h !== head.h))) await this.#bring(s, { n, h });
      }
    },
    send: (frame) => this.#send(frame),
    cancel: async (frame) => {
      const who = this.who;
      if (!who) return this.close('token');
      const outcome = await this.#node.parts.ledger.submit({ do: 'cancel', who, s: frame.s, id: frame.id });
      await this.#outcome(frame, outcome);
    },
    take: async (frame) => {
      const who = this.who;
      const { directory, ledger } = this.#node.parts;
      if (!who) return this.close('token');
      if (who.type === 'customer' || !directory.queue(frame.queue)) return this.#refuse(frame, 'not_found');
      if (!who.isAdmin && !who.queues.has(frame.queue)) return this.#refuse(frame, 'not_found');
      const outcome = await ledger.submit({ do: 'take', who, id: frame.id, queue: frame.queue });
      await this.#outcome(frame, outcome);
    },
    read: (frame) => {
      // Only of what this terminal was let open; whether the point is a true one, the store says.
      const person = this.#person;
      const { s, n, h } = frame;
      const mayNote = this.#watching(s) !== undefined && streamType(s) !== 'list';
      if (mayNote && person) this.#node.noteRead({ s, n, h, type: person.type, actor: person.id });
      this.#done(frame);
    },
    typing: (frame) => {
      const who = this.who;
      if (who && this.#watching(frame.s) && streamType(frame.s) !== 'list') this.#typing(who, frame.s, frame.on);
      this.#done(frame);
    },
    alive: (frame) => this.#done(frame),
    presence: async (frame) => {
      const person = this.#person;
      if (!person || person.type === 'customer') return this.#refuse(frame, 'forbidden');
      await this.#node.parts.people.savePresence(person.id, frame.state);
      const signal = { t: 'signal', kind: 'presence', agent: person.id, state: frame.state } as const;
      this.#node.whisper(`list/agent:${person.id}`, this.id, signal);
      this.#done(frame);
    },
    draft: async (frame) => {
      const person = this.#person;
      if (!person || person.type === 'customer' || !this.#watching(frame.s)) return this.#refuse(frame, 'not_found');
      if (Buffer.byteLength(frame.text) > this.#node.parts.config.textBytes) return this.#refuse(frame, 'too_large');
      if (!frame.text.isWellFormed() || frame.text.includes('\u0000')) return this.#refuse(frame, 'bad_body');
      await this.#node.parts.people.saveDraft(person.id, frame.s, frame.text, frame.version);
      const { s, text, version } = frame;
      this.#tellOwn({ t: 'draft', s, text, version });
      this.#done(frame);
    },
    visit: async (frame) => {
      if (this.#person?.type !== 'customer') return this.#refuse(frame, 'forbidden');
      const clean = (text: string) => text.toWellFormed().replaceAll('\u0000', '').slice(0, 2048);
      const { url, title = '', referrer = '' } = frame;
      const visit = { url: clean(url), title: clean(title), referrer: clean(referrer) };
      await this.#node.parts.people.saveVisit(this.#person.id, visit);
      this.#done(frame);
    },
    attributes: async (frame) => {
      if (this.#person?.type !== 'customer') return this.#refuse(frame, 'forbidden');
      const text = JSON.stringify(frame.attributes);
      const isTooMuch = Object.keys(frame.attributes).length > ATTRIBUTES;
      if (isTooMuch || Buffer.byteLength(text) > this.#node.parts.config.textBytes)
        return this.#refuse(frame, 'too_large');
      if (!text.isWellFormed() || text.includes('\\u0000') || /\\ud[89a-f]/i.test(text))
        return this.#refuse(frame, 'bad_body');
      await this.#node.parts.people.saveAttributes(this.#person.id, frame.attributes);
      this.#done(frame);
    },
    renew: async (frame) => {
      const session = await this.#node.parts.people.findToken(frame.token);
      if (session?.person !== this.#person?.id) return this.close('token');
      this.sessionId = session?.id ?? '';
      this.#done(frame);
    },
    diverged: (frame) => {
      const { metrics, log } = this.#node.parts;
      const reporter = this.#person?.type ?? 'customer';
      metrics.divergences.inc({ reporter });
      log.error(
        { s: frame.s, ours: frame.ours, theirs: frame.theirs, reporter },
        'A window held something else than the log.',
      );
      // A customer's word sets nothing off.
      if (reporter !== 'customer' && this.#watching(frame.s)) this.#node.parts.examine?.(frame.s);
      this.#done(frame);
    },
  };

  async #answerPiece(
    frame: { t: 'open' | 'get'; s: Stream; re?: string },
    reading: Promise<Update | Snapshot | undefined>,
  ): Promise<void> {
    const piece = await reading;
    // Lost or in doubt by now, perhaps because another question about it failed: who asks again finds out.
    const isLost = frame.t === 'open' && !this.#watching(frame.s);
    if (!piece) this.#refuse(frame, 'not_found');
    else if (isLost) this.#refuse(frame, 'unavailable');
    else await this.#tell(piece, frame.re);
  }

  async #send(frame: Send): Promise<void> {
    const who = this.who;
    if (!who) return this.close('token');
    const fits =
      frame.s === 'chat/new'
        ? who.type === 'customer'
        : frame.s === 'conversation/new'
          ? who.type !== 'customer'
          : true;
    if (!fits || frame.s.startsWith('list/')) return this.#refuse(frame, 'not_found');
    const outcome = await this.#node.parts.ledger.submit({ do: 'send', who, send: frame });
    await this.#outcome(frame, outcome);
  }

  async #outcome(frame: Extract<Request, { id: string }>, outcome: Outcome): Promise<void> {
    this.#node.parts.metrics.outcomes.inc({ outcome: outcome.do === 'refused' ? outcome.code : outcome.do });
    const re = frame.re === undefined ? {} : { re: frame.re };
    const { id } = frame;
    if (outcome.do === 'sent') {
      this.#answer({ t: 'sent', id, s: outcome.s, at: outcome.at, ...re });
      this.#noteWait(id);
    } else if (outcome.do === 'refused') {
      this.#refuse(frame, outcome.code);
      if (outcome.code === 'wrong_epoch') await this.#tellEpoch();
    } else if (outcome.do === 'cancelled') this.#answer({ t: 'cancelled', id, s: (frame as { s: Stream }).s, ...re });
    else if (frame.t === 'send') {
      const update = await this.#node.parts.streams.stretch(frame.s, outcome.after);
      if (!update) return this.#refuse(frame, 'not_found');
      this.#answer({ t: 'held', id, s: frame.s, attempt: frame.attempt, update, because: outcome.because, ...re });
    }
  }

  /** How long a send was in its author's outbox: its id says when it was pressed, by the author's clock (STR6). */
  #noteWait(id: string): void {
    if (!isValid(id)) return;
    this.#node.parts.metrics.waited.observe(Math.max(0, this.#now() - decodeTime(id)) / 1_000);
  }

  /** Who sends in an epoch that is over need not wait for the beat to learn of the new one (EPO2). */
  async #tellEpoch(): Promise<void> {
    const { streams } = this.#node.parts;
    const heads = await streams.heads([...this.streams]);
    const rows = [...heads].map(([s, { n, h }]): HeldPoint => [s, n, h]);
    this.#answer({ t: 'beat', epoch: streams.epoch, now: timeOf(this.#now()), heads: rows });
  }

  /** Each side hears of the other; colleagues hear of each other. */
  #typing(who: Who, s: Stream, on: boolean): void {
    const actor = { type: who.type, id: who.id, name: who.name };
    for (const name of [`conversation/${streamId(s)}`, `chat/${streamId(s)}`]) {
      this.#node.whisper(name, this.id, { t: 'signal', kind: 'typing', s: name, actor, on });
    }
  }

  /** To the same person's other terminals on this node. */
  #tellOwn(frame: Frame): void {
    const text = JSON.stringify(frame);
    for (const other of this.#node.sessions) {
      if (other !== this && other.#person?.id === this.#person?.id && other.isOpen) other.signal(text);
    }
  }

  #done(frame: { re?: string }): void {
    if (frame.re !== undefined) this.#answer({ t: 'done', re: frame.re });
  }

  #refuse(frame: object, code: RefusalCode, retryAfterMs?: number): void {
    const { id, re } = frame as { id?: string; re?: string };
    const about = { ...(id === undefined ? {} : { id }), ...(re === undefined ? {} : { re }) };
    const again = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.#answer({ t: 'refused', ...about, code, message: REFUSALS[code].message, ...again });
    if (code === 'rate_limited' || code === 'unknown_follows' || !this.#node.parts.config.rates) return;
    if (this.#refusals.use(this.#now()) > 0) this.close('rate');
  }

  /** Control frames and answers are never dropped (CON4); who takes none of them is too slow. */
  #answer(frame: Frame): void {
    if (this.#isClosed()) return;
    this.#wire.send(JSON.stringify(frame));
    if (this.#wire.unsentBytes > SLOW_BYTES) this.close('slow');
  }

  /** The same for what the terminal may know already, and what can wait for the next frame. */
  #enclose(frame: Frame): void {
    if (!this.#isClosed()) this.#wire.enclose(JSON.stringify(frame));
  }

  /** Pushes an update, or marks its stream while the terminal is full (CON4). */
  push(s: Stream, text: string, head: Point): void {
    const watch = this.#watching(s);
    if (this.#state !== 'open' || !watch) return;
    // The permission may have gone with the epoch in which it was given, and no item says so (CON9, EPO2).
    if (watch.epoch !== this.#node.parts.streams.epoch) return void this.recheck(s);
    if (watch.marked || this.#wire.unsentBytes > FULL_BYTES) return this.#mark(watch);
    this.#node.parts.metrics.pushes.inc();
    this.#wire.send(text);
    watch.told = head;
  }

  /** One update for each stream that was marked, as soon as there is room. */
  async #drain(): Promise<void> {
    const unsent = this.#wire.unsentBytes;
    // However slow, one that takes what it is sent is not stuck.
    if (unsent < this.#unsent) this.#fullSince = this.#now();
    this.#unsent = unsent;
    if (unsent > LOW_BYTES) {
      if (this.#now() - this.#fullSince > STUCK_MS) this.close('slow');
      return;
    }
    this.#endDraining?.();
    this.#endDraining = undefined;
    this.#fullSince = 0;
    for (const [s, watch] of this.#watches) {
      if (!watch.marked || watch.inDoubt > 0) continue;
      watch.marked = false;
      await this.#bring(s, watch.told).catch((error: unknown) => this.#logFailure(error));
    }
  }

  /** What has no number is the first to be dropped (CON3). */
  signal(text: string): void {
    if (this.#mayBeSignalled()) this.#wire.send(text);
  }

  /** The same for what is told to every connection anew, so that it must not wake anybody (CON8). */
  remind(text: string): void {
    if (this.#mayBeSignalled()) this.#wire.enclose(text);
  }

  #mayBeSignalled(): boolean {
    return this.#state === 'open' && this.#wire.unsentBytes <= LOW_BYTES;
  }

  /** BEAT1: at most one beat is ever unsent. BEAT5: a ping with each. */
  beat(text: string): void {
    if (this.#state !== 'open' || this.#beatUnsent) return;
    this.#beatUnsent = true;
    this.#wire.send(text, () => {
      this.#beatUnsent = false;
    });
    this.#wire.ping();
  }

  /** BEAT5: who was not heard for 2.5 beats is gone. */
  endIfSilent(now: number): boolean {
    if (now - this.heardAt <= 2.5 * this.beatMs) return false;
    this.#wire.terminate();
    return true;
  }

  /** The agent behind this connection, if it is one. */
  get agent(): string | undefined {
    return this.#person && this.#person.type !== 'customer' ? this.#person.id : undefined;
  }

  close(why: 'token' | 'slow' | 'protocol' | 'draining' | 'rate'): void {
    if (this.#isClosed()) return;
    const code = CLOSE[why];
    this.#node.parts.metrics.closes.inc({ code: String(code) });
    this.#wire.close(code, why);
    this.#ended();
    // A peer that never answers the close would keep its memory.
    this.#node.parts.clock.after(2_000, () => this.#wire.terminate());
  }

  #ended(): void {
    if (this.#state === 'open' && this.#person) this.#node.parts.metrics.connections.dec({ type: this.#person.type });
    this.#state = 'closed';
    this.#endWaiting();
    this.#endDraining?.();
    for (const s of [...this.#watches.keys()]) this.#unwatch(s);
    this.#node.sessions.delete(this);
  }
}

/** Each stream once, however often it was named (I13). */
function byStream(rows: readonly HeldPoint[]): Map<Stream, HeldPoint> {
  return new Map(rows.map((row) => [row[0], row]));
}

/** Every request has its act: the compiler proves that none is missing. */
type SessionActs = {
  [N in Exclude<Request['t'], 'hello'>]: (frame: Extract<Request, { t: N }>) => Promise<void> | void;
};
