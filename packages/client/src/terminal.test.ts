import type { Frame, Item, Request, Update } from '@heed/protocol';
import { describe, expect, test } from 'vitest';
import { pendingOf, seenPoint, stepOf } from './selectors.ts';
import type { Terminal } from './state.ts';
import { type Input, newTerminal, step } from './terminal.ts';

const S = 'conversation/c1';
const ME = { type: 'agent' as const, id: 'a1', name: 'Ann', company: 'Co', role: 'agent' as const, queues: [] };
const LIMITS = { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 };

/** A terminal with what it sent, driven by hand: no socket, no clock. */
class Hand {
  t: Terminal;
  sent: Request[] = [];
  now = 1_000_000;

  constructor(kind: 'desk' | 'widget' = 'desk') {
    this.t = newTerminal(kind, 't1', this.now);
  }

  do(input: Input): this {
    const { state, effects } = step(this.t, input, this.now, 0.5);
    this.t = state;
    for (const effect of effects) {
      if (effect.do === 'transmit') this.sent.push(effect.frame);
      if (effect.do === 'put-pending') this.do({ i: 'written', id: effect.pending.id });
    }
    return this;
  }

  get(frame: Frame): this {
    return this.do({ i: 'frame', frame });
  }

  connect(streams: [string, 'ok' | 'behind' | 'forbidden', number, string][] = [], epoch = 'e1'): this {
    this.do({ i: 'start' }).do({ i: 'opened', token: 'x' });
    const now = new Date(this.now).toISOString();
    return this.get({
      t: 'welcome',
      session: `s${this.now}`,
      epoch,
      now,
      beatMs: 10_000,
      limits: LIMITS,
      you: ME,
      streams,
    });
  }

  last<T extends Request['t']>(t: T): Extract<Request, { t: T }> {
    const found = this.sent.findLast((frame) => frame.t === t);
    if (!found) throw new Error(`no ${t} was sent`);
    return found as Extract<Request, { t: T }>;
  }

  get replica() {
    const replica = this.t.replicas.get(S);
    if (!replica) throw new Error('not watched');
    return replica;
  }
}

function item(n: number, extra: Partial<Item> = {}): Item {
  const actor = { type: 'customer' as const, id: 'c', name: 'Cy' };
  return {
    n,
    h: `h${n}`,
    id: `i${n}`,
    kind: 'message',
    actor,
    at: '2026-01-01T00:00:00.000Z',
    body: { text: `m${n}` },
    ...extra,
  };
}
function update(prev: number, items: Item[], re?: string, head?: number): Update {
  const end = head ?? items.at(-1)?.n ?? prev;
  return {
    t: 'update',
    s: S,
    epoch: 'e1',
    prev: { n: prev, h: `h${prev}` },
    items,
    head: { n: end, h: `h${end}` },
    ...(re ? { re } : {}),
  };
}
function watching(to: number, kind: 'desk' | 'widget' = 'desk'): Hand {
  const hand = new Hand(kind).connect().do({ i: 'watch', s: S });
  const items = Array.from({ length: to }, (_, index) => item(index + 1));
  return hand.get(update(0, items, hand.last('open').re));
}
function press(hand: Hand, id: string, extra: object = {}): Hand {
  return hand.do({ i: 'press', send: { id, s: S, kind: 'message', body: { text: id }, ...extra } });
}

