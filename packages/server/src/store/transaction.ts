import type pg from 'pg';

/** Does something all at once or not at all, on a client of its own. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    await client.query('COMMIT');
    broken = false;
    return value;
  } finally {
    // A broken client takes its open transaction with it.
    client.release(broken);
  }
}
