import { expect, test } from 'vitest';
import { compare, type Held, isWellFormed } from './compare.ts';
import type { Item, Update } from './frames.ts';

function item(n: number, extra: Partial<Item> = {}): Item {
  return {
    n,
    h: `h${n}`,
    id: `i${n}`,
    kind: 'message',
    actor: { type: 'customer', id: 'c', name: '' },
    at: '',
    body: {},
    ...extra,
  };
}
function update(prev: number, to: number, head = to): Update {
  const items = Array.from({ length: Math.max(0, to - prev) }, (_, index) => item(prev + 1 + index));
  return {
    t: 'update',
    s: 'conversation/x',
    epoch: 'e',
    prev: { n: prev, h: `h${prev}` },
    items,
    head: { n: head, h: `h${head}` },
  };
}
function held(n?: number, more: Partial<Held> = {}): Held {
  const knows = (at: number) => (n !== undefined && at <= n ? `h${at}` : undefined);
  return { hashAt: knows, ...(n === undefined ? {} : { at: { n, h: `h${n}` } }), ...more };
}

test('CMP2 a terminal that holds nothing begins with an update from 0', () => {
  expect(compare(update(0, 3), held())).toEqual({ do: 'apply', from: 0 });
  expect(compare(update(2, 3), held())).toEqual({ do: 'get' });
});

test('CMP3 another hash at a number that is held is a divergence, in prev, items and head alike', () => {
  const wrong = (change: Partial<Update>) => compare({ ...update(3, 5), ...change }, held(4)).do;
  expect(wrong({ prev: { n: 3, h: 'other' } })).toBe('diverged');
  expect(wrong({ items: [item(4, { h: 'other' }), item(5)] })).toBe('diverged');
  expect(wrong({ items: [], head: { n: 4, h: 'other' } })).toBe('diverged');
  expect(wrong({})).toBe('apply');
});

test('CMP3 a head below what was held when asking is a divergence, below what came since is not', () => {
  const behind: Update = { ...update(3, 3), head: { n: 3, h: 'h3' } };
  expect(compare(behind, held(5, { asked: { n: 5, h: 'h5' } })).do).toBe('diverged');
  expect(compare(behind, held(5, { asked: { n: 3, h: 'h3' } })).do).toBe('ignore');
});

test('CMP4 what follows directly is applied whole', () => {
  expect(compare(update(4, 6), held(4))).toEqual({ do: 'apply', from: 0 });
});

test('CMP5 of what begins before, the part after is applied', () => {
  expect(compare(update(2, 6), held(4))).toEqual({ do: 'apply', from: 2 });
});

test('CMP6 a gap asks from the held point', () => {
  expect(compare(update(6, 7), held(4))).toEqual({ do: 'get' });
});

test('CMP7 what is held is ignored', () => {
  expect(compare(update(1, 3), held(4))).toEqual({ do: 'ignore' });
  expect(compare(update(4, 4), held(4))).toEqual({ do: 'ignore' });
});

test('CMP12 numbers that do not follow, or a last item that is not the head, are malformed', () => {
  expect(isWellFormed(update(2, 5))).toBe(true);
  expect(isWellFormed({ ...update(2, 5), items: [item(3), item(5)] })).toBe(false);
  expect(isWellFormed({ ...update(2, 5), head: { n: 5, h: 'other' } })).toBe(false);
  expect(isWellFormed({ ...update(2, 5), head: { n: 4, h: 'h4' } })).toBe(false);
});

test('LST2 a kept item stands for those dropped before it', () => {
  const list = { ...update(3, 3), items: [item(5, { n0: 4 }), item(9, { n0: 6 })], head: { n: 9, h: 'h9' } };
  expect(isWellFormed(list)).toBe(true);
  expect(compare(list, held(3))).toEqual({ do: 'apply', from: 0 });
  expect(compare(list, held(7))).toEqual({ do: 'apply', from: 1 });
});
