import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../../database/connect.ts';
import { testDatabase } from '../../database/test-database.ts';
import { contract } from './cases.ts';
import type { Opens } from './company.ts';
import { foundInPostgres } from './in-postgres.ts';

describe('the store in PostgreSQL', () => {
  let database: Database;
  let open: Opens;
  beforeAll(async () => {
    database = await testDatabase();
    open = await foundInPostgres(database);
  });
  afterAll(() => database.close());
  contract(() => open());
});
