import type { SavedView, ViewFilter } from '@heed/protocol';
import type pg from 'pg';
import type { Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';

interface Row {
  id: string;
  name: string;
  owner: string | null;
  filter: ViewFilter;
}

/** Views of the team are for whoever supervises anything to change. */
function leads(who: Who): boolean {
  return who.isAdmin || [...who.queues.values()].includes('supervisor');
}

export async function savedViews(pool: pg.Pool, who: Who): Promise<SavedView[]> {
  const { rows } = await pool.query<Row>(
    'SELECT id, name, owner, filter FROM saved_view WHERE owner = $1 OR owner IS NULL ORDER BY lower(name), id',
    [who.id],
  );
  return rows.map(({ id, name, owner, filter }) => {
    const isShared = owner === null;
    return { id, name, isShared, mayChange: !isShared || leads(who), filter };
  });
}

/** Makes one, or changes it. Fails with `forbidden`. */
export async function saveView(
  pool: pg.Pool,
  who: Who,
  view: Pick<SavedView, 'id' | 'name' | 'isShared' | 'filter'>,
): Promise<void> {
  await refuseOthers(pool, who, view.id, view.isShared);
  await pool.query(
    `INSERT INTO saved_view (id, name, owner, filter) VALUES ($1, $2, $3, $4)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, owner = excluded.owner, filter = excluded.filter`,
    [view.id, view.name, view.isShared ? null : who.id, JSON.stringify(view.filter)],
  );
}

export async function dropView(pool: pg.Pool, who: Who, id: string): Promise<void> {
  await refuseOthers(pool, who, id, false);
  await pool.query('DELETE FROM saved_view WHERE id = $1', [id]);
}

async function refuseOthers(pool: pg.Pool, who: Who, id: string, isShared: boolean): Promise<void> {
  const { rows } = await pool.query<{ owner: string | null }>('SELECT owner FROM saved_view WHERE id = $1', [id]);
  const there = rows[0];
  const isTheirs = there && (there.owner === null ? !leads(who) : there.owner !== who.id);
  if (isTheirs || (isShared && !leads(who)))
    throw new HeedError('forbidden', 'Only a supervisor changes a view of the team.');
}