describe('comparison', () => {
  test('CMP4 an update that follows is applied, point and items in one', () => {
    const hand = watching(2).get(update(2, [item(3)]));
    expect(hand.replica.at).toEqual({ n: 3, h: 'h3' });
    expect(hand.replica.items.map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 3 });
  });

  test('CMP6 a gap asks from the held point, once, and repairs', () => {
    const hand = watching(2)
      .get(update(3, [item(4)]))
      .get(update(4, [item(5)]));
    const gets = hand.sent.filter((frame) => frame.t === 'get');
    expect(gets).toHaveLength(1);
    expect(gets[0]).toMatchObject({ s: S, after: { n: 2, h: 'h2' } });
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'catching-up', n: 2, head: 5 });
    hand.get(update(2, [item(3), item(4), item(5)], hand.last('get').re));
    expect(hand.replica.at?.n).toBe(5);
    expect(hand.t.counters).toEqual({ mismatches: 1, repaired: 1, divergences: 0 });
  });

  test('CMP3 another hash freezes the window, is told, and a snapshot begins it anew', () => {
    const hand = watching(2).get(update(1, [item(2, { h: 'other' }), item(3)]));
    expect(hand.replica.phase).toEqual({ name: 'frozen', why: 'diverged' });
    expect(hand.last('diverged')).toMatchObject({ s: S, ours: { n: 2, h: 'h2' }, theirs: { n: 2, h: 'other' } });
    expect(stepOf(hand.t, S, hand.now).name).toBe('diverged');
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const at = { n: 3, h: 'h3' };
    hand.get({
      t: 'snapshot',
      s: S,
      epoch: 'e1',
      before: { n: 1, h: 'h1' },
      items: [item(2, { h: 'other' }), item(3)],
      at,
      state,
      re: hand.last('open').re ?? '',
    });
    expect(hand.replica.phase).toEqual({ name: 'held' });
    expect(hand.replica.items.map(({ h }) => h)).toEqual(['other', 'h3']);
  });

  test('CMP3 CMP8 a head that was named and is gone is a divergence, not a question without end', () => {
    const hand = watching(2).get(update(2, [], undefined, 4));
    hand.get(update(2, [item(3)], hand.last('get').re, 3));
    expect(hand.last('diverged')).toMatchObject({ ours: { n: 4, h: 'h4' }, theirs: { n: 3, h: 'h3' } });
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const [before, at, re] = [{ n: 2, h: 'h2' }, { n: 3, h: 'h3' }, hand.last('open').re ?? ''];
    hand.get({ t: 'snapshot', s: S, epoch: 'e1', before, items: [item(3)], at, state, re });
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 3 });
  });

  test('CMP3 NOD1 a hint that comes late after a reconnect is no divergence', () => {
    const hand = watching(4).do({ i: 'closed', code: 1006 });
    hand.connect([[S, 'behind', 5, 'h5']]).get(update(2, [item(3)]));
    expect(hand.t.counters.divergences).toBe(0);
    hand.get(update(4, [item(5)]));
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 5 });
  });

  test('CMP8 an answer that is not all asks for the rest', () => {
    const hand = watching(1).get(update(1, [item(2)], undefined, 9));
    expect(hand.last('get')).toMatchObject({ after: { n: 2, h: 'h2' } });
  });

  test('CMP8 what was pushed while the first snapshot was read is asked for when that has come', () => {
    const hand = new Hand().connect().do({ i: 'watch', s: S });
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const snapshot = { t: 'snapshot' as const, s: S, epoch: 'e1', before: { n: 0, h: 'h0' }, items: [item(1)], state };
    hand.get(update(1, [item(2)])).get({ ...snapshot, at: { n: 1, h: 'h1' }, re: hand.last('open').re ?? '' });
    expect(hand.last('get')).toMatchObject({ after: { n: 1, h: 'h1' } });
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'catching-up', n: 1, head: 2 });
  });

  test('CMP8 the same of the first snapshot of a new epoch, and nothing of what was held in the old one', () => {
    const hand = watching(9);
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const snapshot = { t: 'snapshot' as const, s: S, epoch: 'e2', before: { n: 0, h: 'h0' }, items: [item(1)], state };
    hand.get({ ...update(1, [item(2)]), epoch: 'e2' }).get({ ...update(2, [item(3)]), epoch: 'e2' });
    hand.get({ ...snapshot, at: { n: 1, h: 'h1' }, re: hand.last('open').re ?? '' });
    expect(hand.last('get')).toMatchObject({ after: { n: 1, h: 'h1' } });
    expect(hand.replica.head?.n).toBe(3);
  });

  test('CMP11 older items extend the window downwards only where they meet it', () => {
    const hand = new Hand().connect().do({ i: 'watch', s: S });
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const at = { n: 6, h: 'h6' };
    hand.get({
      t: 'snapshot',
      s: S,
      epoch: 'e1',
      before: { n: 4, h: 'h4' },
      items: [item(5), item(6)],
      at,
      state,
      re: hand.last('open').re ?? '',
    });
    hand.do({ i: 'older', s: S });
    expect(hand.last('get')).toMatchObject({ before: 5 });
    hand.get(update(2, [item(3), item(4)], hand.last('get').re, 6));
    expect(hand.replica.items.map(({ n }) => n)).toEqual([3, 4, 5, 6]);
    expect(hand.replica.before).toEqual({ n: 2, h: 'h2' });
  });

  test('BEAT2 a beat reveals that the last push was lost, and opens what it omits', () => {
    const hand = watching(2);
    hand.get({ t: 'beat', epoch: 'e1', now: new Date(hand.now).toISOString(), heads: [[S, 3, 'h3']] });
    expect(hand.last('get')).toMatchObject({ after: { n: 2, h: 'h2' } });
    const before = hand.sent.length;
    watching(2).get({ t: 'beat', epoch: 'e1', now: new Date(hand.now).toISOString(), heads: [] });
    expect(hand.sent.slice(before).length).toBe(0);
    hand.get({ t: 'beat', epoch: 'e1', now: new Date(hand.now).toISOString(), heads: [] });
    expect(hand.last('open')).toMatchObject({ s: S, at: { n: 2, h: 'h2' } });
  });

  test('EPO2 another epoch applies nothing, freezes, and has an agent look again at what was pressed', () => {
    const hand = press(watching(2), 'p1');
    hand.get({ ...update(2, [item(3)]), epoch: 'e2' });
    expect(hand.replica.at?.n).toBe(2);
    expect(hand.replica.phase).toEqual({ name: 'frozen', why: 'epoch' });
    expect(pendingOf(hand.t, S)[0]?.state.name).toBe('review');
  });
});

