import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { machineClock } from '../clock.ts';
import type { Database } from '../database/connect.ts';
import { testDatabase } from '../database/test-database.ts';
import { seedDemo } from '../demo/seed.ts';
import { silentLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { postgresDirectory } from '../store/directory.ts';
import { compareUnanswered } from './unanswered.ts';
import { startUnansweredFigures } from './unanswered-figures.ts';

let database: Database;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  const { rows } = await pool.query('SELECT epoch FROM lineage');
  const directory = postgresDirectory(pool);
  await directory.refresh();
  await seedDemo(pool, { epoch: rows[0].epoch, graceMs: 60_000, textBytes: 16_384, directory });
});
afterAll(() => database.close());

test('CLK1 LST8 what waits is listed message by message, and the view says the same as the log', async () => {
  const { waiting, differences } = await compareUnanswered(pool);
  expect(differences).toEqual([]);
  const { rows } = await pool.query('SELECT id, unanswered, holder FROM conversation WHERE unanswered > 0 ORDER BY id');
  expect(rows.length).toBeGreaterThan(2);
  const listed = waiting.map(({ conversation: id, messages, holder }) => ({ id, unanswered: messages.length, holder }));
  expect(listed.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(rows);
});

async function gauge(name: string): Promise<number> {
  const metrics = createMetrics();
  const stop = startUnansweredFigures(pool, metrics, machineClock, silentLog);
  try {
    await expect
      .poll(async () => (await metrics.registry.getSingleMetric(name)?.get())?.values.length)
      .toBeGreaterThan(0);
    const figure = await metrics.registry.getSingleMetric(name)?.get();
    return figure?.values.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
  } finally {
    stop();
  }
}

test('CLK1 the figures count what waits and find no difference', async () => {
  const { rows } = await pool.query('SELECT sum(unanswered)::int AS messages FROM conversation');
  expect(await gauge('heed_unanswered_messages')).toBe(rows[0].messages);
  expect(await gauge('heed_unanswered_differences')).toBe(0);
});

describe('what would be a difference is found', () => {
  let id: string;
  beforeEach(async () => {
    const { rows } = await pool.query(
      "SELECT id FROM conversation WHERE unanswered > 0 AND status = 'open' ORDER BY id LIMIT 1",
    );
    id = rows[0].id;
  });

  /** Changes the view, looks, and puts it back. */
  async function found(change: string): Promise<string[]> {
    const view = await pool.query("SELECT * FROM entry WHERE list LIKE 'list/open:%' AND conversation = $1", [id]);
    const [row] = view.rows;
    await pool.query(`UPDATE entry SET ${change} WHERE list = $1 AND conversation = $2`, [row.list, id]);
    try {
      expect(await gauge('heed_unanswered_differences')).toBe(
        change.includes('unanswered') || change.includes('left') ? 1 : 0,
      );
      return (await compareUnanswered(pool)).differences;
    } finally {
      await pool.query('UPDATE entry SET body = $3, kind = $4 WHERE list = $1 AND conversation = $2', [
        row.list,
        id,
        row.body,
        row.kind,
      ]);
    }
  }
  const set = (key: string, value: string) =>
    `body = jsonb_set((SELECT c.entry FROM conversation c WHERE c.id = conversation)::jsonb, '{${key}}', '${value}')::text`;

  test.each([
    ['one message more', set('unanswered', '9'), /wait by the log; the view counts 9/],
    ['nobody waits', set('unanswered', '0'), /the view does not show it/],
    ['it left', "kind = 'left', body = '{}'", /the view does not show it/],
    ['since another time', set('waitingSince', '"2020-01-01T00:00:00.000Z"'), /by the view since 2020/],
    ['no clock', set('dueAt', 'null'), /no clock runs/],
    ['with somebody else', set('holder', '"agent:nobody"'), /the view names agent:nobody/],
  ])('%s', async (_name, change, sentence) => {
    const differences = await found(change);
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(sentence);
    expect(differences[0]).toContain(id);
  });
});
