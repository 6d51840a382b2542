import type { Frame, Item, Request, Snapshot, Update } from '@heed/protocol';
import { describe, expect, test } from 'vitest';
import { stepOf } from './selectors.ts';
import type { Pending, Terminal } from './state.ts';
import { helloOf, type Input, newTerminal, step } from './terminal.ts';

const S = 'conversation/c1';
const ME = { type: 'agent' as const, id: 'a1', name: 'Ann', company: 'Co', role: 'agent' as const, queues: [] };
const LIMITS = { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 };
const STATE = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };

/** A terminal driven by hand, where frames come late, twice or in an order that a test chooses. */
class Hand {
  t: Terminal;
  sent: Request[] = [];
  /** What a page that loads now would find on the device. */
  kept = new Map<string, Pending>();
  now = 1_000_000;

  constructor(kind: 'desk' | 'widget' = 'desk') {
    this.t = newTerminal(kind, 't1', this.now);
  }
  do(input: Input): this {
    const { state, effects } = step(this.t, input, this.now, 0.5);
    this.t = state;
    for (const effect of effects) {
      if (effect.do === 'transmit') this.sent.push(effect.frame);
      if (effect.do === 'put-pending') this.kept.set(effect.pending.id, effect.pending);
      if (effect.do === 'put-pending') this.do({ i: 'written', id: effect.pending.id });
    }
    return this;
  }
  get(frame: Frame): this {
    return this.do({ i: 'frame', frame });
  }
  connect(streams: [string, 'ok' | 'behind' | 'forbidden', number, string][] = []): this {
    this.do({ i: 'start' }).do({ i: 'opened', token: 'x' });
    const base = { session: `s${this.now}`, epoch: 'e1', now: this.time, beatMs: 10_000, limits: LIMITS };
    return this.get({ t: 'welcome', ...base, you: ME, streams });
  }
  get time(): string {
    return new Date(this.now).toISOString();
  }
  last<T extends Request['t']>(t: T): Extract<Request, { t: T }> {
    return this.sent.findLast((frame) => frame.t === t) as Extract<Request, { t: T }>;
  }
  beat(n: number, re?: string): this {
    return this.get({ t: 'beat', epoch: 'e1', now: this.time, heads: [[S, n, `h${n}`]], ...(re ? { re } : {}) });
  }
  press(id: string, s = S): this {
    return this.do({ i: 'press', send: { id, s, kind: 'message', body: { text: id } } });
  }
}

function item(n: number, extra: Partial<Item> = {}): Item {
  const actor = { type: 'customer' as const, id: 'c', name: 'Cy' };
  const base = { n, h: `h${n}`, id: `i${n}`, kind: 'message', actor, at: '2026-01-01T00:00:00.000Z' };
  return { ...base, body: { text: `m${n}` }, ...extra };
}
function update(prev: number, items: Item[], re?: string): Update {
  const end = items.at(-1)?.n ?? prev;
  const ends = { prev: { n: prev, h: `h${prev}` }, head: { n: end, h: `h${end}` } };
  return { t: 'update', s: S, epoch: 'e1', items, ...ends, ...(re ? { re } : {}) };
}
function snapshot(from: number, to: number, re: string | undefined): Snapshot {
  const items = Array.from({ length: to - from }, (_, index) => item(from + index + 1));
  const ends = { before: { n: from, h: `h${from}` }, at: { n: to, h: `h${to}` } };
  return { t: 'snapshot', s: S, epoch: 'e1', items, state: STATE, ...ends, ...(re ? { re } : {}) };
}
function watching(to: number, kind: 'desk' | 'widget' = 'desk'): Hand {
  const hand = new Hand(kind).connect().do({ i: 'watch', s: S });
  return hand.get(
    update(
      0,
      Array.from({ length: to }, (_, index) => item(index + 1)),
      hand.last('open').re,
    ),
  );
}

describe('CMP3 what is no divergence', () => {
  test('a beat that was read before what was pushed and checked since', () => {
    const hand = watching(2).beat(2);
    hand.get(update(2, [item(3)])).do({ i: 'wake' });
    hand.beat(3, hand.last('check').re).beat(2).beat(3);
    expect(hand.t.counters.divergences).toBe(0);
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 3 });
  });

  test('a head below what was held at the beat before, or at the check that it answers, is one, and only one', () => {
    const hand = watching(3).beat(3).beat(2);
    expect(hand.t.counters.divergences).toBe(1);
    hand
      .get(snapshot(0, 2, hand.last('open').re))
      .beat(2)
      .beat(2);
    expect(hand.t.counters.divergences).toBe(1);
    const checked = watching(3).do({ i: 'wake' });
    checked.beat(2, checked.last('check').re);
    expect(checked.t.counters.divergences).toBe(1);
  });
});

