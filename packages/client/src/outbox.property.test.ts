import { type Frame, GUARDED, type Item, type Kind, type Request, type Send } from '@heed/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../protocol/src/testing/runs.ts';
import type { Pending, Terminal } from './state.ts';
import { type Input, newTerminal, step } from './terminal.ts';

const S = 'conversation/c1';
const AT = '2026-01-01T00:00:00.000Z';
const LIMITS = { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 };

/** What becomes of the next frame under way, and what people do meanwhile. */
type Event =
  | { what: 'press'; kind: Kind }
  | { what: 'again'; place: number }
  | { what: 'withdraw'; place: number }
  | { what: 'up'; verdict: 'store' | 'hold' | 'refuse' | 'unavailable' | 'rate' | 'lose' }
  | { what: 'down'; fate: 'arrive' | 'lose' }
  | { what: 'cut' }
  | { what: 'tick'; ms: number };
const place = fc.nat(9);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ what: fc.constant('press' as const), kind: fc.constantFrom<Kind[]>('message', 'message', 'note') }),
  fc.record({ what: fc.constantFrom<('again' | 'withdraw')[]>('again', 'withdraw'), place }),
  fc.record({
    what: fc.constant('up' as const),
    verdict: fc.constantFrom<Extract<Event, { what: 'up' }>['verdict'][]>(
      'store',
      'store',
      'store',
      'hold',
      'refuse',
      'unavailable',
      'rate',
      'lose',
    ),
  }),
  fc.record({
    what: fc.constant('down' as const),
    fate: fc.constantFrom<('arrive' | 'lose')[]>('arrive', 'arrive', 'lose'),
  }),
  fc.constant<Event>({ what: 'cut' }),
  fc.record({ what: fc.constant('tick' as const), ms: fc.constantFrom(500, 3_000, 9_000) }),
);

/** One author's desk and a server that answers as it is told to, and as SND3, SND4 and SND9 have it. */
class Story {
  t: Terminal = newTerminal('desk', 't1', 0);
  now = 1_000_000;
  up: Request[] = [];
  down: Frame[] = [];
  log: Item[] = [];
  /** Of every id ever transmitted: what was in it, and its highest attempt. */
  readonly known = new Map<string, { content: string; attempt: number }>();
  readonly cancelled = new Set<string>();
  /** The number of each id's last press. */
  readonly pressed = new Map<string, number>();
  transmitted = 0;
  #presses = 0;

  constructor() {
    this.do({ i: 'watch', s: S }).do({ i: 'start' }).connect();
  }

  do(input: Input): this {
    const { state, effects } = step(this.t, input, this.now, 0.5);
    this.t = state;
    for (const effect of effects) {
      if (effect.do === 'transmit') this.transmit(effect.frame);
      if (effect.do === 'put-pending') this.do({ i: 'written', id: effect.pending.id });
    }
    expect(this.t.outbox.filter(({ state: { name } }) => name === 'flying').length).toBeLessThanOrEqual(8);
    return this;
  }

  transmit(frame: Request): void {
    if (frame.t === 'send') this.check(frame);
    if (['send', 'cancel', 'get', 'open', 'check'].includes(frame.t)) this.up.push(frame);
  }

  /** SND3: an id never carries anything else than the first time, and attempts never go down (GRD3). */
  check({ id, kind, body, then, attempt }: Send): void {
    this.transmitted++;
    const content = JSON.stringify([kind, body, then]);
    const before = this.known.get(id);
    expect(before?.content ?? content).toBe(content);
    expect(attempt).toBeGreaterThanOrEqual(before?.attempt ?? 1);
    this.known.set(id, { content, attempt });
  }

  connect(): void {
    this.up = [];
    this.down = [];
    if (this.t.link.state === 'waiting') this.do({ i: 'wake' });
    this.do({ i: 'opened', token: '' });
    const { n, h } = this.head();
    const you = { type: 'agent' as const, id: 'ann', name: 'Ann', company: '' };
    const status = this.t.replicas.get(S)?.at?.n === n ? 'ok' : 'behind';
    const base = { session: `${this.now}`, epoch: 'e1', now: AT, beatMs: 10_000, limits: LIMITS, you };
    this.get({ t: 'welcome', ...base, streams: [[S, status, n, h]] });
    if (status === 'behind') this.get(this.update(this.t.replicas.get(S)?.at?.n ?? 0));
  }

  get(frame: Frame): void {
    this.do({ i: 'frame', frame });
  }

  head(): { n: number; h: string } {
    return { n: this.log.length, h: `h${this.log.length}` };
  }

  update(after: number, re?: string): Frame {
    const prev = { n: after, h: `h${after}` };
    const about = re === undefined ? {} : { re };
    return { t: 'update', s: S, epoch: 'e1', prev, items: this.log.slice(after), head: this.head(), ...about };
  }

