import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Postgres } from './systems.ts';

const run = promisify(execFile);

function program(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  return [...versions.map((version) => join(debian, version, 'bin/pgbench')), '/usr/bin/pgbench'].find(existsSync);
}

/** The third reference: `pgbench` with a statement that appends one row of 120 bytes, by so many clients. */
export interface Pgbench {
  perSecond(seconds: number): Promise<number>;
}

/** Undefined where there is no pgbench. */
export async function preparePgbench(postgres: Postgres, clients: number): Promise<Pgbench | undefined> {
  const pgbench = program();
  if (pgbench === undefined) return undefined;
  const { host, port, user, password, database } = postgres.connection;
  const env = {
    ...process.env,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
  };
  const script = join(postgres.folder, 'append.sql');
  writeFileSync(script, `INSERT INTO appended (text) VALUES ('${'x'.repeat(120)}');\n`);
  const { default: pg } = await import('pg');
  const client = new pg.Client(postgres.connection);
  await client.connect();
  await client.query('CREATE TABLE appended (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)');
  await client.end();
  return {
    perSecond: async (seconds) => {
      const words = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-f', script];
      const { stdout } = await run(pgbench, words, { env });
      return Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
    },
  };
}