test('I13 answers that lead no further are not asked for again at once', () => {
  const hand = watching(2).get(update(2, [], undefined, 9));
  for (let i = 0; i < 50; i++) {
    const asked = hand.sent.filter((frame) => frame.t === 'get').at(-1);
    hand.get(update(2, [], asked?.re, 9));
  }
  expect(hand.sent.filter((frame) => frame.t === 'get').length).toBeLessThan(6);
  hand.now += 5_001;
  const before = hand.sent.length;
  hand.do({ i: 'tick' });
  expect(hand.sent.length).toBe(before + 1);
});

describe('connection', () => {
  test('BEAT4 silence of 2.5 beats ends the connection, and it begins again', () => {
    const hand = watching(1);
    hand.now += 25_001;
    hand.do({ i: 'tick' });
    expect(hand.t.link.state).toBe('waiting');
    hand.now += 1_000;
    hand.do({ i: 'tick' });
    expect(hand.t.link.state).toBe('connecting');
  });

  test('CON1 the hello names what is held', () => {
    const hand = watching(2).do({ i: 'closed', code: 1006 });
    expect(stepOf(hand.t, S, hand.now)).toMatchObject({ name: 'offline', n: 2 });
    hand.connect([[S, 'behind', 4, 'h4']]);
    expect(hand.last('hello')).toMatchObject({ epoch: 'e1', streams: [[S, 2, 'h2']] });
    hand.get(update(2, [item(3), item(4)]));
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 4 });
    expect(hand.replica.caughtUp).toMatchObject({ from: 3, to: 4 });
  });

  test('CON9 a stream that is gone is forgotten; what was written stays', () => {
    const hand = press(watching(2), 'p1').get({ t: 'gone', s: S });
    expect(hand.replica.items).toEqual([]);
    expect(stepOf(hand.t, S, hand.now).name).toBe('gone');
    expect(hand.t.outbox).toHaveLength(1);
  });
});

