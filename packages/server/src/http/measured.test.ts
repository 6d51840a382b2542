import { expect, test } from 'vitest';
import type { QueueRow } from '../store/directory.ts';
import type { EndedRow } from '../store/figures.ts';
import { MeasuredReplies, measuredOf } from './measured.ts';

const replies = (count: number) => Array.from({ length: count }, (_, index) => (index + 1) * 1_000);

test('fewer than twenty replies measure nothing, and of many the newest forty count', () => {
  expect(measuredOf(replies(19))).toBeNull();
  expect(measuredOf(replies(20))).toMatchObject({ replies: 20, halfWithinMs: 10_000, slowestMs: 20_000 });
  const many = measuredOf(replies(100));
  expect(many).toMatchObject({ replies: 40, halfWithinMs: 80_000, slowestMs: 100_000 });
  expect(many?.repliesMs[0]).toBe(61_000);
});

test('a day begins where the queue is, marks are no replies, and a queue is looked at once a minute', async () => {
  const asked: number[] = [];
  const row = (index: number): EndedRow => ({ id: String(index), queue: 'q', asked: 0, ended: 5_000, by: 'first' });
  const measured = new MeasuredReplies({
    ended: async (_queues, since) => {
      asked.push(since);
      return [...Array.from({ length: 25 }, (_, index) => row(index)), { ...row(99), by: 'mark', ended: 9_000_000 }];
    },
    waiting: async () => [],
    agents: async () => [],
  });
  const targets = { hours: { zone: 'Asia/Tokyo', week: {}, holidays: [] } };
  const queue = { id: 'q', targets } as unknown as QueueRow;
  const now = Date.UTC(2026, 4, 20, 18, 0);
  expect(await measured.of(queue, now)).toMatchObject({ replies: 25, slowestMs: 5_000 });
  await measured.of(queue, now + 59_000);
  await measured.of(queue, now + 61_000);
  expect(asked).toEqual([Date.UTC(2026, 4, 20, 15, 0), Date.UTC(2026, 4, 20, 15, 0)]);
  expect(await measured.of(undefined, now)).toBeNull();
});
