import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { codeOf, HeedError, sentenceOf } from '../errors.ts';
import { waitsForEver } from './connect.ts';

const standardFolder = join(import.meta.dirname, 'migrations');

// Any number that nothing else in the database uses; it spells "heed".
const lockNumber = 0x68656564;

/** One numbered step of the schema. */
interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** What `migrate` did, and where the schema is now. */
export interface Migrated {
  readonly applied: readonly string[];
  readonly number: number;
}

/**
 * Brings the schema to where the program is. Each step is one transaction that takes a lock first and looks again, so
 * any number of processes may do this at once; steps only go forward and never change once they were applied.
 */
export async function migrate(pool: pg.Pool, folder = standardFolder): Promise<Migrated> {
  const steps = readMigrations(folder);
  const applied: string[] = [];
  let at = await appliedUpTo(pool, steps);
  for (const step of steps) {
    if (step.number <= at) continue;
    if (await applyStep(pool, step)) applied.push(`${pad(step.number)}-${step.name}`);
    at = step.number;
  }
  return { applied, number: at };
}

/** Makes the schema in the caller's transaction, from one step to another: what a restored backup goes through. */
export async function migrateWithin(
  client: pg.ClientBase,
  from: number,
  to: number,
  folder = standardFolder,
): Promise<void> {
  for (const step of readMigrations(folder)) {
    if (step.number > from && step.number <= to) await record(client, step);
  }
}

/** Where the program would bring a schema. */
export function latestMigration(folder = standardFolder): number {
  return readMigrations(folder).length;
}

/** Where the schema is and where the program would bring it, without changing anything. */
export async function schemaState(pool: pg.Pool, folder = standardFolder): Promise<{ at: number; latest: number }> {
  const steps = readMigrations(folder);
  return { at: await appliedUpTo(pool, steps), latest: steps.at(-1)?.number ?? 0 };
}

function readMigrations(folder: string): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file, index) => {
    const [, number, name] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
    if (name === undefined || Number(number) !== index + 1) {
      throw new HeedError('migrations_misnumbered', `The migration ${file} should be named ${pad(index + 1)}-….sql.`);
    }
    const sql = readFileSync(join(folder, file), 'utf8');
    return { number: index + 1, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

async function appliedUpTo(queryable: pg.Pool | pg.PoolClient, steps: readonly Migration[]): Promise<number> {
  const { rows } = await queryable.query<{ there: boolean }>("SELECT to_regclass('migration') IS NOT NULL AS there");
  if (!rows[0]!.there) return 0;
  const recorded = await queryable.query<{ number: number; name: string; sha256: string }>(
    'SELECT number, name, sha256 FROM migration ORDER BY number',
  );
  for (const row of recorded.rows) {
    const step = steps[row.number - 1];
    if (step === undefined) {
      throw new HeedError(
        'database_newer',
        `The database is at migration ${row.number} (${row.name}), newer than this program; use the newer program.`,
      );
    }
    if (step.sha256 !== row.sha256) {
      throw new HeedError(
        'migration_changed',
        `The migration ${pad(row.number)}-${row.name} was changed after it was applied to this database.`,
      );
    }
  }
  return recorded.rows.at(-1)?.number ?? 0;
}

/** Applies a step unless another process did in the meantime. */
async function applyStep(pool: pg.Pool, step: Migration): Promise<boolean> {
  const client = await pool.connect();
  try {
    waitsForEver(client);
    await client.query('BEGIN');
    // A step may take longer than any statement of a running server should, and so may waiting for another process.
    await client.query('SET LOCAL statement_timeout = 0');
    await client.query('SELECT pg_advisory_xact_lock($1)', [lockNumber]);
    const isNew = await record(client, step);
    await client.query('COMMIT');
    return isNew;
  } catch (thrown) {
    throw new HeedError(
      'migration_failed',
      `The migration ${pad(step.number)}-${step.name} failed: ${sentenceOf(thrown)}`,
      { code: codeOf(thrown) },
    );
  } finally {
    // It takes its open transaction with it, where one is left.
    client.release(true);
  }
}

async function record(client: pg.ClientBase, step: Migration): Promise<boolean> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rowCount } = await client.query(
    'INSERT INTO migration (number, name, sha256) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [step.number, step.name, step.sha256],
  );
  if (rowCount === 1) await client.query(step.sql);
  return rowCount === 1;
}

function pad(number: number): string {
  return String(number).padStart(4, '0');
}
