import type { HeldPoint, Point, Snapshot, Stream, Update, Welcome } from '@heed/protocol';
import { streamId, streamType } from '@heed/protocol';
import { customerFor, mayReadChat, mayReadConversation, mayReadList } from '../domain/permission.ts';
import { codeOf } from '../errors.ts';
import type { Node } from './node.ts';
import type { Outlet } from './outlet.ts';
import type { Session } from './session.ts';

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

/** The streams that one terminal watches: what it may read of them, and what it was told (CON2, CON4, CON9). */
export class Watches {
  readonly #node: Node;
  readonly #session: Session;
  readonly #outlet: Outlet;
  readonly #watches = new Map<Stream, Watch>();

  constructor(node: Node, session: Session, outlet: Outlet) {
    this.#node = node;
    this.#session = session;
    this.#outlet = outlet;
  }

  /** What is watched and certainly may be. */
  get streams(): Iterable<Stream> {
    return [...this.#watches].filter(([, watch]) => watch.inDoubt === 0).map(([s]) => s);
  }

  /** All that is watched, in doubt or not. */
  get names(): Stream[] {
    return [...this.#watches.keys()];
  }

  has(s: Stream): boolean {
    return this.#watches.has(s);
  }

  /** Whether it is watched and certainly may be. */
  isCertain(s: Stream): boolean {
    return this.#watching(s) !== undefined;
  }

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

  /** How what a terminal holds compares with the head, for its welcome (CON1). */
  status([s, n, h]: HeldPoint, heads: Map<Stream, Point>): Welcome['streams'][number] {
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
  witness(s: Stream, theirs: Point, head: Point | undefined): void {
    const { metrics, log } = this.#node.parts;
    const reporter = this.#session.who?.type ?? 'customer';
    metrics.ahead.inc({ reporter });
    log.error({ s, theirs, head, reporter }, 'A window holds more than the log has: was an older database put back?');
  }

  /** Sends what follows a point, unasked: later, where the terminal has enough to read (CON4). */
  async bring(s: Stream, after: Point): Promise<void> {
    const watch = this.#watches.get(s);
    if (watch && this.#outlet.isFull) {
      if (watch.told.n < after.n) watch.told = after;
      return this.#mark(watch);
    }
    const piece = await this.piece(s, after);
    // What was lost or is in doubt by now is not told; who asks finds out whether it may be read again.
    if (piece && (!watch || this.#watching(s) === watch)) await this.tell(piece);
  }

  /** CON4: what was not pushed comes as soon as there is room. */
  #mark(watch: Watch): void {
    watch.marked = true;
    this.#outlet.whenLow(() => void this.#drain());
  }

  /** A terminal that holds nothing of a conversation gets a snapshot; of a list, its entries from 0 (CMP2, LST2). */
  async piece(s: Stream, after: Point): Promise<Update | Snapshot | undefined> {
    const { streams } = this.#node.parts;
    const begins = after.n === 0 && after.h === '';
    const piece = await (begins && streamType(s) !== 'list' ? streams.snapshot(s) : streams.after(s, after));
    return piece?.t === 'snapshot' ? this.#forReader(piece) : piece;
  }

  #forReader(snapshot: Snapshot): Snapshot {
    const { customer } = snapshot;
    const who = this.#session.who;
    return customer && who ? { ...snapshot, customer: customerFor(who, customer) } : snapshot;
  }

  /** After an empty snapshot of a list its entries come as updates from 0 (LST2). */
  async tell(piece: Update | Snapshot, re?: string): Promise<void> {
    this.#outlet.answer(re === undefined ? piece : { ...piece, re });
    const watch = this.#watches.get(piece.s);
    const end = piece.t === 'snapshot' ? piece.at : (piece.items.at(-1) ?? piece.prev);
    const isFurther = watch && (end.n > watch.told.n || watch.epoch !== piece.epoch || piece.t === 'snapshot');
    if (isFurther) Object.assign(watch, { told: { n: end.n, h: end.h }, epoch: piece.epoch });
    if (watch && piece.t === 'snapshot') watch.readsTold = true;
    const emptied = piece.t === 'snapshot' && streamType(piece.s) === 'list';
    if (emptied) await this.bring(piece.s, piece.at).catch((error: unknown) => this.#logFailure(error));
  }

  #logFailure(error: unknown): void {
    this.#node.parts.log.warn(
      { code: codeOf(error), error: String(error) },
      'An update could not be read; the next beat finds it.',
    );
  }

  /** Which of these streams this person may read: one query for all (CON9). */
  async allowed(names: Stream[]): Promise<Set<Stream>> {
    const who = this.#session.who;
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
    this.#node.watch(s, this.#session);
    return watch;
  }

  /** Subscribes first and asks second, so that no permission ends in between unnoticed (CON2, CON9). */
  async watchAllowed(names: Stream[]): Promise<Set<Stream>> {
    for (const s of names) this.#watch(s);
    return this.#sift(names);
  }

  /** Asks which of the watched streams may be read, and forgets the others; meanwhile nothing of them is told. */
  async #sift(names: Stream[]): Promise<Set<Stream>> {
    const doubted = names.flatMap((s) => this.#watches.get(s) ?? []);
    for (const watch of doubted) watch.inDoubt++;
    try {
      const allowed = await this.allowed(names);
      for (const s of names) if (!allowed.has(s)) this.unwatch(s);
      return allowed;
    } catch (error) {
      // Where it cannot be known, it is not shown; the beat leaves it out, and the terminal opens it again (BEAT2).
      for (const s of names) this.unwatch(s);
      throw error;
    } finally {
      for (const watch of doubted) watch.inDoubt--;
    }
  }

  /** Forgets a stream: nothing more of it is told. */
  unwatch(s: Stream): void {
    if (this.#watches.delete(s)) this.#node.unwatch(s, this.#session);
  }

  /** Looks again whether a watched stream may still be read; if not, says so and forgets it (CON9). */
  async recheck(s: Stream): Promise<void> {
    const watch = this.#watches.get(s);
    if (!watch) return;
    try {
      const allowed = await this.#sift([s]);
      if (!allowed.has(s)) return this.#outlet.answer({ t: 'gone', s });
      if (this.#watching(s) === watch) await this.bring(s, watch.told);
    } catch (error) {
      this.#logFailure(error);
    }
  }

  /** The same for everything watched, after a change of the team. */
  async recheckAll(): Promise<void> {
    const names = [...this.#watches.keys()];
    try {
      const allowed = await this.#sift(names);
      for (const s of names) if (!allowed.has(s)) this.#outlet.answer({ t: 'gone', s });
      // What was pushed while it was in doubt was not told.
      const heads = await this.#node.parts.streams.heads([...allowed]);
      for (const [s, { n }] of heads) {
        const watch = this.#watching(s);
        if (watch && n > watch.told.n) await this.bring(s, watch.told);
      }
    } catch (error) {
      this.#logFailure(error);
    }
  }

  /** Pushes an update, or marks its stream while the terminal is full (CON4). */
  push(s: Stream, text: string, head: Point): void {
    const watch = this.#watching(s);
    if (!watch) return;
    // The permission may have gone with the epoch in which it was given, and no item says so (CON9, EPO2).
    if (watch.epoch !== this.#node.parts.streams.epoch) return void this.recheck(s);
    if (watch.marked || this.#outlet.isFull) return this.#mark(watch);
    this.#node.parts.metrics.pushes.inc();
    this.#outlet.push(text);
    watch.told = head;
  }

  /** Forgets all of them. */
  end(): void {
    for (const s of this.names) this.unwatch(s);
  }

  /** One update for each stream that was marked, as soon as there is room. */
  async #drain(): Promise<void> {
    for (const [s, watch] of this.#watches) {
      if (!watch.marked || watch.inDoubt > 0) continue;
      watch.marked = false;
      await this.bring(s, watch.told).catch((error: unknown) => this.#logFailure(error));
    }
  }
}
