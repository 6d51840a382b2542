import { afterAll, beforeAll, expect, test } from 'vitest';
import { storm } from './storm.ts';
import { Town } from './town.ts';

let town: Town;
beforeAll(async () => {
  town = await Town.build();
});
afterAll(() => town?.remove());

// `npm run nodes` does all of them.
const SOME = ['one link here, the other there', 'NATS and a node', 'all'] as const;

test('NOD1 NOD2 I4 I8 nodes, NATS, the database and the links to either go together: nothing is lost', async () => {
  await town.people(700);
  await town.stored(30);
  await storm(town, SOME, () => undefined);
  const { faults, failures, refused, replies, windows, pressed, stored, restedMs } = await town.judge();
  process.stdout.write(`Links were cut by ${town.links.by}.\n`);
  process.stdout.write(`${JSON.stringify({ pressed, stored, replies, windows, restedMs })}\n`);
  expect({ faults, failures, refused }).toEqual({ faults: [], failures: [], refused: [] });
  expect(replies).toBeGreaterThan(20);
  expect(windows).toBeGreaterThan(10);
}, 240_000);
