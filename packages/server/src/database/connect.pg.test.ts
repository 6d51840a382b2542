import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { silentLog } from '../log.ts';
import { type Database, makePool, openDatabase } from './connect.ts';
import { freePort, testDatabase } from './test-database.ts';

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(async () => {
  await database.close();
});

function address({
  password = inject('heedConnection').password,
  name = database.connection.database,
  more = '',
} = {}): string {
  const { host, port, user } = inject('heedConnection');
  return `postgres://${user}:${password}@${encodeURIComponent(host)}:${port}/${name}${more}`;
}

const openAt = (databaseUrl: string) => openDatabase({ data: '/nowhere', databaseUrl, databasePool: 2 }, silentLog);

describe('an external database', () => {
  test('is used as it is, and left running', async () => {
    const external = await openAt(address());
    expect(external.mode).toBe('external');
    await external.close();
    await database.pool.query('SELECT 1');
  });

  test('that cannot be reached, does not let us in or is not there: each by name', async () => {
    await expect(openAt(`postgres://a:b@127.0.0.1:${await freePort()}/c`)).rejects.toMatchObject({
      code: 'database_unreachable',
    });
    await expect(openAt(address({ password: 'wrong' }))).rejects.toMatchObject({ code: 'database_refused' });
    await expect(openAt(address({ name: 'none' }))).rejects.toMatchObject({ code: 'database_missing' });
  });

  test('that acknowledges before it has written is refused', async () => {
    const more = `?options=${encodeURIComponent('-c synchronous_commit=off')}`;
    await expect(openAt(address({ more }))).rejects.toMatchObject({ code: 'database_not_durable' });
  });
});

test('connections are durable, in UTC, and numbers are numbers', async () => {
  const { rows } = await database.pool.query(
    `SELECT current_setting('synchronous_commit') AS commit, current_setting('TimeZone') AS zone,
            current_setting('application_name') AS name,
            current_setting('transaction_isolation') AS isolation, 9007199254740991::int8 AS most, '{1,2}'::int8[] AS several,
            '{"a": 1}'::jsonb AS json, now() AS at`,
  );
  expect(rows[0]).toEqual({
    commit: 'on',
    zone: 'UTC',
    name: 'heed',
    isolation: 'read committed',
    most: Number.MAX_SAFE_INTEGER,
    several: [1, 2],
    json: { a: 1 },
    at: expect.any(Date),
  });
  await expect(database.pool.query('SELECT 9007199254740993::int8')).rejects.toThrow(RangeError);
});

test('a connection that dies, idle or in use, ends neither the process nor the pool', async () => {
  const killer = new pg.Client(database.connection);
  await killer.connect();
  const busy = await database.pool.connect();
  await killer.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await expect(busy.query('SELECT 1')).rejects.toThrow();
  busy.release(true);
  expect((await database.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await killer.end();
});

test('NOD2 what a host that vanished had locked is free again without it', async () => {
  const { pool } = makePool(database.connection, 1, silentLog, {}, 200);
  const vanished = await pool.connect();
  await database.pool.query('CREATE TABLE one (a int)');
  await database.pool.query('INSERT INTO one VALUES (1)');
  await vanished.query('BEGIN');
  await vanished.query('UPDATE one SET a = 2');
  await database.pool.query('UPDATE one SET a = 3');
  vanished.release(true);
  await pool.end();
});
