import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { commandLog } from './output.ts';

/** Runs a command's work on the database, brought up to date first, and leaves it again however the work ends. */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(config, commandLog);
  try {
    await migrate(database.pool);
    return await work(database);
  } finally {
    await database.close();
  }
}