describe('outbox', () => {
  test('SND1 a send leaves the outbox when its own item is applied, not before', () => {
    const hand = press(watching(1), 'p1');
    hand.get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'h2' } });
    expect(pendingOf(hand.t, S)[0]?.state).toEqual({ name: 'stored', at: { n: 2, h: 'h2' } });
    hand.get(update(1, [item(2, { id: 'p1', actor: { type: 'agent', id: 'a1', name: 'Ann' } })]));
    expect(hand.t.outbox).toEqual([]);
  });

  test('I9 SND2 a window that is told of its own item beyond it says that it may be behind, until the push or a beat', () => {
    const hand = press(watching(1), 'p1').get({ t: 'sent', id: 'p1', s: S, at: { n: 3, h: 'h3' } });
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'catching-up', n: 1, head: 3 });
    expect(hand.sent.filter((frame) => frame.t === 'get')).toEqual([]);
    const mine = item(3, { id: 'p1', actor: { type: 'agent', id: 'a1', name: 'Ann' } });
    hand.get(update(1, [item(2), mine]));
    expect(stepOf(hand.t, S, hand.now)).toEqual({ name: 'in-step', n: 3 });
    expect(hand.t.outbox).toEqual([]);
  });

  test('CMP3 SND1 `sent` that names another hash than is held there is a divergence, and nothing leaves the outbox', () => {
    const hand = press(watching(2), 'p1').get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'other' } });
    expect(hand.replica.phase).toEqual({ name: 'frozen', why: 'diverged' });
    expect(hand.last('diverged')).toMatchObject({ ours: { n: 2, h: 'h2' }, theirs: { n: 2, h: 'other' } });
    expect(pendingOf(hand.t, S)).toHaveLength(1);
  });

  test('CMP3 SND3 what was called stored where something else stands now goes again', () => {
    const hand = press(watching(1), 'p1').get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'lost' } });
    hand.get(update(1, [item(2)]));
    expect(hand.last('diverged')).toMatchObject({ ours: { n: 2, h: 'lost' }, theirs: { n: 2, h: 'h2' } });
    expect(hand.sent.filter((frame) => frame.t === 'send')).toMatchObject([
      { id: 'p1', attempt: 1 },
      { id: 'p1', attempt: 1 },
    ]);
  });

  test('CON2 SND9 taking back is told again when no answer comes', () => {
    const hand = press(watching(1), 'p1').do({ i: 'withdraw', id: 'p1' });
    hand.now += 5_001;
    hand.get({ t: 'done', re: 'x' }).do({ i: 'tick' });
    expect(hand.sent.filter((frame) => frame.t === 'cancel').map(({ id }) => id)).toEqual(['p1', 'p1']);
  });

  test('SND4 a second press is chained behind the first; after a reconnect both go again as the same attempts', () => {
    const hand = press(press(watching(1), 'p1'), 'p2');
    expect(hand.last('send')).toMatchObject({ id: 'p2', follows: 'p1', attempt: 1 });
    hand.do({ i: 'closed', code: 1006 }).connect([[S, 'ok', 1, 'h1']]);
    const again = hand.sent.filter((frame) => frame.t === 'send').slice(-2);
    expect(again).toMatchObject([
      { id: 'p1', attempt: 1 },
      { id: 'p2', attempt: 1, follows: 'p1' },
    ]);
  });

  test('GRD1 basedOn is what was seen at the press, frozen', () => {
    const hand = watching(2).do({ i: 'shown', s: S, numbers: [1, 2] });
    expect(seenPoint(hand.t, S)).toEqual({ n: 2, h: 'h2' });
    hand.get(update(2, [item(3)]));
    press(hand, 'p1');
    expect(hand.last('send').basedOn).toEqual({ n: 2, h: 'h2' });
    hand
      .do({ i: 'shown', s: S, numbers: [3] })
      .do({ i: 'closed', code: 1006 })
      .connect([[S, 'ok', 3, 'h3']]);
    expect(hand.last('send').basedOn).toEqual({ n: 2, h: 'h2' });
  });

  test('GRD1 seeing goes over what nobody must see, and stops at what was not shown', () => {
    const hand = watching(2).get(update(2, [item(3, { kind: 'labelled', body: { added: [], removed: [] } }), item(4)]));
    hand.do({ i: 'shown', s: S, numbers: [1, 2] });
    expect(seenPoint(hand.t, S).n).toBe(3);
  });

  test('GRD1 what a snapshot left out is not seen: it is brought into the window first', () => {
    const hand = new Hand().connect().do({ i: 'watch', s: S });
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const [before, at, re] = [{ n: 2, h: 'h2' }, { n: 4, h: 'h4' }, hand.last('open').re ?? ''];
    hand.get({ t: 'snapshot', s: S, epoch: 'e1', before, items: [item(3), item(4)], at, state, re });
    hand.do({ i: 'shown', s: S, numbers: [3, 4] });
    expect(seenPoint(hand.t, S).n).toBe(0);
    hand.do({ i: 'tick' });
    expect(hand.last('get')).toMatchObject({ before: 3 });
    hand.get(update(0, [item(1), item(2)], hand.last('get').re, 4));
    expect(seenPoint(hand.t, S).n).toBe(0);
    hand.do({ i: 'shown', s: S, numbers: [1, 2] });
    expect(seenPoint(hand.t, S)).toEqual(at);
  });

  test('I13 what was left out is asked for three times at once, and then no sooner than after five seconds', () => {
    const hand = new Hand().connect().do({ i: 'watch', s: S });
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 0, unanswered: [] };
    const [before, at, re] = [{ n: 2, h: 'h2' }, { n: 4, h: 'h4' }, hand.last('open').re ?? ''];
    hand.get({ t: 'snapshot', s: S, epoch: 'e1', before, items: [item(3), item(4)], at, state, re });
    const asked = () => hand.sent.filter(({ t }) => t === 'get').length;
    const leadNowhere = () => hand.do({ i: 'tick' }).get(update(0, [item(1)], hand.last('get').re, 4));
    for (let i = 0; i < 9; i++) leadNowhere();
    expect(asked()).toBe(3);
    hand.now += 5_000;
    for (let i = 0; i < 9; i++) leadNowhere();
    expect(asked()).toBe(4);
  });

  test('GRD1 what was answered need not be brought into the window', () => {
    const hand = new Hand().connect().do({ i: 'watch', s: S });
    const state = { status: 'open' as const, holder: null, queue: 'q', labels: [], answeredUpTo: 2, unanswered: [] };
    const [before, at, re] = [{ n: 2, h: 'h2' }, { n: 4, h: 'h4' }, hand.last('open').re ?? ''];
    hand.get({ t: 'snapshot', s: S, epoch: 'e1', before, items: [item(3), item(4)], at, state, re });
    hand.do({ i: 'tick' }).do({ i: 'shown', s: S, numbers: [3, 4] });
    expect(hand.sent.some(({ t }) => t === 'get')).toBe(false);
    expect(seenPoint(hand.t, S)).toEqual(at);
  });

  test('GRD3 held repairs the window, keeps the draft, and goes again with a new point and attempt', () => {
    const hand = press(watching(1).do({ i: 'shown', s: S, numbers: [1] }), 'p1');
    hand.get({ t: 'held', id: 'p1', s: S, attempt: 1, update: update(1, [item(2)]), because: [2] });
    expect(hand.replica.at?.n).toBe(2);
    expect(pendingOf(hand.t, S)[0]).toMatchObject({ body: { text: 'p1' }, state: { name: 'held', because: [2] } });
    hand.do({ i: 'shown', s: S, numbers: [2] }).do({ i: 'again', id: 'p1' });
    expect(hand.last('send')).toMatchObject({ id: 'p1', attempt: 2, basedOn: { n: 2, h: 'h2' } });
    hand.get({ t: 'held', id: 'p1', s: S, attempt: 1, update: update(1, [item(2)]), because: [2] });
    expect(pendingOf(hand.t, S)[0]?.state.name).toBe('flying');
  });

  test('GRD5 who was shown the repeat and presses again overrides it, as far as they have seen', () => {
    const hand = press(watching(1).do({ i: 'shown', s: S, numbers: [1] }), 'p1');
    hand.get({ t: 'held', id: 'p1', s: S, attempt: 1, update: update(1, [item(2)]), because: [2], duplicateOf: 2 });
    hand.do({ i: 'shown', s: S, numbers: [2] }).do({ i: 'again', id: 'p1' });
    expect(hand.last('send')).toMatchObject({ id: 'p1', attempt: 2, override: { upTo: { n: 2, h: 'h2' } } });
    // The next press of something that is no repeat overrides nothing.
    hand.get({ t: 'held', id: 'p1', s: S, attempt: 2, update: update(2, [item(3)]), because: [3] });
    hand.do({ i: 'again', id: 'p1' });
    expect(hand.last('send').override).toBeUndefined();
  });

  test('CON3 who writes or looks is near until the signal ends it, or until nothing was heard for too long', () => {
    const hand = watching(1);
    const actor = { type: 'agent' as const, id: 'bea', name: 'Bea' };
    const near = (kind: 'typing' | 'viewing') => [...hand.replica[kind].values()].map(({ name }) => name);
    for (const [kind, ms] of [
      ['typing', 6_000],
      ['viewing', 25_000],
    ] as const) {
      const signal = (on: boolean) => hand.get({ t: 'signal', kind, s: S, actor, on });
      signal(true);
      signal(true);
      expect(near(kind)).toEqual(['Bea']);
      signal(false);
      expect(near(kind)).toEqual([]);
      signal(true);
      hand.now += ms - 1;
      hand.do({ i: 'tick' });
      expect(near(kind)).toEqual(['Bea']);
      hand.now += 1;
      hand.do({ i: 'tick' });
      expect(near(kind)).toEqual([]);
    }
  });

  test('SND4 behind a held send the guarded ones wait, the others pass', () => {
    const hand = press(watching(1), 'p1');
    hand.get({ t: 'held', id: 'p1', s: S, attempt: 1, update: update(1, [item(2)]), because: [2] });
    press(hand, 'p2');
    hand.do({ i: 'press', send: { id: 'n1', s: S, kind: 'note', body: { text: 'note' } } });
    expect(hand.sent.filter((frame) => frame.t === 'send').map((frame) => frame.id)).toEqual(['p1', 'n1']);
  });

  test('SND5 what may be tried again is; what is final says so; neither blocks what is behind it', () => {
    const hand = press(press(watching(1), 'p1'), 'p2');
    hand.get({ t: 'refused', id: 'p1', code: 'too_large', message: 'no' });
    expect(pendingOf(hand.t, S)[0]?.state).toMatchObject({ name: 'refused', code: 'too_large' });
    hand.get({ t: 'refused', id: 'p2', code: 'unknown_follows', message: 'no' });
    hand.now += 200;
    hand.do({ i: 'tick' });
    expect(hand.last('send')).toMatchObject({ id: 'p2', attempt: 1 });
    expect(hand.last('send').follows).toBeUndefined();
  });

  test('SND9 taking back what may be under way is told until it is answered', () => {
    const hand = press(watching(1), 'p1').do({ i: 'withdraw', id: 'p1' });
    expect(hand.last('cancel')).toMatchObject({ id: 'p1', s: S });
    expect(pendingOf(hand.t, S)).toEqual([]);
    hand.do({ i: 'closed', code: 1006 }).connect([[S, 'ok', 1, 'h1']]);
    expect(hand.sent.filter((frame) => frame.t === 'cancel')).toHaveLength(2);
    hand.get({ t: 'cancelled', id: 'p1', s: S });
    expect(hand.t.outbox).toEqual([]);
  });

  test('I9 a desk that may be behind does not send; a widget does', () => {
    const desk = watching(1).get(update(3, [item(4)]));
    press(desk, 'p1');
    expect(desk.sent.some((frame) => frame.t === 'send')).toBe(false);
    desk.get(update(1, [item(2), item(3), item(4)], desk.last('get').re));
    expect(desk.last('send').id).toBe('p1');
    const widget = watching(1, 'widget').get(update(3, [item(4)]));
    press(widget, 'p1');
    expect(widget.last('send').id).toBe('p1');
  });

  test('SND7 what waits behind a first message goes to the chat that it began', () => {
    const hand = new Hand('widget').connect();
    for (const id of ['p1', 'p2'])
      hand.do({ i: 'press', send: { id, s: 'chat/new', kind: 'message', body: { text: id, inbox: 'k' } } });
    expect(hand.last('send')).toMatchObject({ id: 'p2', s: 'chat/new', follows: 'p1' });
    hand.get({ t: 'sent', id: 'p1', s: 'chat/x1', at: { n: 1, h: 'h1' } });
    expect(hand.last('open')).toMatchObject({ s: 'chat/x1' });
    expect(hand.t.watched.has('chat/x1')).toBe(true);
  });
});

