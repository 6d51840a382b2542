import type { Frame, Request } from '@heed/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draftFiles, pendingOf } from './selectors.ts';
import type { FileState, LocalFile, Pending } from './state.ts';
import { type Input, newTerminal, step } from './terminal.ts';

const S = 'chat/c1';
const LIMITS = { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 };
const ME = { type: 'customer' as const, id: 'c', name: 'Cy', company: 'Co' };

/** A customer's terminal driven by hand, connected and without a window. */
class Hand {
  t = newTerminal('widget', 't1', 1_000_000);
  kept = new Map<string, Pending>();
  sent: Extract<Request, { t: 'send' }>[] = [];
  now = 1_000_000;

  do(input: Input): this {
    const { state, effects } = step(this.t, input, this.now, 0.5);
    this.t = state;
    for (const effect of effects) {
      if (effect.do === 'transmit' && effect.frame.t === 'send') this.sent.push(effect.frame);
      if (effect.do === 'drop-pending') this.kept.delete(effect.id);
      if (effect.do !== 'put-pending') continue;
      this.kept.set(effect.pending.id, effect.pending);
      this.do({ i: 'written', id: effect.pending.id });
    }
    return this;
  }
  get(frame: Frame): this {
    return this.do({ i: 'frame', frame });
  }
  connect(): this {
    this.do({ i: 'start' }).do({ i: 'opened', token: 'x' });
    const now = new Date(this.now).toISOString();
    const base = { session: `s${this.now}`, epoch: 'e1', now, beatMs: 10_000, limits: LIMITS };
    return this.get({ t: 'welcome', ...base, you: ME, streams: [] });
  }
  file(id: string, state: FileState = { name: 'going', received: 0 }): this {
    const known = this.t.files.get(id);
    const file: LocalFile = known ? { ...known, state } : { ...named(id), s: S, state };
    return this.do({ i: 'file', file });
  }
  press(id: string, files: string[] = []): this {
    const body = files.length > 0 ? { text: id, attachments: files.map(named) } : { text: id };
    return this.do({ i: 'press', send: { id, s: S, kind: 'message', body } });
  }
  refused(id: string, code: string): this {
    return this.get({ t: 'refused', id, code, message: code });
  }
  get ids(): string[] {
    return this.sent.map(({ id }) => id);
  }
  stateOf(id: string) {
    return this.t.outbox.find((pending) => pending.id === id)?.state;
  }
}

const named = (id: string) => ({ id, name: `${id}.png`, type: 'image/png', size: 9, sha256: 'x' });
const WHOLE: FileState = { name: 'whole' };

test('SND4 a send waits in its place until its files are whole, and what is behind it waits too', () => {
  const hand = new Hand().connect().file('f1').press('p1', ['f1']).press('p2');
  expect(hand.ids).toEqual([]);
  expect(pendingOf(hand.t, S).map(({ id }) => id)).toEqual(['p1', 'p2']);
  hand.file('f1', { name: 'going', received: 5 });
  expect(hand.ids).toEqual([]);
  hand.file('f1', WHOLE);
  expect(hand.ids).toEqual(['p1', 'p2']);
});

test('SND1 from the press on a file belongs to its send, and leaves the device when that is stored', () => {
  const hand = new Hand().connect().file('f1', WHOLE).file('f2', WHOLE);
  expect(draftFiles(hand.t, S).map(({ id }) => id)).toEqual(['f1', 'f2']);
  hand.press('p1', ['f1']);
  expect(draftFiles(hand.t, S).map(({ id }) => id)).toEqual(['f2']);
  hand.get({ t: 'sent', id: 'p1', s: S, at: { n: 1, h: 'h1' } });
  expect([...hand.t.files.keys()]).toEqual(['f2']);
});

test('SND9 a send that is taken back leaves its files with the draft', () => {
  const hand = new Hand().connect().file('f1').press('p1', ['f1']).do({ i: 'withdraw', id: 'p1' });
  expect(draftFiles(hand.t, S)).toMatchObject([{ id: 'f1' }]);
  expect(hand.t.outbox).toEqual([]);
});

test('SND5 a file that is refused for good ends its send, and what is behind it goes', () => {
  const hand = new Hand().connect().file('f1').press('p1', ['f1']).press('p2');
  hand.file('f1', { name: 'refused', code: 'bad_type', message: 'no' });
  expect(hand.stateOf('p1')).toEqual({ name: 'refused', code: 'file_bad_type', message: 'no' });
  expect(hand.ids).toEqual(['p2']);
});

