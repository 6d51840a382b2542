import {
  type Frame,
  type HeldPoint,
  type Hello,
  type RefusalCode,
  type Request,
  type Send,
  type Snapshot,
  type Stream,
  streamId,
  streamType,
  type Update,
} from '@heed/protocol';
import { decodeTime, isValid } from 'ulid';
import { timeOf } from '../domain/clock.ts';
import { mayReadList, type Who } from '../domain/permission.ts';
import type { Outcome } from '../ledger/command.ts';
import { ATTRIBUTES } from '../store/people.ts';
import type { Node } from './node.ts';
import type { Outlet } from './outlet.ts';
import type { RateName } from './rates.ts';
import type { Session } from './session.ts';
import type { Watches } from './watches.ts';

/** What an open session's requests do: each is answered once (CON2). */
export class Requests {
  readonly #node: Node;
  readonly #session: Session;
  readonly #watches: Watches;
  readonly #outlet: Outlet;

  constructor(node: Node, session: Session) {
    this.#node = node;
    this.#session = session;
    this.#watches = session.watches;
    this.#outlet = session.outlet;
  }

  async answer(frame: Exclude<Request, Hello>): Promise<void> {
    const wait = this.#rate(frame);
    if (wait > 0) return this.#refuse(frame, 'rate_limited', wait);
    await (this.#acts[frame.t] as (frame: Request) => Promise<void> | void)(frame);
  }

  #rate(frame: Request): number {
    if (!this.#node.parts.config.rates || frame.t === 'alive' || frame.t === 'shut') return 0;
    const name: RateName = frame.t === 'send' || frame.t === 'take' ? 'send' : frame.t === 'get' ? 'get' : 'other';
    return this.#session.rates?.[name].use(this.#now()) ?? 0;
  }

  readonly #acts: SessionActs = {
    open: async (frame) => {
      if (!this.#watches.has(frame.s) && this.#watches.names.length >= this.#node.parts.config.streams)
        return this.#refuse(frame, 'too_large');
      const allowed = await this.#watches.watchAllowed([frame.s]);
      if (!allowed.has(frame.s)) return this.#refuse(frame, 'not_found');
      await this.#answerPiece(frame, this.#watches.piece(frame.s, frame.at ?? { n: 0, h: '' }));
    },
    get: async (frame) => {
      if (!(await this.#watches.allowed([frame.s])).has(frame.s)) return this.#refuse(frame, 'not_found');
      const { streams } = this.#node.parts;
      if (frame.before !== undefined)
        return this.#answerPiece(frame, streams.before(frame.s, frame.before, frame.limit));
      if (frame.after !== undefined) this.#node.parts.metrics.mismatches.inc();
      await this.#answerPiece(frame, this.#watches.piece(frame.s, frame.after ?? { n: 0, h: '' }));
      if (frame.after !== undefined) this.#node.parts.metrics.repaired.inc();
    },
    shut: (frame) => {
      this.#watches.unwatch(frame.s);
      this.#done(frame);
    },
    check: async (frame) => {
      const { streams, config } = this.#node.parts;
      if (frame.streams.length > config.streams) return this.#refuse(frame, 'too_large');
      const held = byStream(frame.streams);
      const allowed = await this.#watches.allowed([...held.keys()]);
      const heads = await streams.heads([...allowed]);
      const rows = [...heads].map(([s, { n, h }]): HeldPoint => [s, n, h]);
      const re = frame.re === undefined ? {} : { re: frame.re };
      this.#outlet.answer({ t: 'beat', epoch: streams.epoch, now: timeOf(this.#wall()), heads: rows, ...re });
      for (const [s, n, h] of held.values()) {
        const head = heads.get(s);
        if (head && n > head.n) this.#watches.witness(s, { n, h }, head);
        if (head && (head.n > n || (n === head.n && h !== head.h))) await this.#watches.bring(s, { n, h });
      }
    },
    send: (frame) => this.#send(frame),
    cancel: async (frame) => {
      const who = this.#session.who;
      if (!who) return this.#session.close('token');
      const outcome = await this.#node.parts.ledger.submit({ do: 'cancel', who, s: frame.s, id: frame.id });
      await this.#outcome(frame, outcome);
    },
    take: async (frame) => {
      const who = this.#session.who;
      const { directory, ledger } = this.#node.parts;
      if (!who) return this.#session.close('token');
      const mayTake = mayReadList(who, `list/queue:${frame.queue}`) && directory.queue(frame.queue);
      if (!mayTake) return this.#refuse(frame, 'not_found');
      const outcome = await ledger.submit({ do: 'take', who, id: frame.id, queue: frame.queue });
      await this.#outcome(frame, outcome);
    },
    read: (frame) => {
      // Only of what this terminal was let open; whether the point is a true one, the store says.
      const person = this.#session.who;
      const { s, n, h } = frame;
      const mayNote = this.#watches.isCertain(s) && streamType(s) !== 'list';
      if (mayNote && person) this.#node.noteRead({ s, n, h, type: person.type, actor: person.id });
      this.#done(frame);
    },
    typing: (frame) => {
      const who = this.#session.who;
      if (who && this.#watches.isCertain(frame.s) && streamType(frame.s) !== 'list')
        this.#typing(who, frame.s, frame.on);
      this.#done(frame);
    },
    viewing: (frame) => {
      const who = this.#session.who;
      const { s, on } = frame;
      if (who && who.type !== 'customer' && this.#watches.isCertain(s) && streamType(s) === 'conversation') {
        const actor = { type: who.type, id: who.id, name: who.name };
        this.#node.whisper(s, this.#session.id, { t: 'signal', kind: 'viewing', s, actor, on });
      }
      this.#done(frame);
    },
    alive: (frame) => {
      // At once, and not with the next beat: who is given work was heard within the last beats (LST5).
      const { agent } = this.#session;
      if (agent !== undefined) this.#node.noteHeard(agent);
      this.#done(frame);
    },
    presence: async (frame) => {
      const person = this.#session.who;
      if (!person || person.type === 'customer') return this.#refuse(frame, 'forbidden');
      await this.#node.attend(person.id, frame.state, this.#session.id);
      this.#done(frame);
    },
    draft: async (frame) => {
      const person = this.#session.who;
      if (!person || person.type === 'customer' || !this.#watches.isCertain(frame.s))
        return this.#refuse(frame, 'not_found');
      if (Buffer.byteLength(frame.text) > this.#node.parts.config.textBytes) return this.#refuse(frame, 'too_large');
      if (!frame.text.isWellFormed() || frame.text.includes('\u0000')) return this.#refuse(frame, 'bad_body');
      const { s } = frame;
      const newest = await this.#node.parts.people.saveDraft(person.id, s, frame.text, frame.version);
      // Who was away hears what was written meanwhile, also where that is nothing any more.
      if (newest.version > frame.version) this.#outlet.enclose({ t: 'draft', s, ...newest });
      else this.#tellOwn({ t: 'draft', s, ...newest });
      this.#done(frame);
    },
    visit: async (frame) => {
      if (this.#session.who?.type !== 'customer') return this.#refuse(frame, 'forbidden');
      const clean = (text: string) => text.toWellFormed().replaceAll('\u0000', '').slice(0, 2048);
      const { url, title = '', referrer = '' } = frame;
      const visit = { url: clean(url), title: clean(title), referrer: clean(referrer) };
      await this.#node.parts.people.saveVisit(this.#session.who.id, visit);
      this.#done(frame);
    },
    attributes: async (frame) => {
      if (this.#session.who?.type !== 'customer') return this.#refuse(frame, 'forbidden');
      const text = JSON.stringify(frame.attributes);
      const isTooMuch = Object.keys(frame.attributes).length > ATTRIBUTES;
      if (isTooMuch || Buffer.byteLength(text) > this.#node.parts.config.textBytes)
        return this.#refuse(frame, 'too_large');
      if (!text.isWellFormed() || text.includes('\\u0000') || /\\ud[89a-f]/i.test(text))
        return this.#refuse(frame, 'bad_body');
      await this.#node.parts.people.saveAttributes(this.#session.who.id, frame.attributes);
      this.#done(frame);
    },
    renew: async (frame) => {
      const session = await this.#node.parts.people.findToken(frame.token);
      if (!session || session.person !== this.#session.who?.id) return this.#session.close('token');
      this.#session.sessionId = session.id;
      this.#done(frame);
    },
    diverged: (frame) => {
      const { metrics, log } = this.#node.parts;
      const reporter = this.#session.who?.type ?? 'customer';
      metrics.divergences.inc({ reporter });
      log.error(
        { s: frame.s, ours: frame.ours, theirs: frame.theirs, reporter },
        'A window held something else than the log.',
      );
      // A customer's word sets nothing off.
      if (reporter !== 'customer' && this.#watches.isCertain(frame.s)) this.#node.parts.examine?.(frame.s);
      this.#done(frame);
    },
  };

  async #answerPiece(
    frame: { t: 'open' | 'get'; s: Stream; re?: string },
    reading: Promise<Update | Snapshot | undefined>,
  ): Promise<void> {
    const piece = await reading;
    // Lost or in doubt by now, perhaps because another question about it failed: who asks again finds out.
    const isLost = frame.t === 'open' && !this.#watches.isCertain(frame.s);
    if (!piece) this.#refuse(frame, 'not_found');
    else if (isLost) this.#refuse(frame, 'unavailable');
    else await this.#watches.tell(piece, frame.re);
  }

  async #send(frame: Send): Promise<void> {
    const who = this.#session.who;
    if (!who) return this.#session.close('token');
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
      this.#outlet.answer({ t: 'sent', id, s: outcome.s, at: outcome.at, ...re });
      this.#noteWait(id);
    } else if (outcome.do === 'refused') {
      this.#refuse(frame, outcome.code);
      if (outcome.code === 'wrong_epoch') await this.#tellEpoch();
    } else if (outcome.do === 'cancelled')
      this.#outlet.answer({ t: 'cancelled', id, s: (frame as { s: Stream }).s, ...re });
    else if (frame.t === 'send') {
      const update = await this.#node.parts.streams.stretch(frame.s, outcome.after);
      if (!update) return this.#refuse(frame, 'not_found');
      this.#outlet.answer({ ...heldBy(frame, outcome, update), ...re });
    }
  }

  /** How long a send was in its author's outbox: its id says when it was pressed, by the author's clock (STR6). */
  #noteWait(id: string): void {
    if (!isValid(id)) return;
    this.#node.parts.metrics.waited.observe(Math.max(0, this.#wall() - decodeTime(id)) / 1_000);
  }

  /** Who sends in an epoch that is over need not wait for the beat to learn of the new one (EPO2). */
  async #tellEpoch(): Promise<void> {
    const { streams } = this.#node.parts;
    const heads = await streams.heads([...this.#watches.streams]);
    const rows = [...heads].map(([s, { n, h }]): HeldPoint => [s, n, h]);
    this.#outlet.answer({ t: 'beat', epoch: streams.epoch, now: timeOf(this.#wall()), heads: rows });
  }

  /** Each side hears of the other; colleagues hear of each other. */
  #typing(who: Who, s: Stream, on: boolean): void {
    const actor = { type: who.type, id: who.id, name: who.name };
    for (const name of [`conversation/${streamId(s)}`, `chat/${streamId(s)}`]) {
      this.#node.whisper(name, this.#session.id, { t: 'signal', kind: 'typing', s: name, actor, on });
    }
  }

  /** To the same person's other terminals on this node. */
  #tellOwn(frame: Frame): void {
    const text = JSON.stringify(frame);
    for (const other of this.#node.sessions) {
      if (other !== this.#session && other.isOpen && other.who?.id === this.#session.who?.id) other.outlet.signal(text);
    }
  }

  #done(frame: { re?: string }): void {
    if (frame.re !== undefined) this.#outlet.answer({ t: 'done', re: frame.re });
  }

  #refuse(frame: object, code: RefusalCode, retryAfterMs?: number): void {
    this.#session.refuse(frame, code, retryAfterMs);
  }

  #now(): number {
    return this.#node.parts.clock.now();
  }

  #wall(): number {
    return this.#node.parts.clock.wall();
  }
}

/** The answer to a send that is held: the refusal repairs the window (GRD3). */
export function heldBy({ id, s, attempt }: Send, outcome: Extract<Outcome, { do: 'held' }>, update: Update) {
  const { because, duplicateOf } = outcome;
  const repeat = duplicateOf === undefined ? {} : { duplicateOf };
  return { t: 'held' as const, id, s, attempt, update, because, ...repeat };
}

/** Each stream once, however often it was named (I13). */
export function byStream(rows: readonly HeldPoint[]): Map<Stream, HeldPoint> {
  return new Map(rows.map((row) => [row[0], row]));
}

/** Every request has its act: the compiler proves that none is missing. */
type SessionActs = {
  [N in Exclude<Request['t'], 'hello'>]: (frame: Extract<Request, { t: N }>) => Promise<void> | void;
};
