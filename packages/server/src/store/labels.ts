import type pg from 'pg';

/** The labels that are offered, by name. */
export async function labels(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM label ORDER BY lower(name)');
  return rows.map(({ name }) => name);
}

/** Offers a label from now on; one that differs by case only stays as it was. Gives its name. */
export async function addLabel(pool: pg.Pool, name: string, by: string): Promise<string> {
  await pool.query('INSERT INTO label (name, created_by) VALUES ($1, $2) ON CONFLICT DO NOTHING', [name, by]);
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM label WHERE lower(name) = lower($1)', [name]);
  return rows[0]?.name ?? name;
}

/** Offers a label no more; conversations that carry it keep it. */
export async function dropLabel(pool: pg.Pool, name: string): Promise<void> {
  await pool.query('DELETE FROM label WHERE name = $1', [name]);
}
