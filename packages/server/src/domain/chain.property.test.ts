import type { ActorType } from '@heed/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { json } from '../../../protocol/src/testing/arbitrary-frames.ts';
import { runs } from '../../../protocol/src/testing/runs.ts';
import { birthHash, bodyHash, canonical, type Hashed, nextHash, nextListHash } from './chain.ts';

const wellFormed = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => text.isWellFormed());
const stored = fc.record({
  id: wellFormed,
  kind: fc.constantFrom<string[]>('message', 'note', 'erased', 'assigned'),
  actor: fc.record({ type: fc.constantFrom<ActorType[]>('customer', 'agent', 'bot', 'system'), id: wellFormed }),
  at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((at) => at.toISOString()),
  salt: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes)),
  body: json,
});
type Stored = typeof stored extends fc.Arbitrary<infer T> ? T : never;
const log = fc.array(stored, { minLength: 1, maxLength: 8 });

function hashedOf(item: Stored, n: number): Hashed {
  const { id, kind, actor, at, salt, body } = item;
  return { n, id, kind, actor, at, bodyHash: bodyHash(salt, canonical(body)) };
}

/** The head that a log leads to, by what is stored of its items. */
function headOf(items: readonly Hashed[], epoch = 'e1'): string {
  return items.reduce(nextHash, birthHash('conversation/c1', epoch));
}

/** One field of an item as something else. */
const CHANGES: ((item: Stored) => Stored)[] = [
  (item) => ({ ...item, id: `${item.id}!` }),
  (item) => ({ ...item, kind: `${item.kind}!` }),
  (item) => ({ ...item, actor: { ...item.actor, id: `${item.actor.id}!` } }),
  (item) => ({ ...item, actor: { ...item.actor, type: item.actor.type === 'agent' ? 'bot' : 'agent' } }),
  (item) => ({ ...item, at: new Date(Date.parse(item.at) + 1).toISOString() }),
  (item) => ({ ...item, salt: Buffer.from(item.salt.map((byte, index) => (index === 0 ? byte ^ 1 : byte))) }),
  (item) => ({ ...item, body: [item.body] }),
];

test('STR2 any change of any hashed field of any item, any order and any omission leads to another head', () => {
  fc.assert(
    fc.property(log, fc.nat(), fc.constantFrom(...CHANGES), (items, place, change) => {
      const at = place % items.length;
      const head = (all: readonly Stored[]) => headOf(all.map((item, index) => hashedOf(item, index + 1)));
      const whole = head(items);
      expect(head(items.with(at, change(items[at] as Stored)))).not.toBe(whole);
      expect(head(items.toSpliced(at, 1))).not.toBe(whole);
      expect(head(items.toSpliced(at, 0, items[at] as Stored))).not.toBe(whole);
      const [first, second] = [items[at], items[at + 1]];
      if (first && second && canonical([first.id, first.body]) !== canonical([second.id, second.body]))
        expect(head(items.with(at, second).with(at + 1, first))).not.toBe(whole);
      const elsewhere = items.map((item, index) => hashedOf(item, index + 1));
      expect(headOf(elsewhere, 'e2')).not.toBe(whole);
    }),
    runs(300),
  );
});

test('STR2 I12 what is erased leaves a chain that verifies, and tells nothing of what it was', () => {
  fc.assert(
    fc.property(log, fc.nat(), (items, place) => {
      const kept = items.map((item, index) => hashedOf(item, index + 1));
      const erased = items.map(({ body, salt }, index) =>
        index === place % items.length ? undefined : { body, salt },
      );
      // Whoever verifies has the hashes of all bodies, and the bodies that are left.
      const again = kept.map((item, index) => {
        const left = erased[index];
        return left ? { ...item, bodyHash: bodyHash(left.salt, canonical(left.body)) } : item;
      });
      expect(headOf(again)).toBe(headOf(kept));
      const gone = items[place % items.length] as Stored;
      const guessed = bodyHash(Buffer.alloc(16), canonical(gone.body));
      if (gone.salt.some((byte) => byte !== 0)) expect(guessed).not.toBe(kept[place % items.length]?.bodyHash);
    }),
    runs(200),
  );
});

test('STR2 any change of a list, or of a conversation on it, leads to another head', () => {
  fc.assert(
    fc.property(fc.array(wellFormed, { minLength: 1, maxLength: 8 }), fc.nat(), (ids, place) => {
      const head = (all: string[]) => all.reduce((h, id, index) => nextListHash(h, index + 1, 'c1', id), 'h0');
      const at = place % ids.length;
      expect(head(ids.with(at, `${ids[at]}!`))).not.toBe(head(ids));
      expect(head(ids.toSpliced(at, 1))).not.toBe(head(ids));
    }),
    runs(200),
  );
});

/** The same value with the fields of every object in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reordered(inner)])
      .reverse(),
  );
}

test('STR2 RFC 8785: one text for one value, whatever the order of its fields, and the value can be read from it', () => {
  fc.assert(
    fc.property(json, (value) => {
      const text = canonical(value);
      expect(canonical(reordered(value))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonical(JSON.parse(text))).toBe(text);
    }),
    runs(500),
  );
});

test('STR2 RFC 8785: two values that differ have two texts', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      const same = (a: unknown, b: unknown) => JSON.stringify(reordered(a)) === JSON.stringify(reordered(b));
      if (canonical(one) === canonical(other)) expect(JSON.parse(canonical(one))).toEqual(JSON.parse(canonical(other)));
      else expect(same(one, other)).toBe(false);
    }),
    runs(300),
  );
});
