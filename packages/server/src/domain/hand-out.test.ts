import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../protocol/src/testing/runs.ts';
import { type Free, handOut } from './hand-out.ts';

const free = (agent: string, since: number, room = 1, signedInAt = 0): Free => ({ agent, room, since, signedInAt });
const orders = (...ids: string[]) => ids.map((id) => ({ id, from: null }));

test('LST5 each to who has waited longest for work, then to who signed in first, then by id', () => {
  expect(handOut(orders('1', '2'), [free('a', 5), free('b', 3), free('c', 4)])).toEqual([
    ['1', 'b'],
    ['2', 'c'],
  ]);
  expect(handOut(orders('1'), [free('a', 3, 1, 2), free('b', 3, 1, 1)])).toEqual([['1', 'b']]);
  expect(handOut(orders('1'), [free('b', 3), free('a', 3)])).toEqual([['1', 'a']]);
});

test('LST5 who was given something waits anew, up to their capacity', () => {
  expect(handOut(orders('1', '2', '3', '4'), [free('a', 1, 2), free('b', 2, 1)])).toEqual([
    ['1', 'a'],
    ['2', 'b'],
    ['3', 'a'],
  ]);
  expect(handOut(orders('1'), [])).toEqual([]);
});

test('CLK3 what came back from somebody for being overdue goes to somebody else, if there is one', () => {
  const order = [{ id: '1', from: 'a' }];
  expect(handOut(order, [free('a', 1), free('b', 2)])).toEqual([['1', 'b']]);
  expect(handOut(order, [free('a', 1)])).toEqual([['1', 'a']]);
});

test('LST5 nobody is skipped while there is room, nobody gets more than they have room for, and shares are even', () => {
  const agents = fc.uniqueArray(
    fc.record({ agent: fc.string({ minLength: 1 }), room: fc.nat(4), since: fc.nat(9), signedInAt: fc.nat(9) }),
    { selector: ({ agent }) => agent, maxLength: 8 },
  );
  fc.assert(
    fc.property(fc.nat(20), agents, (count, all) => {
      const ids = Array.from({ length: count }, (_, i) => `${i}`);
      const given = handOut(orders(...ids), all);
      const room = all.reduce((sum, each) => sum + each.room, 0);
      expect(given.map(([id]) => id)).toEqual(ids.slice(0, Math.min(count, room)));
      const shares = new Map(all.map((each) => [each.agent, given.filter(([, agent]) => agent === each.agent).length]));
      for (const a of all) {
        const share = shares.get(a.agent) ?? 0;
        expect(share).toBeLessThanOrEqual(a.room);
        // Less than another has only who had no more room, or came later.
        for (const b of all) if (share < a.room) expect((shares.get(b.agent) ?? 0) - share).toBeLessThanOrEqual(1);
      }
    }),
    runs(200),
  );
});