test('LST2 a list shows a state only where it holds the head', () => {
  const s = 'list/queue:q1';
  const hand = new Hand().connect().do({ i: 'watch', s });
  const entry = (conversation: string, n: number, n0 = n) => item(n, { n0, kind: 'entered', body: { conversation } });
  const list = (prev: number, items: Item[], head: number, re?: string): Update => ({
    ...update(prev, items, re, head),
    s,
  });
  hand.get(list(0, [entry('c1', 1)], 3, hand.last('open').re));
  expect(hand.t.replicas.get(s)?.entries.size).toBe(0);
  hand.get(list(1, [entry('c2', 3, 2)], 3, hand.last('get').re));
  expect([...(hand.t.replicas.get(s)?.entries.keys() ?? [])]).toEqual(['c1', 'c2']);
  hand.get(list(3, [item(4, { kind: 'left', body: { conversation: 'c1', to: null } })], 4));
  expect([...(hand.t.replicas.get(s)?.entries.keys() ?? [])]).toEqual(['c2']);
});

describe('what the worlds found', () => {
  test('SND1 where no window is open any more, `sent` is all that is waited for', () => {
    const hand = press(watching(1), 'p1').do({ i: 'unwatch', s: S });
    const { re } = hand.last('send');
    hand.get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'h2' }, ...(re ? { re } : {}) });
    expect(hand.t.outbox).toEqual([]);
  });

  test('SND1 a window that is closed keeps nothing that is stored', () => {
    const hand = press(watching(1), 'p1').get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'h2' } });
    expect(hand.t.outbox[0]?.state.name).toBe('stored');
    expect(hand.do({ i: 'unwatch', s: S }).t.outbox).toEqual([]);
  });

  test('SND1 what was stored as the page before ended is asked about once more', () => {
    const before = press(watching(1), 'p1').get({ t: 'sent', id: 'p1', s: S, at: { n: 2, h: 'h2' } });
    const hand = new Hand().do({ i: 'restored', outbox: [...before.t.outbox], replicas: [], drafts: [], epoch: 'e1' });
    hand.connect();
    expect(hand.last('send')).toMatchObject({ id: 'p1', attempt: 1 });
  });

  test('CON9 what waits for a window that is gone is sent all the same: the answer says what is to be known', () => {
    const hand = watching(1).do({ i: 'closed', code: 1006 });
    press(hand, 'p1');
    hand.connect([[S, 'forbidden', 0, '']]).get({ t: 'gone', s: S });
    hand.do({ i: 'tick' });
    expect(hand.last('send')).toMatchObject({ id: 'p1' });
  });

  test('SND4 behind a note that goes past what is held, a reply follows the reply before it', () => {
    const hand = watching(1);
    press(hand, 'p1');
    press(hand, 'p2');
    const { re } = hand.last('send');
    hand.do({ i: 'press', send: { id: 'n1', s: S, kind: 'note', body: { text: 'n' } } });
    const held = { t: 'held' as const, id: 'p1', s: S, attempt: 1, update: update(1, [item(2)]), because: [2] };
    hand.get(held).get({ t: 'refused', id: 'p2', code: 'unknown_follows', message: '', ...(re ? { re } : {}) });
    const note = hand.last('send').re;
    hand.get({ t: 'refused', id: 'n1', code: 'unknown_follows', message: '', ...(note ? { re: note } : {}) });
    hand.now += 1_000;
    // Now the note goes alone, past both.
    hand.do({ i: 'tick' });
    expect(hand.last('send')).toMatchObject({ id: 'n1' });
    expect(hand.last('send').follows).toBeUndefined();
    hand.do({ i: 'withdraw', id: 'p1' });
    press(hand, 'p3');
    expect(hand.sent.filter((frame) => frame.t === 'send').slice(-2)).toMatchObject([
      { id: 'p2' },
      { id: 'p3', follows: 'p2' },
    ]);
  });

  test('GRD1 nobody has seen the number of something that is not here yet', () => {
    const hand = watching(1).do({ i: 'shown', s: S, numbers: [1, 2] });
    hand.get(update(1, [item(2)]));
    expect(hand.replica.seen.n).toBe(1);
  });

  test('EPO2 a frozen window asks for a snapshot until one comes', () => {
    const hand = watching(2).get({ ...update(2, []), epoch: 'e2' });
    expect(hand.replica.phase.name).toBe('frozen');
    for (let late = 0; late < 2; late++) {
      hand.now += 6_000;
      hand.do({ i: 'tick' });
    }
    expect(hand.sent.filter((frame) => frame.t === 'get')).toEqual([]);
    expect(hand.last('open')).toMatchObject({ s: S });
  });

  test('LST2 a list that begins anew without entries shows none', () => {
    const list = 'list/queue:q';
    const entry = { conversation: 'c1', head: { n: 1, h: 'x' } };
    const row = item(1, { kind: 'entered', id: 'c1.1', body: entry });
    const at = { n: 0, h: 'other' };
    const hand = new Hand().connect().do({ i: 'watch', s: list });
    hand.get({ ...update(0, [row]), s: list, prev: { n: 0, h: 'h0' } });
    expect(hand.t.replicas.get(list)?.entries.size).toBe(1);
    hand.get({ ...update(0, []), s: list, epoch: 'e2', prev: at, head: at });
    const { re } = hand.last('open');
    const begun = { before: at, items: [], at, state: null, ...(re ? { re } : {}) };
    hand.get({ t: 'snapshot', s: list, epoch: 'e2', ...begun });
    expect(hand.t.replicas.get(list)?.entries.size).toBe(1);
    hand.get({ t: 'update', s: list, epoch: 'e2', prev: at, items: [], head: at });
    expect(hand.t.replicas.get(list)?.entries.size).toBe(0);
  });
});
