import type { OwnSession } from '@heed/protocol';
import type pg from 'pg';
import { timeOf } from '../domain/clock.ts';

/** The sessions of an agent, the last used first; `current` is the one that asks. */
export async function ownSessions(pool: pg.Pool, agent: string, current: string): Promise<OwnSession[]> {
  const { rows } = await pool.query<{ id: string; device: string; address: string; created: Date; used: Date }>(
    `SELECT id, device, address, created_at AS created, used_at AS used FROM session
      WHERE person_type = 'agent' AND person = $1 AND expires_at > clock_timestamp() ORDER BY used_at DESC, id`,
    [agent],
  );
  return rows.map(({ id, device, address, created, used }) => ({
    id,
    device,
    address,
    createdAt: timeOf(created.getTime()),
    usedAt: timeOf(used.getTime()),
    isThis: id === current,
  }));
}

/** Ends one of an agent's other sessions, or all of them; their tokens go with them. Gives the ids of those that ended. */
export async function endOwnSessions(
  pool: pg.Pool,
  agent: string,
  current: string,
  only: string | undefined,
): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH ended AS (
       DELETE FROM session WHERE person_type = 'agent' AND person = $1 AND id <> $2 AND ($3::text IS NULL OR id = $3) RETURNING id
     ), noted AS (
       INSERT INTO audit (actor_type, actor, action, target) SELECT 'agent', $1, 'signed out', id FROM ended
     ) SELECT id FROM ended`,
    [agent, current, only ?? null],
  );
  return rows.map(({ id }) => id);
}
