import type { Config } from '../config.ts';
import { type Database, openDatabase } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import type { Log } from '../log.ts';
import { commandLog } from './output.ts';

/** Runs a command's work on the database, brought up to date first, and leaves it again however the work ends. */
export async function withDatabase<T>(
  config: Config,
  work: (database: Database) => Promise<T>,
  log: Log = commandLog,
): Promise<T> {
  const database = await openDatabase(config, log);
  try {
    await migrate(database.pool);
    return await work(database);
  } finally {
    await database.close();
  }
}
