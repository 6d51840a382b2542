import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from './connect.ts';
import { Landmarks } from './landmarks.ts';
import { testDatabase } from './test-database.ts';

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(
    `INSERT INTO item (stream, n, h, id, kind, actor_type, actor, at, body_hash)
     VALUES ('conversation/c', 1, 'h1', 'i', 'message', 'customer', 'cy', now(), 'b')`,
  );
});
afterAll(() => database?.close());

const news = (s: string, n: number, h: string) => [{ s, items: [{ n, h }] }];

async function areIn(landmarks: Landmarks): Promise<boolean> {
  const client = await database.pool.connect();
  return await landmarks.areIn(client).finally(() => client.release());
}

test('EPO1 what was told as stored is found where it is, and missed where it is not or is something else', async () => {
  const landmarks = new Landmarks();
  expect(await areIn(landmarks)).toBe(true);
  landmarks.note(news('conversation/c', 1, 'h1'));
  landmarks.note(news('list/queue:q', 7, 'x'));
  expect(landmarks.all).toEqual([['conversation/c', 1, 'h1']]);
  expect(await areIn(landmarks)).toBe(true);
  expect(await areIn(new Landmarks([...landmarks.all, ['conversation/c', 2, 'h2']]))).toBe(false);
  expect(await areIn(new Landmarks([['conversation/c', 1, 'another']]))).toBe(false);
});

test('EPO1 only the last commits are kept', () => {
  const landmarks = new Landmarks();
  for (let n = 1; n <= 100; n++) landmarks.note(news('chat/c', n, `h${n}`));
  expect(landmarks.all).toHaveLength(64);
  expect(landmarks.all.at(-1)).toEqual(['chat/c', 100, 'h100']);
  landmarks.forget();
  expect(landmarks.all).toEqual([]);
});
