import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rulerOf } from './ruler.ts';
import { sharedRuns } from './shared-runs.ts';

function same(runs: { text: string; same: boolean }[]): string[] {
  return runs.filter((run) => run.same).map((run) => run.text);
}

test('runs of three words or more are shared, whatever their case and marks; shorter ones are not', () => {
  const { left, right, shared } = sharedRuns(
    'Hi Orla, good news: a new shade is on this afternoon’s courier and should be there tomorrow before noon.',
    'Yes. I’ve put A new shade on this afternoon’s courier, due tomorrow before noon. Keep the old one.',
  );
  expect(same(left)).toEqual(['a new shade', 'on this afternoon’s courier', 'tomorrow before noon']);
  expect(same(right)).toEqual(['A new shade', 'on this afternoon’s courier', 'tomorrow before noon']);
  expect(shared).toBe(3);
});

test('texts of any script and length come back whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      const { left, right } = sharedRuns(a, b);
      expect(left.map((run) => run.text).join('')).toBe(a);
      expect(right.map((run) => run.text).join('')).toBe(b);
    }),
  );
  expect(same(sharedRuns('请问这个灯罩可以水洗吗', '这个灯罩可以水洗').left)).toHaveLength(1);
});

test('the ruler goes from a little before the reply to where the conversation is', () => {
  const ruler = rulerOf(128, 130);
  expect(ruler.ticks.map((tick) => tick.n)).toEqual([122, 123, 124, 125, 126, 127, 128, 129, 130]);
  expect(ruler.ticks.filter((tick) => tick.isNew).map((tick) => tick.n)).toEqual([129, 130]);
  expect(ruler.ticks.at(-1)?.x).toBe(542);
  expect(rulerOf(7, 8)).toMatchObject({ from: 4, yourX: 411 });
  expect(rulerOf(0, 3).yourWords.anchor).toBe('start');
  expect(rulerOf(10, 4_000).ticks.length).toBeLessThan(36);
});
