import pg from 'pg';
import { openEmbedded } from '../packages/server/src/database/embedded.ts';
import { silentLog } from '../packages/server/src/log.ts';

/** A connection to the database of a server that runs on this folder, past the server. */
export async function withDatabase<T>(folder: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const cluster = await openEmbedded(folder, silentLog);
  const client = new pg.Client(cluster.connection);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
    await cluster.close();
  }
}

/** Transactions so far: each query outside of one is one. */
export async function transactionsOf(folder: string): Promise<number> {
  return withDatabase(folder, async (client) => {
    const { rows } = await client.query<{ count: string }>(
      'SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]?.count);
  });
}
