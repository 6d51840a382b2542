import type { Frame, HeldPoint, Hello, Request, Send, Snapshot, Update, Welcome } from '@heed/protocol';
import { REFUSALS, type RefusalCode } from '@heed/protocol';
import { decide, type Intent } from '../../packages/server/src/domain/decide.ts';
import type { Who } from '../../packages/server/src/domain/permission.ts';
import type { ReadLimits, Streams } from '../../packages/server/src/store/streams.ts';
import { FIRST_EPOCH, Histories, hasPoint, headOf, type Log, NOW, pointAt, STREAM } from './log.ts';
import { streamsOf } from './reading.ts';

/** What is stored, and what was stored before it went back in time. */
export interface Server {
  readonly epoch: string;
  readonly log: Log;
  readonly past: readonly { epoch: string; log: Log }[];
}

/** What one request led to. `pushed` goes to everybody who watches, before the answers. */
export interface Answered {
  server: Server;
  answers: Frame[];
  pushed?: Update;
  /** Whether who asked watches the stream from now on. */
  watches?: true;
}

/** Rules of the server that may be broken, to see that it is found. */
export type ServerBreak = 'no-deduplication' | 'no-guard' | 'no-epoch';

export const CUSTOMER: Who = {
  type: 'customer',
  id: 'cy',
  name: 'Cy',
  terminal: 'phone',
  isAdmin: false,
  queues: new Map(),
  inbox: 'shop',
};

/** Small enough that three items are many: an update has two at most, and so has a snapshot. */
const LIMITS: ReadLimits = { updateItems: 2, updateBytes: 131_072, snapshotItems: 2, farBehindItems: 3 };
const WELCOME = { frame: 262_144, text: 16_384, updateItems: 2, streams: 300, graceMs: 60_000 };

/**
 * The server's side of one stream, put together from its pure parts as the session and the ledger do it: it reads through
 * the real `Streams`, decides with the real `decide`, and numbers and hashes with the real chain.
 */
export class SmallServer {
  readonly histories = new Histories();
  readonly #streams = new Map<string, Streams>();
  readonly #breaks: ReadonlySet<string>;

  constructor(breaks: readonly string[]) {
    this.#breaks = new Set(breaks);
  }

  /** As it begins: the customer has written, and waits in the queue. */
  begin(): Server {
    const empty: Server = { epoch: FIRST_EPOCH, log: this.histories.empty, past: [] };
    return this.say(empty, 'c0').server;
  }

