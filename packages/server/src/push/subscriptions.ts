import type pg from 'pg';

/** A browser that is to be told now, and until when it had been told before. */
export interface DuePush {
  endpoint: string;
  /** As the database writes it: a `Date` has no microseconds, and would make the last wait a new one. */
  toldAt: string;
  tries: number;
}

const MOST = 50;
/** So many browsers of one session: a page that subscribes again and again is not kept. */
const PER_SESSION = 5;

/**
 * Once for each wait: when it began, or when its work order came to this agent. Told is the newest wait that is seen, not
 * the time by the clock: one that began before and is committed after would never be told.
 */
const CLAIM = {
  name: 'push-claim',
  text: `
WITH due AS (
  SELECT p.endpoint, p.told_at, p.tries, wait.newest FROM push_subscription p
   CROSS JOIN LATERAL (SELECT max(greatest(c.waiting_since, c.entered_at)) AS newest FROM conversation c
                        WHERE c.holder = 'agent:' || p.agent AND c.status = 'open' AND c.unanswered > 0) wait
   WHERE p.next_at <= clock_timestamp() AND wait.newest > p.told_at
   LIMIT ${MOST} FOR UPDATE OF p SKIP LOCKED
)
UPDATE push_subscription p SET told_at = due.newest FROM due WHERE p.endpoint = due.endpoint
RETURNING p.endpoint, due.told_at::text AS "toldAt", due.tries`,
};

export async function claimPushes(pool: pg.Pool): Promise<DuePush[]> {
  return (await pool.query<DuePush>(CLAIM)).rows;
}

/** It was taken: the next one is the first try again. */
export async function pushTaken(pool: pg.Pool, { endpoint, tries }: DuePush): Promise<void> {
  if (tries > 0) await pool.query('UPDATE push_subscription SET tries = 0 WHERE endpoint = $1', [endpoint]);
}

/** It was not taken now: what was to be told is still to be told. */
export async function pushAgain(pool: pg.Pool, { endpoint, toldAt }: DuePush, inMs: number): Promise<void> {
  await pool.query(
    `UPDATE push_subscription SET told_at = $2, tries = tries + 1, next_at = clock_timestamp() + $3 * interval '1 ms'
      WHERE endpoint = $1`,
    [endpoint, toldAt, inMs],
  );
}

export async function subscribe(pool: pg.Pool, endpoint: string, session: string, agent: string): Promise<void> {
  await pool.query(
    `INSERT INTO push_subscription (endpoint, session, agent) VALUES ($1, $2, $3)
     ON CONFLICT (endpoint) DO UPDATE SET session = excluded.session, agent = excluded.agent, tries = 0,
       told_at = excluded.told_at, next_at = excluded.next_at`,
    [endpoint, session, agent],
  );
  await pool.query(
    `DELETE FROM push_subscription WHERE session = $1 AND endpoint NOT IN
       (SELECT endpoint FROM push_subscription WHERE session = $1 ORDER BY told_at DESC LIMIT ${PER_SESSION})`,
    [session],
  );
}

/** Of one's own only; without an agent, whosever it is: its push service no longer knows it. */
export async function unsubscribe(pool: pg.Pool, endpoint: string, agent?: string): Promise<void> {
  await pool.query('DELETE FROM push_subscription WHERE endpoint = $1 AND ($2::text IS NULL OR agent = $2)', [
    endpoint,
    agent ?? null,
  ]);
}