test('CMP3 what was called stored and is not there when the connection comes back goes again', () => {
  const hand = watching(1).press('p1');
  hand.get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'h2' } }).do({ i: 'closed', code: 1006 });
  hand.do({ i: 'wake' }).do({ i: 'opened', token: 'x' });
  const base = { session: 's2', epoch: 'e1', now: hand.time, beatMs: 10_000, limits: LIMITS };
  hand.get({ t: 'welcome', ...base, you: ME, streams: [[S, 'ok', 1, 'h1']] });
  expect(hand.t.counters.divergences).toBe(1);
  hand.get(snapshot(0, 1, hand.last('open').re));
  expect(hand.last('send')).toMatchObject({ id: 'p1', attempt: 1 });
});

describe('SND1 I15 the outbox ends', () => {
  test('what was stored long ago leaves it, though the window begins after it', () => {
    const hand = new Hand();
    const pending: Pending = {
      id: 'p1',
      terminal: 't1',
      s: S,
      kind: 'message',
      body: { text: 'p1' },
      attempt: 1,
      pressedAt: 1,
      order: 1,
      flown: true,
      state: { name: 'waiting' },
    };
    hand
      .do({ i: 'restored', outbox: [pending], replicas: [], drafts: [] })
      .connect()
      .do({ i: 'watch', s: S });
    hand.get(snapshot(60, 110, hand.last('open').re)).do({ i: 'tick' });
    hand.get({ t: 'sent', id: 'p1', s: S, at: { n: 10, h: 'h10' } });
    expect(hand.t.outbox).toEqual([]);
  });

  test('what was stored and then passed by a snapshot leaves it', () => {
    const hand = watching(1)
      .press('p1')
      .get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'h2' } });
    expect(hand.t.outbox).toHaveLength(1);
    hand.get(snapshot(60, 110, undefined));
    expect(hand.t.outbox).toEqual([]);
  });

  test('SND9 taking back is told again where it could not be done, and behind what may not go', () => {
    const hand = watching(1).press('p1').do({ i: 'withdraw', id: 'p1' });
    hand.get({ t: 'refused', id: 'p1', re: hand.last('cancel').re ?? '', code: 'unavailable', message: 'no' });
    expect(hand.sent.filter((frame) => frame.t === 'cancel')).toHaveLength(1);
    hand.now += 3_000;
    hand.do({ i: 'tick' });
    expect(hand.sent.filter((frame) => frame.t === 'cancel')).toHaveLength(2);
    const two = watching(1).press('p1').press('p2');
    two.get({ t: 'refused', id: 'p1', code: 'rate_limited', message: 'no', retryAfterMs: 60_000 });
    two.do({ i: 'withdraw', id: 'p2' });
    expect(two.last('cancel')).toMatchObject({ id: 'p2' });
  });

  test('SND7 what was under way behind a first message goes on in the chat that it began, not in one more', () => {
    const hand = new Hand('widget').connect().press('p1', 'chat/new').press('p2', 'chat/new');
    hand.get({ t: 'sent', id: 'p1', s: 'chat/x1', at: { n: 1, h: 'h1' } });
    expect(hand.kept.get('p2')).toMatchObject({ s: 'chat/x1', state: { name: 'waiting' } });
    hand.do({ i: 'closed', code: 1006 }).connect();
    expect(hand.last('send')).toMatchObject({ id: 'p2', s: 'chat/x1' });
  });

  test('SND7 SND9 what went alone since the first was being taken back begins a chat itself, and is stored once', () => {
    const hand = new Hand('widget').connect().press('p1', 'chat/new').do({ i: 'withdraw', id: 'p1' });
    hand.press('p2', 'chat/new').press('p3', 'chat/new');
    expect(hand.last('send')).toMatchObject({ id: 'p3', follows: 'p2' });
    hand.get({ t: 'sent', id: 'p1', s: 'chat/x1', at: { n: 1, h: 'h1' } });
    hand.do({ i: 'closed', code: 1006 }).connect();
    const copies = hand.sent.filter((frame) => frame.t === 'send' && frame.id !== 'p1');
    expect(copies.map((frame) => 's' in frame && frame.s)).toEqual(Array(4).fill('chat/new'));
    hand.get({ t: 'sent', id: 'p2', s: 'chat/x2', at: { n: 1, h: 'h2' } });
    expect(hand.kept.get('p3')).toMatchObject({ s: 'chat/x2' });
    expect(hand.t.outbox.filter(({ s }) => s === 'chat/x2').map(({ id }) => id)).not.toContain('p1');
  });
});

