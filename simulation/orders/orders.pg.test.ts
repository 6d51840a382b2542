import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../packages/server/src/database/connect.ts';
import { testDatabase } from '../../packages/server/src/database/test-database.ts';
import { escalate } from './escalation.ts';
import { raceHandOuts, raceTakes } from './races.ts';

// `npm run turns` plays many more rounds of the same.
let database: Database;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.close());

test('LST5 200 wait and ten take at the same instant over two nodes: none twice, none skipped', async () => {
  expect(await raceTakes(database.connection, 15)).toEqual({ rounds: 15, given: 150, failures: [] });
});

test('LST5 two nodes hand out two queues to the same agents: never above capacity, nothing left while there is room', async () => {
  const { given, failures } = await raceHandOuts(database.connection, 20, 1);
  expect(failures).toEqual([]);
  expect(given).toBeGreaterThan(40);
});

test('CLK3 clocks climb while one of two nodes is killed with -9 again and again: each step once', async () => {
  const { steps, kills, failures } = await escalate(database.connection, 20, 1);
  expect(failures).toEqual([]);
  expect(steps).toBe(60);
  expect(kills).toBeGreaterThan(0);
});
