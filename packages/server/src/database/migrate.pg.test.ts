import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from './connect.ts';
import { migrate, schemaState } from './migrate.ts';
import { testDatabase } from './test-database.ts';

let folder: string;
let database: Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heed-migrate-'));
  database = await testDatabase(8);
  // These tests bring migrations of their own, so they need the database as it was before ours.
  await database.pool.query('DROP SCHEMA public CASCADE');
  await database.pool.query('CREATE SCHEMA public');
  write('0001-first.sql', 'CREATE TABLE first (id int)');
  write('0002-second.sql', 'ALTER TABLE first ADD COLUMN name text; SELECT pg_sleep(0.1)');
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

function write(name: string, sql: string): void {
  writeFileSync(join(folder, name), sql);
}

test('several that start at once apply each step once', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => migrate(database.pool, folder)));
  expect(all.flatMap((each) => each.applied).sort()).toEqual(['0001-first', '0002-second']);
  expect(all.every((each) => each.number === 2)).toBe(true);
  expect(await migrate(database.pool, folder)).toEqual({ applied: [], number: 2 });
});

test('a step that fails leaves nothing behind and names itself; the next try goes on from there', async () => {
  write('0003-third.sql', 'CREATE TABLE third (id int); SELECT 1 / 0');
  await expect(migrate(database.pool, folder)).rejects.toThrow(/0003-third failed: division by zero/);
  expect(await schemaState(database.pool, folder)).toEqual({ at: 2, latest: 3 });
  write('0003-third.sql', 'CREATE TABLE third (id int)');
  expect((await migrate(database.pool, folder)).applied).toEqual(['0003-third']);
});

test('a step that was changed after it was applied is refused', async () => {
  await migrate(database.pool, folder);
  write('0001-first.sql', 'CREATE TABLE first (id bigint)');
  await expect(migrate(database.pool, folder)).rejects.toMatchObject({ code: 'migration_changed' });
});

test('a database that is newer than the program is refused', async () => {
  await migrate(database.pool, folder);
  rmSync(join(folder, '0002-second.sql'));
  await expect(migrate(database.pool, folder)).rejects.toMatchObject({ code: 'database_newer' });
});
