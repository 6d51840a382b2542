import pg from 'pg';

/** A connection outside the pool: rows that stream through it would hinder whoever shared it. */
export async function ownClient(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(connection);
  // What goes wrong on it is told by the statement that was under way; nothing else may end the process.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
