import {
  CLOSE,
  decodeRequest,
  type HeldPoint,
  type Hello,
  REFUSALS,
  type RefusalCode,
  type Request,
  streamType,
  VERSION,
  type Welcome,
  type You,
} from '@heed/protocol';
import { ulid } from 'ulid';
import type { Cancel } from '../clock.ts';
import { timeOf } from '../domain/clock.ts';
import type { Who } from '../domain/permission.ts';
import { codeOf } from '../errors.ts';
import { begin, within } from '../tracing.ts';
import type { Node } from './node.ts';
import { Outlet } from './outlet.ts';
import { type Bucket, type PersonRates, refusalsFrom } from './rates.ts';
import { byStream, Requests } from './requests.ts';
import { Watches } from './watches.ts';
import type { Wire } from './wire.ts';

const HELLO_MS = 5_000;
const MALFORMED = 10;

/** One connection of one terminal: reads its requests, answers each once, and pushes what it watches (§8). */
export class Session {
  readonly id: string;
  readonly #node: Node;
  readonly #wire: Wire;
  readonly address: string;
  readonly outlet: Outlet;
  readonly watches: Watches;
  readonly #requests: Requests;
  #refusals: Bucket;
  readonly #origin: string | undefined;
  #state: 'new' | 'greeting' | 'open' | 'closed' = 'new';
  #malformed = 0;
  #person: { type: You['type']; id: string; terminal: string; customer?: Who } | undefined;
  rates: PersonRates | undefined;
  readonly #endWaiting: Cancel;
  sessionId = '';
  heardAt: number;
  beatMs = 0;