  happen(event: Event): void {
    if (event.what === 'press') {
      const id = `p${++this.#presses}`;
      this.pressed.set(id, this.#presses);
      this.do({ i: 'press', send: { id, s: S, kind: event.kind, body: { text: id } } });
    } else if (event.what === 'again' || event.what === 'withdraw') this.change(event.what, event.place);
    else if (event.what === 'up') this.serve(event.verdict);
    else if (event.what === 'down') {
      const frame = this.down.shift();
      if (frame && event.fate === 'arrive') this.get(frame);
    } else if (event.what === 'cut') {
      this.do({ i: 'closed', code: 1006 });
      this.connect();
    } else this.pass(event.ms);
  }

  pass(ms: number): void {
    this.now += ms;
    // Silence alone would end the connection; so do two late answers.
    this.get({ t: 'done', re: 'x' });
    this.do({ i: 'tick' });
    if (this.t.link.state !== 'open') this.connect();
  }

  change(what: 'again' | 'withdraw', place: number): void {
    const pending = this.t.outbox[place % Math.max(1, this.t.outbox.length)];
    if (!pending) return;
    const mayAgain = ['held', 'refused', 'review'].includes(pending.state.name);
    if (what === 'again' && mayAgain) this.pressed.set(pending.id, ++this.#presses);
    this.do({ i: what, id: pending.id });
  }

  serve(verdict: Extract<Event, { what: 'up' }>['verdict']): void {
    const frame = this.up.shift();
    if (!frame || verdict === 'lose') return;
    const re = 're' in frame && frame.re !== undefined ? { re: frame.re } : {};
    if (frame.t === 'send') this.down.push(...this.answer(frame, verdict).map((each) => ({ ...each, ...re }) as Frame));
    else if (frame.t === 'get') this.down.push(this.update(frame.after?.n ?? 0, frame.re));
    else if (frame.t === 'open') this.down.push(this.update(frame.at?.n ?? 0, frame.re));
    else if (frame.t === 'check')
      this.down.push({ t: 'beat', epoch: 'e1', now: AT, heads: [[S, this.head().n, this.head().h]], ...re });
    else if (frame.t === 'cancel') this.down.push({ ...this.cancel(frame.id), ...re } as Frame);
  }

  answer(send: Send, verdict: string): Frame[] {
    const { id, s, attempt } = send;
    const stored = this.log.find((item) => item.id === id);
    if (stored) return [{ t: 'sent', id, s, at: { n: stored.n, h: stored.h } }];
    const refuse = (code: string): Frame[] => [{ t: 'refused', id, code, message: '' }];
    if (this.cancelled.has(id)) return refuse('cancelled');
    const isMet = (other: string) => this.cancelled.has(other) || this.log.some((item) => item.id === other);
    if (send.follows !== undefined && !isMet(send.follows)) return refuse('unknown_follows');
    if (verdict === 'unavailable') return refuse('unavailable');
    if (verdict === 'rate') return [{ t: 'refused', id, code: 'rate_limited', message: '', retryAfterMs: 700 }];
    if (verdict === 'refuse') return refuse('forbidden');
    if (verdict === 'hold' && GUARDED.has(send.kind))
      return [{ t: 'held', id, s, attempt, update: this.update(0) as Frame & { t: 'update' }, because: [1] }];
    const n = this.log.length + 1;
    const actor = { type: 'agent' as const, id: 'ann', name: 'Ann' };
    this.log.push({ n, h: `h${n}`, id, kind: send.kind, actor, at: AT, body: send.body });
    this.down.push(this.update(n - 1));
    return [{ t: 'sent', id, s, at: this.head() }];
  }

  cancel(id: string): Frame {
    const stored = this.log.find((item) => item.id === id);
    if (stored) return { t: 'sent', id, s: S, at: { n: stored.n, h: stored.h } };
    this.cancelled.add(id);
    return { t: 'cancelled', id, s: S };
  }

  /** Everything works again; people only watch. */
  settle(): void {
    for (let round = 0; round < 12; round++) {
      for (let n = 0; this.up.length + this.down.length > 0; n++) {
        expect(n, 'I13 they never stop').toBeLessThan(300);
        if (this.down.length > 0) this.happen({ what: 'down', fate: 'arrive' });
        else this.serve('store');
      }
      this.get({ t: 'beat', epoch: 'e1', now: AT, heads: [[S, this.head().n, this.head().h]] });
      this.pass(9_000);
    }
  }
}

function storedOrder(story: Story, kind: (kind: string) => boolean): number[] {
  return story.log.filter((item) => kind(item.kind)).map(({ id }) => story.pressed.get(id) ?? 0);
}

test('SND1 SND3 SND4 SND5 SND9 whatever gets lost, refused, held, taken back: each once, in order, and all of them end', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const story = new Story();
      for (const each of events) story.happen(each);
      story.settle();
      const ids = story.log.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const isOne of [(kind: string) => GUARDED.has(kind), (kind: string) => !GUARDED.has(kind)]) {
        const order = storedOrder(story, isOne);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }
      // Behind what its author is to look at, guarded sends wait in sight; everything else has ended.
      const inSight = (state: Pending['state']) => ['held', 'refused', 'review'].includes(state.name);
      const isHeld = story.t.outbox.some(({ state }) => state.name === 'held');
      for (const { state, kind } of story.t.outbox)
        expect(inSight(state) || (isHeld && state.name === 'waiting' && GUARDED.has(kind))).toBe(true);
      // What is neither in the log nor in sight was taken back before it was stored.
      const known = new Set([...ids, ...story.t.outbox.map(({ id }) => id)]);
      for (const id of story.known.keys())
        if (!known.has(id)) expect(story.cancelled.has(id), `${id} is nowhere`).toBe(true);
    }),
    runs(400),
  );
});

test('I13 SND5 what cannot be stored now is tried again about once a second, however much waits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom<('unavailable' | 'rate')[]>('unavailable', 'rate'),
      (many, verdict) => {
        const story = new Story();
        for (let i = 0; i < many; i++) story.happen({ what: 'press', kind: 'note' });
        story.transmitted = 0;
        const seconds = 20;
        for (let i = 0; i < seconds * 2; i++) {
          for (let n = 0; story.up.length + story.down.length > 0 && n < 500; n++) {
            if (story.down.length > 0) story.happen({ what: 'down', fate: 'arrive' });
            else story.serve(verdict);
          }
          story.pass(500);
        }
        // At most eight are under way at a time, and each flight ends with an answer that asks for a pause.
        expect(story.transmitted).toBeLessThanOrEqual(8 * 2 * seconds + many);
        expect(story.t.outbox).toHaveLength(many);
      },
    ),
    runs(20),
  );
});