test('CON9 I13 a permission that came back while away begins the window anew', () => {
  const hand = watching(2).get({ t: 'gone', s: S });
  hand.do({ i: 'closed', code: 1006 }).connect([[S, 'behind', 3, 'h3']]);
  hand.get(snapshot(0, 3, undefined));
  expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 3 });
  const before = hand.sent.length;
  hand.now += 6_000;
  hand.do({ i: 'tick' });
  expect(hand.sent.slice(before).filter((frame) => frame.t === 'open')).toEqual([]);
});

test('I12 what was erased is in the window no more, nor what it was changed to', () => {
  const edited = item(3, { kind: 'edited', body: { target: 2, text: 'better' } });
  const hand = watching(2).get(update(2, [edited]));
  hand.get(update(3, [item(4, { kind: 'erased', body: { target: 2 } })]));
  const { items } = hand.t.replicas.get(S) ?? { items: [] };
  expect(items.map(({ n, erased = false }) => [n, erased])).toEqual([
    [1, false],
    [2, true],
    [3, true],
    [4, false],
  ]);
  expect(JSON.stringify(items)).not.toContain('m2');
  expect(JSON.stringify(items)).not.toContain('better');
});

describe('CON7 a token that is over', () => {
  const asked = (terminal: Terminal, input: Input) =>
    step(terminal, input, 1_000_000, 0.5).effects.flatMap((effect) => (effect.do === 'connect' ? [effect.fresh] : []));

  test('is asked for anew, however often the network failed before it was shown', () => {
    const hand = new Hand('desk').do({ i: 'start' });
    for (let failed = 0; failed < 5; failed++) hand.do({ i: 'closed', code: 1006 }).do({ i: 'wake' });
    hand.do({ i: 'opened', token: 'old' });
    expect(asked(hand.t, { i: 'closed', code: 4001 })).toEqual([true]);
  });

  test('and anew again in a later connection, but not where a new one is refused', () => {
    const hand = new Hand('desk').connect().do({ i: 'closed', code: 4001 }).do({ i: 'opened', token: 'new' });
    expect(asked(hand.t, { i: 'closed', code: 1006 })).toEqual([]);
    expect(hand.do({ i: 'closed', code: 4001 }).t.link).toMatchObject({ state: 'refused', why: 'token' });
    hand.do({ i: 'start' }).do({ i: 'opened', token: 'x' });
    expect(asked(hand.t, { i: 'closed', code: 4001 })).toEqual([true]);
  });
});

describe('CON8 a terminal that is welcomed by every post', () => {
  const again = (
    hand: Hand,
    row: [string, 'ok' | 'behind' | 'ahead' | 'diverged', number, string],
    askedAt?: number,
  ) => {
    const base = { session: 's2', epoch: 'e1', now: hand.time, beatMs: 10_000, limits: LIMITS };
    const frame: Frame = { t: 'welcome', ...base, you: ME, streams: [row] };
    return hand.do({ i: 'frame', frame, ...(askedAt === undefined ? {} : { askedAt }) });
  };

  test('I9 is in step as of when it asked, not of when the answer came', () => {
    const hand = watching(2);
    const asked = hand.now;
    hand.now += 29_000;
    again(hand, [S, 'ok', 2, 'h2'], asked);
    expect(stepOf(hand.t, S, hand.now).name).toBe('in-step');
    hand.now += 2_000;
    expect(stepOf(hand.t, S, hand.now).name).toBe('catching-up');
    again(hand, [S, 'ok', 2, 'h2'], hand.now);
    expect(stepOf(hand.t, S, hand.now).name).toBe('in-step');
  });

  test('CMP3 finds that it holds what the server does not have', () => {
    expect(again(watching(3), [S, 'ahead', 2, 'h2']).t.counters.divergences).toBe(1);
    expect(again(watching(3), [S, 'diverged', 3, 'other']).t.counters.divergences).toBe(1);
  });

  test('BEAT3 takes what comes unasked, and what was asked for since by its own answer', () => {
    const behind = again(watching(2), [S, 'behind', 3, 'h3']);
    expect(stepOf(behind.t, S, behind.now)).toEqual({ name: 'catching-up', n: 2, head: 3 });
    behind.get(update(2, [item(3)]));
    expect(behind.t.replicas.get(S)?.asking).toBeUndefined();
    const asking = new Hand().connect().do({ i: 'watch', s: S });
    expect(helloOf(asking.t, 'x').streams).toEqual([]);
    again(asking, [S, 'behind', 3, 'h3']).get(snapshot(0, 3, asking.last('open').re));
    expect(stepOf(asking.t, S, asking.now)).toEqual({ name: 'in-step', n: 3 });
    expect(helloOf(asking.t, 'x').streams).toEqual([[S, 3, 'h3']]);
    const older = new Hand().connect().do({ i: 'watch', s: S });
    older.get(snapshot(50, 60, older.last('open').re)).do({ i: 'older', s: S });
    again(older, [S, 'behind', 61, 'h61']).get(update(60, [item(61)]));
    older.get(update(49, [item(50)], older.last('get').re));
    expect(older.t.replicas.get(S)?.items.map(({ n }) => n)).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61]);
  });

  test('EPO2 freezes at once where the epoch is another', () => {
    const hand = watching(2);
    const base = { session: 's2', epoch: 'e2', now: hand.time, beatMs: 10_000, limits: LIMITS };
    hand.get({ t: 'welcome', ...base, you: ME, streams: [[S, 'ahead', 1, 'x1']] });
    expect(hand.t.replicas.get(S)?.phase).toEqual({ name: 'frozen', why: 'epoch' });
    expect(hand.t.counters.divergences).toBe(0);
  });
});

