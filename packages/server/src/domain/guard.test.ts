import { isMaterial } from '@heed/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Seen, type Trace, unseenBy } from './guard.ts';

const KINDS = ['message', 'note', 'edited', 'erased', 'resolved', 'assigned', 'labelled', 'rated', 'snoozed'];
const author = { type: 'agent' as const, id: 'me' };
const someone = fc.constantFrom(
  { actor: author, terminal: 'here' },
  { actor: author, terminal: 'there' },
  { actor: { type: 'agent' as const, id: 'other' }, terminal: 'here' },
  { actor: { type: 'customer' as const, id: 'me' }, terminal: 'here' },
  { actor: { type: 'system' as const, id: 'system' }, terminal: 'here' },
  { actor: { type: 'system' as const, id: 'system' }, terminal: null },
);
const log = fc
  .array(fc.tuple(fc.constantFrom(...KINDS), someone), { maxLength: 20 })
  .map((rows) => rows.map(([kind, by], index): Trace => ({ n: index + 1, id: `i${index + 1}`, kind, ...by })));
const seen = fc.record(
  { basedOn: fc.nat(20), upTo: fc.nat(20), follows: fc.nat(20).map((n) => `i${n}`) },
  { requiredKeys: ['basedOn'] },
) as fc.Arbitrary<Omit<Seen, 'author' | 'terminal'>>;

test('GRD2 GRD4 exactly the material items above what was seen, that did not come from here or are not followed', () => {
  fc.assert(
    fc.property(log, seen, (items, what) => {
      const expected = items.filter((item) => {
        const above = item.n > what.basedOn && item.n > (what.upTo ?? 0);
        const isMe = item.actor.type === 'agent' && item.actor.id === 'me';
        const mine = isMe && (item.terminal === 'here' || item.id === what.follows);
        const caused = item.actor.type === 'system' && item.terminal === 'here';
        return above && isMaterial(item.kind, item.actor.type) && !mine && !caused;
      });
      const unseen = unseenBy(items, { ...what, author, terminal: 'here' });
      expect(unseen).toEqual(expected.map(({ n }) => n));
      // What was read for two points overlaps, and comes in no order.
      const twice = [...items.toReversed(), ...items];
      expect(unseenBy(twice, { ...what, author, terminal: 'here' })).toEqual(unseen);
    }),
  );
});

test('GRD2 having seen more never holds back more', () => {
  fc.assert(
    fc.property(log, fc.nat(20), fc.nat(5), (items, basedOn, more) => {
      const at = (n: number) => unseenBy(items, { basedOn: n, author, terminal: 'here' });
      expect(at(basedOn)).toEqual(expect.arrayContaining(at(basedOn + more)));
    }),
  );
});
