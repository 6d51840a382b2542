import {
  EMPTY_CONVERSATION,
  evolveConversation,
  type Frame,
  type Item,
  type Point,
  type Request,
  type Snapshot,
  type Update,
} from '@heed/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '../../protocol/src/testing/runs.ts';
import { stepOf } from './selectors.ts';
import type { Replica, Terminal } from './state.ts';
import { type Input, newTerminal, step } from './terminal.ts';

const CONVERSATION = 'conversation/c1';
const LIST = 'list/queue:q1';
const LIMITS = { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 };
const AT = '2026-01-01T00:00:00.000Z';

/** One history of one stream, whole, as a server has it. */
class Log {
  readonly s: string;
  readonly items: Item[];

  constructor(s: string, items: Item[]) {
    this.s = s;
    this.items = items;
  }

  point(n: number): Point {
    return { n, h: n === 0 ? 'h0' : (this.items[n - 1]?.h ?? '') };
  }

  get length(): number {
    return this.items.length;
  }

  /** Of a list only the newest item of each conversation, standing for those before it (LST2). */
  update(prev: number, to: number, head: number, re?: string): Update {
    const all = this.items.slice(prev, to);
    let kept = prev;
    const items = all.flatMap((item, index): Item[] => {
      const isKept = this.s === CONVERSATION || !all.slice(index + 1).some((later) => about(later) === about(item));
      if (!isKept) return [];
      const n0 = kept + 1;
      kept = item.n;
      return [n0 === item.n ? item : { ...item, n0 }];
    });
    const { s } = this;
    const base = { t: 'update' as const, s, epoch: 'e1', prev: this.point(prev), items, head: this.point(head) };
    return re === undefined ? base : { ...base, re };
  }

  snapshot(from: number, at: number, re?: string): Snapshot {
    const { s } = this;
    if (s === LIST) [from, at] = [0, 0];
    const state = s === LIST ? null : stateAt(this, at);
    const [before, items] = [this.point(from), this.items.slice(from, at)];
    const base = { t: 'snapshot' as const, s, epoch: 'e1', before, items, at: this.point(at), state };
    return re === undefined ? base : { ...base, re };
  }

  beat(head: number): Frame {
    const { n, h } = this.point(head);
    return { t: 'beat', epoch: 'e1', now: AT, heads: [[this.s, n, h]] };
  }
}

function about(item: Item): string {
  return (item.body as { conversation: string }).conversation;
}

function stateAt(log: Log, n: number) {
  return log.items.slice(0, n).reduce(evolveConversation, EMPTY_CONVERSATION);
}

const content = fc.constantFrom<Pick<Item, 'kind' | 'actor' | 'body'>[]>(
  { kind: 'message', actor: { type: 'customer', id: 'cy', name: 'Cy' }, body: { text: 'Hello?' } },
  { kind: 'message', actor: { type: 'agent', id: 'ann', name: 'Ann' }, body: { text: 'Hi', covers: 1 } },
  { kind: 'labelled', actor: { type: 'agent', id: 'ann', name: 'Ann' }, body: { added: ['vip'], removed: [] } },
  { kind: 'assigned', actor: { type: 'system', id: 'system', name: '' }, body: { from: null, to: 'agent:ann' } },
);
const log: fc.Arbitrary<Log> = fc.array(content, { minLength: 1, maxLength: 14 }).map(
  (all) =>
    new Log(
      CONVERSATION,
      all.map((each, i) => ({ ...each, n: i + 1, h: `h${i + 1}`, id: `i${i}`, at: AT })),
    ),
);
const change = fc.record({ conversation: fc.constantFrom('a', 'b', 'c'), kind: fc.constantFrom('changed', 'left') });
const list: fc.Arbitrary<Log> = fc.array(change, { minLength: 1, maxLength: 14 }).map(
  (all) =>
    new Log(
      LIST,
      all.map(({ conversation, kind }, i) => ({
        n: i + 1,
        h: `h${i + 1}`,
        id: `${conversation}.${i + 1}`,
        kind,
        actor: { type: 'system', id: 'system', name: '' },
        at: AT,
        body: { conversation, number: i },
      })),
    ),
);