  constructor(node: Node, wire: Wire, address: string, origin: string | undefined) {
    const { clock, log } = node.parts;
    this.id = ulid(clock.wall(), clock.random);
    this.#node = node;
    this.#wire = wire;
    this.outlet = new Outlet(wire, clock, () => this.close('slow'));
    this.watches = new Watches(node, this, this.outlet);
    this.#requests = new Requests(node, this);
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

  async #receive(text: string | undefined, bytes: number): Promise<void> {
    if (this.#state === 'closed') return;
    this.heardAt = this.#now();
    const decoded = text === undefined ? ({ ok: false, malformed: true } as const) : decodeRequest(text);
    if (!decoded.ok && decoded.malformed) return this.#malformedFrame();
    const about = decoded.ok ? decoded.frame : decoded;
    if (bytes > this.#node.parts.config.frameBytes) return this.refuse(about, 'too_large');
    if (!decoded.ok) return this.refuse(about, 'bad_frame');
    const { frame } = decoded;
    this.#node.parts.metrics.frames.inc({ t: frame.t });
    if (frame.t === 'hello') {
      if (this.#state !== 'new') return this.close('protocol');
      return this.#guarded(frame, this.#hello(frame));
    }
    if (this.#state !== 'open') return this.close('protocol');
    const span = begin('receive', { 'heed.frame': frame.t });
    await this.#guarded(
      frame,
      within(span, () => this.#requests.answer(frame)),
    );
  }

  #malformedFrame(): void {
    this.#malformed++;
    if (this.#state === 'new' || this.#malformed >= MALFORMED) return this.close('protocol');
    this.refuse({}, 'bad_frame');
  }

  /** Requests that have no answer yet. */
  answering = 0;

  /** Whatever goes wrong while answering is answered: it may be tried again, and nothing else is touched. */
  async #guarded(frame: Request, answering: Promise<void>): Promise<void> {
    this.answering++;
    try {
      await answering;
    } catch (error) {
      this.#node.parts.log.warn(
        { t: frame.t, code: codeOf(error), error: String(error) },
        'A request could not be answered.',
      );
      if (frame.t === 'hello') this.#wire.close(1013, 'unavailable');
      else this.refuse(frame, 'unavailable');
    } finally {
      this.answering--;
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
    if (this.rates) this.#refusals = this.rates.refusals;
    this.beatMs = you.type === 'customer' ? parts.config.widgetBeatMs : parts.config.deskBeatMs;
    this.#state = 'open';
    // It said hello before those were told who were there.
    if (this.#node.isDraining) return this.close('draining');
    this.#node.sessions.add(this);
    parts.metrics.connections.inc({ type: you.type });
    if (this.agent !== undefined) {
      this.#node.noteHeard(this.agent);
      parts.handOuts.isFree(this.agent);
    }
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
      this.rates = this.#node.ratesOf(type, id);
      return { type, id, name: row.name, company, chats: await people.chatsOf(id) };
    }
    if (!directory.agent(id)) await directory.refresh();
    const agent = directory.agent(id);
    if (!agent || agent.disabled) return undefined;
    this.#person = { type, id, terminal };
    this.rates = this.#node.ratesOf(type, id);
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
      presence: await people.arrive(id),
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
    const allowed = await this.watches.watchAllowed([...held.keys()]);
    const heads = await streams.heads([...allowed]);
    const rows = [...held.values()].map((row) => this.watches.status(row, heads));
    const welcome: Welcome = {
      t: 'welcome',
      session: this.id,
      epoch: streams.epoch,
      now: timeOf(this.#node.parts.clock.wall()),
      beatMs: this.beatMs,
      limits: {
        frame: config.frameBytes,
        text: config.textBytes,
        updateItems: config.updateItems,
        streams: config.streams,
        graceMs: config.graceMs,
        file: config.fileBytes,
      },
      you,
      streams: rows,
    };
    // Where it holds everything already, the welcome tells a terminal that has been welcomed before nothing new.
    const isNews = hello.epoch !== streams.epoch || rows.some(([, status]) => status !== 'ok');
    if (isNews) this.outlet.answer(welcome);
    else this.outlet.enclose(welcome);
    const isOther = hello.epoch !== undefined && hello.epoch !== welcome.epoch;
    for (const [s, status] of rows) {
      const [, n, h] = held.get(s) as HeldPoint;
      if (status === 'behind' && n > 0 && !isOther) this.#node.parts.metrics.behind.inc();
      if (status === 'ahead' && !isOther) this.watches.witness(s, { n, h }, heads.get(s));
      // One of another epoch freezes what it holds, and asks for snapshots by itself (EPO2).
      if (status === 'behind' && (!isOther || n === 0)) await this.watches.bring(s, { n, h });
    }
    await this.#bringReads();
    if (you.type === 'agent') await this.#bringDrafts();
  }

  /** How far everybody has read, for windows that go on from where they were and get no snapshot (CON3). */
  async #bringReads(): Promise<void> {
    const owed = this.watches.names.filter((s) => streamType(s) !== 'list' && this.watches.owesReads(s));
    for (const [s, actor, n, at] of await this.#node.parts.streams.reads(owed)) {
      this.outlet.enclose({ t: 'signal', kind: 'read', s, actor, n, at });
    }
  }

  async #bringDrafts(): Promise<void> {
    if (!this.#person) return;
    for (const { s, text, version } of await this.#node.parts.people.draftsOf(this.#person.id)) {
      this.outlet.enclose({ t: 'draft', s, text, version });
    }
  }

  /** After a change of the team: who is no longer of it is signed out, others lose what they may not read (CON7, CON9). */
  async recheckAll(): Promise<void> {
    if (!this.who) return this.close('token');
    await this.watches.recheckAll();
  }

  /** Says why not; one who is refused too often is shown out (CON6). */
  refuse(frame: object, code: RefusalCode, retryAfterMs?: number): void {
    const { id, re } = frame as { id?: string; re?: string };
    const about = { ...(id === undefined ? {} : { id }), ...(re === undefined ? {} : { re }) };
    const again = retryAfterMs === undefined ? {} : { retryAfterMs };
    this.outlet.answer({ t: 'refused', ...about, code, message: REFUSALS[code].message, ...again });
    if (code === 'rate_limited' || code === 'unknown_follows' || !this.#node.parts.config.rates) return;
    if (this.#refusals.use(this.#now()) > 0) this.close('rate');
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
    this.outlet.end();
    this.watches.end();
    this.#node.sessions.delete(this);
  }
}
