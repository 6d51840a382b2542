import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { codeOf } from '../errors.ts';
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
    await dropped(name);
  };
  return { pool, gate, mode: 'embedded', connection, close };
}

/** A process of the cluster's own that happens to look after the tables cannot be ended by us: it ends by itself. */
async function dropped(name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await asAdministrator(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    } catch (error) {
      if (codeOf(error) !== '42501' || tries === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
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
