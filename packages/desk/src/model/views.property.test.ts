import type { Entry } from '@heed/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs } from '../../../protocol/src/testing/runs.ts';
import { inQueueOrder } from './views.ts';

const time = fc.option(fc.nat(5).map((s) => `2026-01-01T00:00:0${s}.000Z`));
const queue = fc.uniqueArray(
  fc.record({ conversation: fc.nat(99).map(String), priority: fc.nat(2), waitingSince: time }),
  {
    selector: ({ conversation }) => conversation,
    maxLength: 12,
  },
) as unknown as fc.Arbitrary<Entry[]>;

function ids(entries: readonly Entry[]): string[] {
  return entries.map(({ conversation }) => conversation);
}

test('LST4 the order of a queue is total: it depends on nothing but who waits in it', () => {
  fc.assert(
    fc.property(queue, fc.infiniteStream(fc.nat()), (entries, chance) => {
      const keys = new Map(entries.map((entry) => [entry, chance.next().value]));
      const shuffled = entries.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
      const sorted = entries.toSorted(inQueueOrder);
      expect(ids(shuffled.toSorted(inQueueOrder))).toEqual(ids(sorted));
      for (const [index, entry] of sorted.entries())
        for (const later of sorted.slice(index + 1)) {
          expect(inQueueOrder(entry, later)).toBeLessThan(0);
          expect(inQueueOrder(later, entry)).toBeGreaterThan(0);
        }
    }),
    runs(200),
  );
});

test("LST4 LST5 who leaves or comes changes nobody else's place before another", () => {
  fc.assert(
    fc.property(queue, fc.nat(), (entries, place) => {
      const sorted = entries.toSorted(inQueueOrder);
      const gone = sorted[place % Math.max(1, sorted.length)];
      const left = entries.filter((entry) => entry !== gone).toSorted(inQueueOrder);
      expect(ids(left)).toEqual(ids(sorted.filter((entry) => entry !== gone)));
    }),
    runs(200),
  );
});

test('LST4 priority first, then the oldest wait; those who do not wait come last', () => {
  fc.assert(
    fc.property(queue, (entries) => {
      const sorted = entries.toSorted(inQueueOrder);
      for (const [index, later] of sorted.slice(1).entries()) {
        const before = sorted[index] as Entry;
        expect(before.priority).toBeGreaterThanOrEqual(later.priority);
        if (before.priority === later.priority)
          expect((before.waitingSince ?? '~') <= (later.waitingSince ?? '~')).toBe(true);
      }
    }),
    runs(200),
  );
});
