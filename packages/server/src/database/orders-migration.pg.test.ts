import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrate } from './migrate.ts';
import { testDatabase } from './test-database.ts';

test('CLK3 whoever waited or was snoozed before there were steps is looked at afterwards', async () => {
  const database = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'heed-migrate-'));
  const all = join(import.meta.dirname, 'migrations');
  try {
    const { pool } = database;
    await pool.query('DROP SCHEMA public CASCADE');
    await pool.query('CREATE SCHEMA public');
    for (const name of ['0001-first', '0002-epochs', '0003-list-heads'])
      cpSync(join(all, `${name}.sql`), join(folder, `${name}.sql`));
    await migrate(pool, folder);
    await pool.query(`
      INSERT INTO queue (id, name) VALUES ('q', 'Orders');
      INSERT INTO inbox (id, name, queue, key) VALUES ('i', 'Shop', 'q', 'k');
      INSERT INTO customer (id, inbox, name) VALUES ('cy', 'i', 'Cy');
      BEGIN;
      INSERT INTO conversation (id, number, customer, inbox, queue, status, holder, last_customer_n, unanswered, waiting_since, soon_at, due_at, snoozed_until, started_at, entered_at)
      VALUES ('waits', 1, 'cy', 'i', 'q', 'open', 'queue:q', 1, 1, '2026-01-01 10:00Z', '2026-01-01 10:03Z', '2026-01-01 10:05Z', NULL, now(), now()),
             ('snoozed', 2, 'cy', 'i', 'q', 'snoozed', 'queue:q', 0, 0, NULL, NULL, NULL, '2026-01-02 10:00Z', now(), now()),
             ('calm', 3, 'cy', 'i', 'q', 'open', 'queue:q', 0, 0, NULL, NULL, NULL, NULL, now(), now());
      INSERT INTO entry (list, conversation, n, kind, body, at) SELECT 'list/queue:q', id, number, 'entered', '{}', now() FROM conversation;
      COMMIT;`);
    await migrate(pool);
    expect((await migrate(pool)).applied).toEqual([]);
    const { rows } = await pool.query('SELECT id, steps, next_step_at FROM conversation ORDER BY number');
    expect(rows).toEqual([
      {
        id: 'waits',
        steps: [{ step: 'remind', at: '2026-01-01T10:05:00.000Z' }],
        next_step_at: new Date('2026-01-01T10:05:00.000Z'),
      },
      { id: 'snoozed', steps: [], next_step_at: new Date('2026-01-02T10:00:00.000Z') },
      { id: 'calm', steps: [], next_step_at: null },
    ]);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true });
  }
});