  #reads({ log, epoch }: Server): Streams {
    const key = `${epoch} ${headOf(log).h}`;
    const known = this.#streams.get(key);
    if (known) return known;
    const made = streamsOf(log, epoch, LIMITS);
    this.#streams.set(key, made);
    return made;
  }

  /** The customer writes, on a device that is not part of this world. */
  say(server: Server, id: string): Answered {
    return this.#store(server, CUSTOMER, { id, kind: 'message', body: { text: id }, basedOn: { n: 0, h: '' } });
  }

  /** It goes back to what it had so many items ago, and begins a new epoch, or nobody noticed (EPO1). */
  rollBack(server: Server, items: number, isNoticed: boolean): Server {
    const { epoch, log, past } = server;
    return {
      epoch: isNoticed ? `e${Number(epoch.slice(1)) + 1}` : epoch,
      log: this.histories.upTo(log, log.items.length - items),
      past: [...past, { epoch, log }],
    };
  }

  beat(server: Server, re?: string): Frame {
    const { n, h } = headOf(server.log);
    const heads: HeldPoint[] = [[STREAM, n, h]];
    return { t: 'beat', epoch: server.epoch, now: NOW, heads, ...(re === undefined ? {} : { re }) };
  }

  async answer(server: Server, who: Who, request: Request): Promise<Answered> {
    const just = (...answers: (Frame | undefined)[]): Answered => ({
      server,
      answers: answers.filter((frame) => frame !== undefined),
    });
    switch (request.t) {
      case 'hello':
        return { ...just(...(await this.#welcome(server, who, request))), watches: true };
      case 'open':
        return { ...just(named(await this.#piece(server, request.at), request.re)), watches: true };
      case 'get':
        return just(named(await this.#got(server, request), request.re));
      case 'check':
        return just(this.beat(server, request.re), await this.#checked(server, request.streams[0]));
      case 'send':
        return this.#send(server, who, request);
      default:
        return just();
    }
  }

  async #welcome(server: Server, who: Who, hello: Hello): Promise<(Frame | undefined)[]> {
    const { epoch } = server;
    const row = hello.streams[0];
    const status = row && this.#status(server, row);
    const welcome: Welcome = {
      t: 'welcome',
      session: 's',
      epoch,
      now: NOW,
      beatMs: 10_000,
      limits: WELCOME,
      you: { type: 'agent', id: who.id, name: who.name, company: '' },
      streams: status ? [status] : [],
    };
    const isOther = hello.epoch !== undefined && hello.epoch !== epoch;
    if (status?.[1] !== 'behind' || (isOther && row && row[1] > 0)) return [welcome];
    return [welcome, row && (await this.#piece(server, { n: row[1], h: row[2] }))];
  }

  #status({ log }: Server, [s, n, h]: HeldPoint): Welcome['streams'][number] {
    const head = headOf(log);
    if (n > head.n) return [s, 'ahead', head.n, head.h];
    if (n === head.n && h === head.h) return [s, 'ok', head.n, head.h];
    return [s, n === head.n && n > 0 ? 'diverged' : 'behind', head.n, head.h];
  }

  #piece(server: Server, at = { n: 0, h: '' }): Promise<Update | Snapshot | undefined> {
    const streams = this.#reads(server);
    return at.n === 0 && at.h === '' ? streams.snapshot(STREAM) : streams.after(STREAM, at);
  }

  #got(server: Server, request: Extract<Request, { t: 'get' }>): Promise<Update | Snapshot | undefined> {
    if (request.before === undefined) return this.#piece(server, request.after);
    return this.#reads(server).before(STREAM, request.before, request.limit);
  }

  async #checked(server: Server, row: HeldPoint | undefined): Promise<Frame | undefined> {
    const head = headOf(server.log);
    if (!row || head.n < row[1] || (head.n === row[1] && head.h === row[2])) return undefined;
    return this.#piece(server, { n: row[1], h: row[2] });
  }

  /** SND6, from deduplication on. */
  async #send(server: Server, who: Who, send: Send): Promise<Answered> {
    const { log } = server;
    const re = send.re === undefined ? {} : { re: send.re };
    const known = log.items.find((item) => item.id === send.id && item.actor.id === who.id);
    if (known && !this.#breaks.has('no-deduplication'))
      return { server, answers: [{ t: 'sent', id: send.id, s: STREAM, at: pointAt(log, known.n), ...re }] };
    const refuse = (code: RefusalCode, ...more: Frame[]): Answered => ({
      server,
      answers: [{ t: 'refused', id: send.id, code, message: REFUSALS[code].message, ...re }, ...more],
    });
    if (send.epoch !== server.epoch && !this.#breaks.has('no-epoch')) return refuse('wrong_epoch', this.beat(server));
    const isKnown = (id: string) => log.items.some((item) => item.id === id && item.actor.id === who.id);
    if (send.follows !== undefined && !isKnown(send.follows)) return refuse('unknown_follows');
    const basedOn = send.basedOn && hasPoint(log, send.basedOn) ? send.basedOn : { n: 0, h: '' };
    const { id, kind, body, follows } = send;
    const intent: Intent = { id, kind, body, basedOn, ...(follows === undefined ? {} : { follows }) };
    const stored = this.#store(server, who, intent);
    if (stored.because) {
      const update = await this.#reads(server).stretch(STREAM, basedOn);
      if (!update) return refuse('not_found');
      const { attempt } = send;
      return { server, answers: [{ t: 'held', id, s: STREAM, attempt, update, because: stored.because, ...re }] };
    }
    if (stored.code) return refuse(stored.code);
    const at = pointAt(stored.server.log, log.items.length + 1);
    return { ...stored, answers: [{ t: 'sent', id, s: STREAM, at, ...re }] };
  }

  #store(server: Server, who: Who, intent: Intent): Answered & { because?: number[]; code?: RefusalCode } {
    const { log, epoch } = server;
    const recent = this.#breaks.has('no-guard') ? [] : log.traces;
    const around = { now: NOW, exists: () => true, textBytes: 16_384 };
    const decision = decide(
      log.conversation,
      { recent, targets: new Map(), answers: [], attachments: new Map() },
      who,
      intent,
      around,
    );
    if (decision.do === 'held') return { server, answers: [], because: decision.because };
    if (decision.do === 'refused') return { server, answers: [], code: decision.code };
    let grown = log;
    for (const item of decision.items) grown = this.histories.append(grown, item, who.terminal, server.past.length);
    const items = grown.items.slice(log.items.length);
    // What is pushed is cut like what is read; its head says that there is more.
    const some = items.slice(0, LIMITS.updateItems);
    const pushed: Update = { t: 'update', s: STREAM, epoch, prev: headOf(log), items: some, head: headOf(grown) };
    return { server: { ...server, log: grown }, answers: [], pushed };
  }
}

function named(piece: Update | Snapshot | undefined, re: string | undefined): Frame | undefined {
  return piece && re !== undefined ? { ...piece, re } : piece;
}
