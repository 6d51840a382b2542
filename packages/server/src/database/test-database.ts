import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { silentLog } from '../log.ts';
import { type Database, type Gate, makePool } from './connect.ts';

export { freePort } from '../http/free-port.ts';

/** How the tests of this run reach their cluster; its database is migrated and only ever copied. */
export interface TestConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    heedConnection: TestConnection;
  }
}

/** A fresh database with the whole schema. Close it after the test: the cluster goes with the run in any case. */
export async function testDatabase(max = 5): Promise<Database> {
  const template = inject('heedConnection');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(`CREATE DATABASE ${name} TEMPLATE ${template.database}`);
  const gate: Gate = {};
  const { pool, connection } = makePool({ ...template, database: name }, max, silentLog, gate);
  const close = async (): Promise<void> => {
    await pool.end();
    await asAdministrator(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { pool, gate, mode: 'embedded', connection, close };
}

async function asAdministrator(statement: string): Promise<void> {
  const client = new pg.Client({ ...inject('heedConnection'), database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
