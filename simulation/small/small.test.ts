import type { HeldPoint } from '@heed/protocol';
import { describe, expect, test } from 'vitest';
import { hashAt } from '../../packages/client/src/replica.ts';
import type { Bounds } from './actions.ts';
import { STREAM } from './log.ts';
import { checkSmallWorld } from './search.ts';
import type { Lens } from './world.ts';

const NONE = { loss: 0, repetition: 0, swap: 0, cut: 0, crash: 0, rollback: 0, wait: 0, beat: 0 };
const minute = 60_000;

/** Two pages, one of which writes; the customer writes once more; any one trouble. */
const TINY: Bounds = {
  presses: [1, 0],
  says: 1,
  most: { ...NONE, loss: 1, repetition: 1, swap: 1, cut: 1, crash: 1, rollback: 1 },
  troubles: 1,
};

test('I1 I2 I3 I4 I9 I10 I15 every state that a tiny world can reach is as it should be', {
  timeout: minute,
}, async () => {
  const figures = await checkSmallWorld({ bounds: TINY });
  expect(figures.violations).toEqual([]);
  expect(figures.isExhausted).toBe(true);
  expect(figures.states).toBeGreaterThan(5_000);
  expect(figures.mostBeats).toBeLessThanOrEqual(2);
});

/** What a page would see that compared numbers only: wherever it holds a number, its own hash. */
const numbersOnly: Lens = (frame, page) => {
  const replica = page.t.replicas.get(STREAM);
  if (!replica) return frame;
  const blind = <T extends { n: number; h: string }>(point: T): T => {
    const h = hashAt(replica, point.n);
    return h === undefined ? point : { ...point, h };
  };
  if (frame.t === 'update')
    return { ...frame, prev: blind(frame.prev), items: frame.items.map(blind), head: blind(frame.head) };
  if (frame.t === 'beat')
    return { ...frame, heads: frame.heads.map(([s, n, h]): HeldPoint => [s, n, blind({ n, h }).h]) };
  return frame;
};

describe('it can fail', () => {
  test('CMP3 a comparison of numbers alone does not see that the database went back', { timeout: minute }, async () => {
    const bounds: Bounds = { presses: [1, 0], says: 1, most: { ...NONE, rollback: 1 }, troubles: 1 };
    const { violations } = await checkSmallWorld({ bounds, lens: numbersOnly });
    expect(violations[0]?.what).toMatch(/I1|I4/);
    expect(violations[0]?.story.join('\n')).toMatch(/ROLLED BACK by \d, unnoticed/);
  });

  test('SND3 without deduplication a send that comes twice is stored twice', { timeout: minute }, async () => {
    const { violations } = await checkSmallWorld({ bounds: TINY, breaks: ['no-deduplication'] });
    expect(violations[0]?.what).toMatch(/^I2 the log has an id twice/);
    expect(violations[0]?.story.join('\n')).toMatch(/LOST|DOUBLED|CUT|CRASH/);
  });

  test('GRD2 without the guard a reply is stored over what its author had not seen', { timeout: minute }, async () => {
    const bounds: Bounds = { presses: [1, 0], says: 1, most: NONE, troubles: 0 };
    const { violations } = await checkSmallWorld({ bounds, breaks: ['no-guard'] });
    expect(violations[0]?.what).toMatch(/^I3 a1 was stored over c0, which its author had not seen/);
    expect(violations[0]?.story).toContainEqual(expect.stringMatching(/the server hears ann: send a1/));
  });
});