describe('SND5 no_attachment', () => {
  test('makes what is still on the device go up again, as the same press', () => {
    const hand = new Hand().connect().file('f1', WHOLE).press('p1', ['f1']).refused('p1', 'no_attachment');
    expect(hand.stateOf('p1')).toEqual({ name: 'waiting' });
    expect(hand.t.files.get('f1')?.state).toEqual({ name: 'going', received: 0 });
    hand.file('f1', WHOLE);
    expect(hand.sent.map(({ id, attempt }) => [id, attempt])).toEqual([
      ['p1', 1],
      ['p1', 1],
    ]);
  });
  test('stands where it is not, and I13 after three tries', () => {
    const lost = new Hand().connect().file('f1', { name: 'lost' }).press('p1', ['f1']).refused('p1', 'no_attachment');
    expect(lost.stateOf('p1')).toMatchObject({ name: 'refused', code: 'no_attachment' });
    const hand = new Hand().connect().file('f1', WHOLE).press('p1', ['f1']);
    for (let i = 0; i < 3; i++) hand.refused('p1', 'no_attachment').file('f1', WHOLE);
    hand.refused('p1', 'no_attachment');
    expect(hand.stateOf('p1')).toMatchObject({ name: 'refused', code: 'no_attachment' });
  });
});

test('SND1 after a reload a send waits until its files were looked up', () => {
  const before = new Hand().connect().file('f1').press('p1', ['f1']);
  const hand = new Hand().do({ i: 'restored', outbox: [...before.kept.values()], replicas: [], drafts: [] }).connect();
  expect(hand.ids).toEqual([]);
  hand.do({ i: 'file', file: { ...named('f1'), s: S, send: 'p1', state: WHOLE } });
  expect(hand.ids).toEqual(['p1']);
});

test('SND4 SND5 whatever becomes of files and connections, sends go in the order of their presses, and each ends', () => {
  const action = fc.oneof(
    fc.record({ do: fc.constant('press' as const), files: fc.integer({ min: 0, max: 2 }) }),
    fc.record({
      do: fc.constant('file' as const),
      pick: fc.nat(30),
      becomes: fc.constantFrom('going', 'whole', 'bad'),
    }),
    fc.record({ do: fc.constant('lose' as const) }),
    fc.record({ do: fc.constant('store' as const) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const hand = new Hand().connect();
      const ended = new Set<string>();
      let count = 0;
      const becomes = (id: string, how: string): void => {
        const known = hand.t.files.get(id)?.state.name;
        if (known !== 'going') return;
        if (how === 'whole') hand.file(id, WHOLE);
        else if (how === 'bad') hand.file(id, { name: 'refused', code: 'bad_type', message: '' });
        else hand.file(id, { name: 'going', received: 3 });
      };
      const store = (): void => {
        const flying = hand.t.outbox.find(({ state }) => state.name === 'flying');
        if (flying) hand.get({ t: 'sent', id: flying.id, s: S, at: { n: ended.size + 1, h: 'h' } });
        if (flying) ended.add(flying.id);
      };
      for (const each of actions) {
        if (each.do === 'press') {
          const files = Array.from({ length: each.files }, (_, i) => `f${count}-${i}`);
          for (const id of files) hand.file(id);
          hand.press(`p${count++}`, files);
        } else if (each.do === 'file') {
          const ids = [...hand.t.files.keys()];
          if (ids.length > 0) becomes(ids[each.pick % ids.length] as string, each.becomes);
        } else if (each.do === 'lose') hand.do({ i: 'closed', code: 1006 }).connect();
        else store();
        for (const { id, files = [], state } of hand.t.outbox)
          if (state.name === 'flying')
            expect([id, files.map((file) => hand.t.files.get(file)?.state.name)]).toEqual([
              id,
              files.map(() => 'whole'),
            ]);
      }
      for (const id of [...hand.t.files.keys()]) becomes(id, 'whole');
      for (let i = 0; i <= count; i++) store();
      const first = [...new Set(hand.ids)].map((id) => Number(id.slice(1)));
      expect(first).toEqual(first.toSorted((a, b) => a - b));
      expect(hand.t.outbox.every(({ state }) => state.name === 'refused')).toBe(true);
      expect(hand.t.files.size).toBe(hand.t.outbox.flatMap(({ files = [] }) => files).length);
    }),
  );
});
