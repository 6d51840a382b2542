import { openDatabase } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { readCommandLine } from './command-line.ts';
import { commandLog, print } from './output.ts';

/** `heed migrate` */
export async function run(argv: readonly string[]): Promise<number> {
  const { config, json } = readCommandLine(argv);
  const database = await openDatabase(config, commandLog);
  try {
    const migrated = await migrate(database.pool);
    const done = migrated.applied.length === 0 ? 'Nothing to do' : `Applied ${migrated.applied.join(', ')}`;
    print(json, migrated, `${done}; the schema is at ${migrated.number}.`);
    return 0;
  } finally {
    await database.close();
  }
}
