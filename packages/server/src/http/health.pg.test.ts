import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../testing/running.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running?.close());

async function ready(): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${running.server.address}/health/ready`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function withMigration(statement: string, look: () => Promise<void>): Promise<void> {
  const { pool } = running.database;
  await pool.query('CREATE TABLE kept AS SELECT * FROM migration');
  try {
    await pool.query(statement);
    await look();
  } finally {
    await pool.query('DELETE FROM migration');
    await pool.query('INSERT INTO migration SELECT * FROM kept');
    await pool.query('DROP TABLE kept');
  }
}

test('NOD2 a node that can store says so, and what its bus is beside it', async () => {
  expect(await ready()).toMatchObject({ status: 200, body: { status: 'ready', bus: 'alone' } });
});

test('NOD2 with tables older than the program it is not ready', async () => {
  await withMigration('DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)', async () => {
    expect(await ready()).toMatchObject({ status: 503, body: { code: 'database_older' } });
  });
});

test('NOD2 with tables of a newer program it is ready: nodes are upgraded one after the other', async () => {
  const newer = "INSERT INTO migration (number, name, sha256) VALUES (9999, 'of-tomorrow', 'x')";
  await withMigration(newer, async () => {
    expect(await ready()).toMatchObject({ status: 200 });
  });
});

test('NOD2 a database that is locked away makes it unready, and it is ready again by itself', async () => {
  const client = await running.database.pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE migration IN ACCESS EXCLUSIVE MODE');
  expect(await ready()).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  await client.query('ROLLBACK');
  client.release();
  expect(await ready()).toMatchObject({ status: 200 });
});
