import type pg from 'pg';

/** What an agent chose for all their terminals; the desk knows what it means. */
export async function preferences(pool: pg.Pool, agent: string): Promise<object> {
  const { rows } = await pool.query<{ json: object }>('SELECT json FROM preference WHERE agent = $1', [agent]);
  return rows[0]?.json ?? {};
}

export async function savePreferences(pool: pg.Pool, agent: string, chosen: object): Promise<void> {
  await pool.query(
    'INSERT INTO preference (agent, json) VALUES ($1, $2) ON CONFLICT (agent) DO UPDATE SET json = excluded.json',
    [agent, JSON.stringify(chosen)],
  );
}
