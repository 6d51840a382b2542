import { afterAll, beforeAll, test } from 'vitest';
import type { Database } from '../../database/connect.ts';
import { testDatabase } from '../../database/test-database.ts';
import type { Opens } from '../../store/contract/company.ts';
import { foundInPostgres } from '../../store/contract/in-postgres.ts';
import type { Outcome } from '../command.ts';
import { expectEverything, playInOrder, playSideBySide } from './play.ts';

let database: Database;
let open: Opens;
beforeAll(async () => {
  database = await testDatabase();
  open = await foundInPostgres(database);
});
afterAll(() => database.close());

test('STR2 SND3 the same commands in order: the same outcomes, items, hashes and rows in memory and PostgreSQL', {
  timeout: 240_000,
}, async () => {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= 20; seed++) outcomes.push(...(await playInOrder(database, open, seed)));
  expectEverything(outcomes);
});

test('STR1 GRD6 LST1 two nodes at once: what was committed could have happened one after the other', async () => {
  const outcomes: Outcome[] = [];
  for (let seed = 1; seed <= 6; seed++) outcomes.push(...(await playSideBySide(database, open, seed)));
  expectEverything(outcomes);
});