/** What can arrive: any piece of the log, in any order, also what was asked for; times may pass. */
type Arrival =
  | { what: 'update'; prev: number; length: number; ahead: number }
  | { what: 'snapshot'; from: number; at: number }
  | { what: 'beat'; head: number }
  | { what: 'answer'; limit: number }
  | { what: 'cut' }
  | { what: 'tick' }
  | { what: 'older' };
const n = fc.nat(14);
const arrivals: fc.Arbitrary<Arrival[]> = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('update' as const), prev: n, length: n, ahead: fc.nat(2) }),
    fc.record({ what: fc.constant('update' as const), prev: n, length: n, ahead: fc.nat(2) }),
    fc.record({ what: fc.constant('snapshot' as const), from: n, at: n }),
    fc.record({ what: fc.constant('beat' as const), head: n }),
    fc.record({ what: fc.constant('answer' as const), limit: fc.integer({ min: 1, max: 5 }) }),
    fc.constantFrom<Arrival[]>({ what: 'cut' }, { what: 'tick' }, { what: 'older' }),
  ),
  { maxLength: 30 },
);

/** A desk that watches the log, with what it asked for. */
class Reader {
  t: Terminal = newTerminal('desk', 't1', 0);
  asked: Request[] = [];
  now = 1_000_000;
  readonly log: Log;
  /** Heads only grow on a connection: what the server says later is not older. */
  head = 0;

  constructor(log: Log) {
    this.log = log;
    this.do({ i: 'watch', s: log.s }).connect();
  }

  do(input: Input): this {
    const { state, effects } = step(this.t, input, this.now, 0.5);
    this.t = state;
    for (const effect of effects) if (effect.do === 'transmit') this.asked.push(effect.frame);
    return this;
  }

  get(frame: Frame): this {
    return this.do({ i: 'frame', frame });
  }

  connect(): this {
    this.do({ i: this.t.link.state === 'idle' ? 'start' : 'wake' }).do({ i: 'opened', token: '' });
    this.asked = [];
    const at = this.replica?.at;
    const { n, h } = this.log.point(this.head);
    const status = at && at.n === n ? 'ok' : 'behind';
    const you = { type: 'agent' as const, id: 'ann', name: 'Ann', company: '' };
    return this.get({
      t: 'welcome',
      session: 's',
      epoch: 'e1',
      now: AT,
      beatMs: 10_000,
      limits: LIMITS,
      you,
      streams: [[this.log.s, status, n, h]],
    });
  }

  get replica(): Replica | undefined {
    return this.t.replicas.get(this.log.s);
  }

  /** Answers the oldest question, as the server would whose log is this long. */
  answer(limit: number): boolean {
    const request = this.asked.shift();
    if (!request) return false;
    const { log, head } = this;
    if (request.t === 'get' && request.before !== undefined) {
      const from = Math.max(0, request.before - 1 - limit);
      this.get(log.update(from, request.before - 1, head, request.re));
    } else if (request.t === 'get' || request.t === 'open') {
      const after = request.t === 'get' ? request.after : request.at;
      const to = Math.min(head, (after?.n ?? 0) + limit);
      if (after && after.n <= head) this.get(log.update(after.n, to, head, request.re));
      else {
        this.get(log.snapshot(Math.max(0, head - limit), head, request.re));
        if (log.s === LIST) this.get(log.update(0, Math.min(head, limit), head));
      }
    }
    return true;
  }

  arrive(arrival: Arrival): void {
    const { log } = this;
    const upTo = (m: number) => Math.min(m, log.length);
    if (arrival.what === 'answer') return void this.answer(arrival.limit);
    if (arrival.what === 'cut') return void this.do({ i: 'closed', code: 1006 }).connect();
    if (arrival.what === 'older') return void this.do({ i: 'older', s: log.s });
    if (arrival.what === 'tick') {
      this.now += 3_000;
      // Silence alone would end the connection.
      return this.tick();
    }
    if (arrival.what === 'beat') {
      this.head = Math.max(this.head, upTo(arrival.head));
      return void this.get(log.beat(this.head));
    }
    if (arrival.what === 'snapshot') {
      this.head = Math.max(this.head, upTo(arrival.at));
      return void this.get(log.snapshot(Math.min(arrival.from, upTo(arrival.at)), upTo(arrival.at)));
    }
    const prev = upTo(arrival.prev);
    const to = upTo(prev + arrival.length);
    const head = upTo(to + arrival.ahead);
    this.head = Math.max(this.head, head);
    this.get(log.update(prev, to, head));
  }

