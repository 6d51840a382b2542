import { expect, test } from 'vitest';
import type { Company, Opens } from './company.ts';
import { after, begins, look, moves, replies, write } from './scribe.ts';

/** The order of a queue. */
export function orderCases(open: Opens): void {
  const first = (company: Company, limit: number, queue = 'orders') =>
    look(company, (transaction) => transaction.first(queue, limit));

  test('LST4 priority, then who waits longest, those who wait for nothing last, then who came in first, then the id', async () => {
    const company = await open();
    for (const [id, at] of [
      ['d', 3],
      ['c', 1],
      ['b', 1],
      ['a', 2],
      ['e', 4],
      ['f', 4],
    ] as const)
      await begins(company, id, 'cy', { at: after(at) });
    await write(company, 'f', [replies('bea', 'there', 2)], { at: after(5) });
    await write(company, 'e', [replies('bea', 'there', 2)], { at: after(5) });
    expect(await first(company, 10)).toEqual(['b', 'c', 'a', 'd', 'e', 'f']);
    expect(await first(company, 2)).toEqual(['b', 'c']);
    await company.setPriority('f', 1);
    await company.setPriority('d', 2);
    expect(await first(company, 10)).toEqual(['d', 'f', 'b', 'c', 'a', 'e']);
    expect(await company.reading.places(100)).toEqual(
      new Map(['d', 'f', 'b', 'c', 'a', 'e'].map((id, i) => [id, { queue: 'orders', place: i + 1 }])),
    );
    expect((await company.reading.places(3)).size).toBe(3);
  });

  test('LST4 only what is open on that queue, and coming back keeps the place of who waits', async () => {
    const company = await open();
    for (const [id, at] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      await begins(company, id, 'cy', { at: after(at) });
    await begins(company, 'x', 'ed');
    await write(company, 'a', [moves('agent:ann', 'queue:orders')], { at: after(5) });
    await write(company, 'b', [replies('bea', 'bye', 2), { by: 'bea', kind: 'resolved', body: {} }], { at: after(6) });
    expect(await first(company, 10)).toEqual(['c']);
    expect(await first(company, 10, 'support')).toEqual(['x']);
    await write(company, 'a', [moves('queue:orders', 'agent:ann')], { at: after(7) });
    expect(await first(company, 10)).toEqual(['a', 'c']);
    expect(await company.reading.places(10)).toEqual(
      new Map([
        ['a', { queue: 'orders', place: 1 }],
        ['c', { queue: 'orders', place: 2 }],
        ['x', { queue: 'support', place: 1 }],
      ]),
    );
  });

  test('LST9 the pace of a queue is how long the first in line waited, over the last 20 times of today', async () => {
    const company = await open();
    const now = Date.now();
    // A few minutes that all are of today, in UTC.
    const start = Math.max(now - 600_000, Math.floor(now / 86_400_000) * 86_400_000);
    const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
    const serve = async (id: string, came: number, served: number) => {
      await begins(company, id, 'cy', { at: at(came) });
      await write(company, id, [moves('agent:ann')], { at: at(served) });
    };
    // Nobody waited from 40 to 100: that is not the queue's pace.
    await serve('a', 0, 10);
    await serve('b', 0, 30);
    await serve('c', 5, 40);
    await serve('d', 100, 110);
    expect(await company.reading.paces()).toEqual(new Map());
    await serve('e', 100, 130);
    expect(await company.reading.paces()).toEqual(new Map([['orders', 14_000]]));
    for (let i = 0; i < 20; i++) await serve(`f${i}`, 200 + i, 201 + i);
    expect(await company.reading.paces()).toEqual(new Map([['orders', 1_000]]));
  });

  test('LST4 ids are compared by their bytes', async () => {
    const company = await open();
    for (const id of ['a', 'B', '1', 'b', 'A', '_']) await begins(company, id);
    expect(await first(company, 10)).toEqual(['1', 'A', 'B', '_', 'a', 'b']);
  });
}
