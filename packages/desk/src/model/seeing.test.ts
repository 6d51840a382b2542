import { expect, test } from 'vitest';
import { attended, glimpsed, isShown, NO_DWELL, seenBy } from './seeing.ts';

test('GRD1 60 % of an item is shown, or its end where it is taller than 60 % of the viewport', () => {
  const small = { height: 100, viewport: 500, end: true };
  expect(isShown({ ...small, visible: 59 })).toBe(false);
  expect(isShown({ ...small, visible: 60 })).toBe(true);
  const tall = { height: 2_000, viewport: 500, visible: 500 };
  expect(isShown({ ...tall, end: false })).toBe(false);
  expect(isShown({ ...tall, end: true })).toBe(true);
  expect(isShown({ visible: 0, height: 0, viewport: 500, end: true })).toBe(false);
});

test('GRD1 it is seen after 800 ms in a page that is looked at', () => {
  const looking = attended(NO_DWELL, true, 0);
  const shown = glimpsed(looking, 7, true, 100);
  expect(seenBy(shown, 899)).toMatchObject({ seen: [], nextAt: 900 });
  const { seen, rest, nextAt } = seenBy(shown, 900);
  expect([seen, nextAt]).toEqual([[7], undefined]);
  expect(seenBy(rest, 5_000).seen).toEqual([]);
});

test('what leaves the screen, or a page that loses the focus, begins anew', () => {
  const shown = glimpsed(attended(NO_DWELL, true, 0), 7, true, 0);
  expect(seenBy(glimpsed(shown, 7, false, 500), 1_000).seen).toEqual([]);
  const away = attended(shown, false, 500);
  expect(seenBy(away, 2_000)).toMatchObject({ seen: [], nextAt: undefined });
  const back = attended(away, true, 2_000);
  expect(seenBy(back, 2_799).seen).toEqual([]);
  expect(seenBy(back, 2_800).seen).toEqual([7]);
});

test('an item on screen while nobody looked is measured from the moment somebody does', () => {
  const unseen = glimpsed(NO_DWELL, 3, true, 0);
  expect(seenBy(unseen, 10_000).seen).toEqual([]);
  expect(seenBy(attended(unseen, true, 10_000), 10_800).seen).toEqual([3]);
});