  /** Two late answers end a connection; the next begins at once. */
  tick(): void {
    this.get({ t: 'done', re: 'x' }).do({ i: 'tick' });
    if (this.t.link.state !== 'open') this.connect();
  }

  /** The network is well again, and the log whole: questions are answered, a beat comes, time passes. */
  settle(): void {
    this.head = this.log.length;
    for (let round = 0; round < 6; round++) {
      for (let asked = 0; this.answer(5); asked++) expect(asked, 'asks without end').toBeLessThan(60);
      this.now += 6_000;
      this.get(this.log.beat(this.head)).tick();
    }
  }
}

/** The window is a stretch of the log without a gap, and its state is that of the log up to there. */
function expectStretch({ replica, log }: Reader): void {
  if (!replica?.at) return;
  expect(replica.at).toEqual(log.point(replica.at.n));
  expect(replica.before).toEqual(log.point(replica.before.n));
  expect(replica.items).toEqual(log.items.slice(replica.before.n, replica.at.n));
  expect(replica.state).toEqual(stateAt(log, replica.at.n));
}

function expectEntries({ replica, log }: Reader): void {
  if (!replica?.at) return;
  expect(replica.at).toEqual(log.point(replica.at.n));
  const newest = new Map(log.items.slice(0, replica.at.n).map((item) => [about(item), item.n]));
  expect([...replica.items].map((item) => [about(item), item.n]).sort()).toEqual([...newest].sort());
}

describe('any split, repetition, order and overlap of what is true of one log', () => {
  test('I1 CMP4 CMP5 CMP6 CMP10 CMP11 a window is always a stretch of the log, and is all of it in the end', () => {
    fc.assert(
      fc.property(log, arrivals, (whole, all) => {
        const reader = new Reader(whole);
        for (const arrival of all) {
          reader.arrive(arrival);
          expectStretch(reader);
        }
        reader.settle();
        expectStretch(reader);
        expect(reader.replica?.at).toEqual(whole.point(whole.length));
        expect(stepOf(reader.t, whole.s, reader.now).name).toBe('in-step');
        expect(reader.t.counters.divergences).toBe(0);
      }),
      runs(500),
    );
  });

  test('LST2 the same of a list, which keeps the newest of each conversation', () => {
    fc.assert(
      fc.property(list, arrivals, (whole, all) => {
        const reader = new Reader(whole);
        for (const arrival of all) {
          reader.arrive(arrival);
          expectEntries(reader);
        }
        reader.settle();
        expectEntries(reader);
        expect(reader.replica?.at).toEqual(whole.point(whole.length));
        const present = new Map(whole.items.map((item) => [about(item), item]));
        const rows = [...present].filter(([, item]) => item.kind !== 'left').map(([id]) => id);
        expect([...(reader.replica?.entries.keys() ?? [])].sort()).toEqual(rows.sort());
      }),
      runs(300),
    );
  });

  test('CMP3 a piece of another log is applied nowhere below what is held, and is told', () => {
    fc.assert(
      fc.property(log, fc.nat(), fc.nat(14), (whole, where, prev) => {
        const reader = new Reader(whole);
        reader.settle();
        const other = new Log(whole.s, structuredClone(whole.items));
        const at = where % whole.length;
        for (const item of other.items.slice(at)) item.h = `other ${item.h}`;
        const from = Math.min(prev, whole.length - 1);
        const before = reader.replica;
        reader.get(other.update(from, whole.length, whole.length));
        expect(reader.replica?.items).toEqual(before?.items);
        expect(reader.replica?.phase).toEqual({ name: 'frozen', why: 'diverged' });
        expect(reader.asked.find(({ t }) => t === 'diverged')).toBeDefined();
      }),
      runs(200),
    );
  });
});