describe('EPO2 a new epoch', () => {
  const welcome = (hand: Hand, epoch: string, streams: [string, 'ok' | 'behind', number, string][] = []) =>
    hand.get({ t: 'welcome', session: 's', epoch, now: hand.time, beatMs: 10_000, limits: LIMITS, you: ME, streams });
  const states = (hand: Hand) => hand.t.outbox.map(({ id, s, state }) => [id, s, state.name]);

  test("what a customer was told is stored goes again, an agent's is looked at again", () => {
    for (const [kind, name] of [
      ['widget', 'flying'],
      ['desk', 'review'],
    ] as const) {
      const hand = watching(2, kind).press('p1');
      hand.get({ t: 'sent', id: 'p1', s: S, at: { n: 3, h: 'h3' } });
      expect(states(hand)).toEqual([['p1', S, 'stored']]);
      hand.get({ t: 'beat', epoch: 'e2', now: hand.time, heads: [[S, 2, 'h2']] });
      hand.get({ ...snapshot(0, 2, hand.last('open').re), epoch: 'e2' });
      expect(states(hand)).toEqual([['p1', S, name]]);
    }
  });

  test.each([
    ['erase', { target: 2 }],
    ['message', { text: 'That one', replyTo: 2 }],
    ['noReplyNeeded', { upTo: 2, reason: 'thanks' }],
    ['resolve', { noReplyNeeded: { upTo: 2, reason: 'thanks' } }],
  ] as const)(
    'EPO2 a %s that names an item of the epoch that ended is not sent: the number may be another by now',
    (act, body) => {
      for (const kind of ['widget', 'desk'] as const) {
        const hand = watching(2, kind);
        hand.get({ t: 'beat', epoch: 'e2', now: hand.time, heads: [[S, 2, 'h2']] });
        hand.do({ i: 'press', send: { id: 'p1', s: S, kind: act, body } });
        hand.get({ ...snapshot(0, 2, hand.last('open').re), epoch: 'e2' });
        expect(states(hand)).toEqual([['p1', S, 'refused']]);
        hand.do({ i: 'again', id: 'p1' });
        expect(states(hand)).toEqual([['p1', S, 'refused']]);
        hand.do({ i: 'press', send: { id: 'p2', s: S, kind: act, body } });
        expect(hand.sent.filter(({ t }) => t === 'send')).toMatchObject([{ id: 'p2', epoch: 'e2' }]);
      }
    },
  );

  test('SND7 a first message whose conversation was lost begins it again', () => {
    const hand = new Hand('widget').connect();
    hand.do({ i: 'press', send: { id: 'p1', s: 'chat/new', kind: 'message', body: { text: 'Hello', inbox: 'shop' } } });
    hand.get({ t: 'sent', id: 'p1', s: 'chat/c1', at: { n: 1, h: 'h1' } });
    expect(states(hand)).toEqual([['p1', 'chat/c1', 'stored']]);
    hand.do({ i: 'closed', code: 1006 }).do({ i: 'wake' }).do({ i: 'opened', token: 'x' });
    welcome(hand, 'e2');
    expect(hand.last('send')).toMatchObject({ id: 'p1', s: 'chat/new', epoch: 'e2' });
  });

  test('SND4 what is pressed into a conversation that is begun again stands behind what begins it', () => {
    const hand = new Hand('widget').connect();
    const first = (id: string): Input => ({
      i: 'press',
      send: { id, s: 'chat/new', kind: 'message', body: { text: id, inbox: 'shop' } },
    });
    hand
      .do(first('p1'))
      .do(first('p2'))
      .get({ t: 'sent', id: 'p1', s: 'chat/c1', at: { n: 1, h: 'h1' } });
    hand.get({ t: 'refused', id: 'p2', code: 'wrong_epoch', message: 'again', retryAfterMs: 1_000 });
    hand.do({ i: 'closed', code: 1006 }).do({ i: 'wake' }).do({ i: 'opened', token: 'x' });
    welcome(hand, 'e2');
    hand.do({ i: 'press', send: { id: 'p3', s: 'chat/c1', kind: 'message', body: { text: 'p3' } } });
    const went = () =>
      hand.sent.filter((frame) => frame.t === 'send' && frame.epoch === 'e2').map((f) => 'id' in f && f.id);
    expect(went()).not.toContain('p3');
    hand.get({ t: 'sent', id: 'p1', s: 'chat/c1', at: { n: 1, h: 'h9' } });
    expect(states(hand).map(([id, s]) => `${id} ${s}`)).toEqual(['p1 chat/c1', 'p2 chat/c1', 'p3 chat/c1']);
    hand.now += 2_000;
    hand.do({ i: 'tick' });
    expect(went()).toEqual(['p1', 'p2', 'p3']);
  });

  test('CMP1 what comes late of the one that ended begins nothing', () => {
    const hand = watching(2);
    hand.get({ t: 'beat', epoch: 'e2', now: hand.time, heads: [[S, 2, 'h2']] });
    hand.get({ ...snapshot(0, 2, hand.last('open').re), epoch: 'e2' });
    hand.get(update(2, [item(3)]));
    expect(hand.t.epoch).toBe('e2');
    expect(hand.t.replicas.get(S)).toMatchObject({ epoch: 'e2', at: { n: 2 }, phase: { name: 'held' } });
  });

  test('LST2 a list begins anew with its entries, and shows the old ones until then', () => {
    const L = 'list/queue:q1';
    const row = (n: number, conversation: string, epoch: string): Item =>
      item(n, { h: `${epoch}${n}`, kind: 'entered', id: `${conversation}.${n}`, body: { conversation } });
    const entries = (hand: Hand, epoch: string, items: Item[]) => {
      const n = items.at(-1)?.n ?? 0;
      const ends = { prev: { n: 0, h: `${epoch}0` }, head: { n, h: `${epoch}${n}` } };
      return hand.get({ t: 'update', s: L, epoch, items, ...ends, re: hand.last('open').re ?? '' });
    };
    const shown = (hand: Hand) => [...(hand.t.replicas.get(L)?.entries.keys() ?? [])];
    const hand = new Hand().connect().do({ i: 'watch', s: L });
    entries(hand, 'e1', [row(1, 'c1', 'e1'), row(2, 'c2', 'e1')]);
    expect(shown(hand)).toEqual(['c1', 'c2']);
    hand.get({ t: 'beat', epoch: 'e2', now: hand.time, heads: [[L, 1, 'e21']] });
    expect(shown(hand)).toEqual(['c1', 'c2']);
    entries(hand, 'e2', [row(1, 'c3', 'e2')]);
    expect(shown(hand)).toEqual(['c3']);
    expect(hand.t.replicas.get(L)).toMatchObject({ epoch: 'e2', phase: { name: 'held' }, at: { n: 1, h: 'e21' } });
  });

  test('what the device kept of another is no longer held, and not offered', () => {
    const kept = watching(2).t.replicas.get(S);
    const hand = new Hand();
    hand.do({ i: 'restored', outbox: [], drafts: [], epoch: 'e2', replicas: kept ? [kept] : [] });
    hand.do({ i: 'watch', s: S }).do({ i: 'start' }).do({ i: 'opened', token: 'x' });
    expect(hand.last('hello').streams).toEqual([[S, 0, '']]);
  });
});
