import type { SavedReply, Scope } from '@heed/protocol';
import type pg from 'pg';
import { supervises, type Who } from '../domain/permission.ts';
import { codeOf, HeedError } from '../errors.ts';

interface Row {
  id: string;
  shortcut: string;
  folder: string;
  text: string;
  owner: string | null;
  queue: string | null;
  used: number;
}

/** What somebody may use: their own, those of their queues, and everybody's. `$1` who, `$2` their queues, `$3` an admin. */
const USABLE = '(owner = $1 OR (owner IS NULL AND (queue IS NULL OR $3 OR queue = ANY($2))))';
const COLUMNS = 'id, shortcut, folder, text, owner, queue, used';

const readerOf = (who: Who) => [who.id, [...who.queues.keys()], who.isAdmin];

export async function savedReplies(pool: pg.Pool, who: Who): Promise<SavedReply[]> {
  const { rows } = await pool.query<Row>(
    `SELECT ${COLUMNS} FROM saved_reply WHERE ${USABLE} ORDER BY folder, shortcut, id`,
    readerOf(who),
  );
  return rows.map((row) => ({
    id: row.id,
    shortcut: row.shortcut,
    folder: row.folder,
    text: row.text,
    scope: scopeOf(row),
    used: row.used,
    mayChange: mayChange(who, scopeOf(row)),
  }));
}

function scopeOf({ owner, queue }: Row): Scope {
  if (owner !== null) return { type: 'own' };
  return queue === null ? { type: 'all' } : { type: 'queue', queue };
}

/** One's own; a queue's for its supervisors; everybody's for whoever supervises anything. */
function mayChange(who: Who, scope: Scope): boolean {
  if (scope.type === 'own') return true;
  if (scope.type === 'queue') return supervises(who, scope.queue);
  return who.isAdmin || [...who.queues.values()].includes('supervisor');
}

/** Makes one, or changes it. Fails with `forbidden`, `shortcut_taken`. */
export async function saveReply(
  pool: pg.Pool,
  who: Who,
  reply: Pick<SavedReply, 'id' | 'shortcut' | 'folder' | 'text' | 'scope'>,
): Promise<void> {
  if (!mayChange(who, reply.scope)) throw new HeedError('forbidden', 'Only a supervisor changes what others use.');
  await refuseOthers(pool, who, reply.id);
  const { id, shortcut, folder, text, scope } = reply;
  try {
    await pool.query(
      `INSERT INTO saved_reply (id, shortcut, folder, text, owner, queue, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (id) DO UPDATE SET shortcut = excluded.shortcut, folder = excluded.folder, text = excluded.text,
         owner = excluded.owner, queue = excluded.queue, changed_by = excluded.changed_by, changed_at = clock_timestamp()`,
      [
        id,
        shortcut,
        folder,
        text,
        scope.type === 'own' ? who.id : null,
        scope.type === 'queue' ? scope.queue : null,
        who.id,
      ],
    );
  } catch (error) {
    if (codeOf(error) === '23505')
      throw new HeedError('shortcut_taken', `There is a reply called /${shortcut} already.`);
    throw error;
  }
}

export async function dropReply(pool: pg.Pool, who: Who, id: string): Promise<void> {
  await refuseOthers(pool, who, id);
  await pool.query('DELETE FROM saved_reply WHERE id = $1', [id]);
}

async function refuseOthers(pool: pg.Pool, who: Who, id: string): Promise<void> {
  const { rows } = await pool.query<Row>(`SELECT ${COLUMNS} FROM saved_reply WHERE id = $1`, [id]);
  const there = rows[0];
  if (!there) return;
  if (there.owner !== null ? there.owner !== who.id : !mayChange(who, scopeOf(there)))
    throw new HeedError('forbidden', 'This reply is not yours to change.');
}

/** Counts that somebody used one. */
export async function replyUsed(pool: pg.Pool, who: Who, id: string): Promise<void> {
  await pool.query(`UPDATE saved_reply SET used = used + 1 WHERE ${USABLE} AND id = $4`, [...readerOf(who), id]);
}
