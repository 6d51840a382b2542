import type pg from 'pg';
import type { Patience } from '../domain/presence.ts';
import { attendanceCases, freeAgents } from './pg-load.ts';

/** What a sweep looks for. */
export interface Sweep {
  patience: Patience;
  /** So long after being heard an agent counts as there to be given work (LST5). */
  heardMs: number;
  /** So many conversations at most. */
  most: number;
  /** Those that are left out: what could not be done a moment ago must not stand before what can. */
  except: readonly string[];
}

/** What the system has to look at. */
export interface Duties {
  conversations: string[];
  /** Push queues on which somebody waits while an agent has room. */
  queues: string[];
}

/** Whose turn it is to sweep, and what there is to do (CLK3, LST5, LST6). */
export interface Rota {
  /** What is due, where it is this node's turn; undefined where another one sweeps. */
  duties(node: string, sweep: Sweep): Promise<Duties | undefined>;
}

/** A node that sweeps no more is followed by another after so long. */
export const TURN_MS = 3_000;

/** By the database's clock; a turn that ends later than one can was given by a clock that has been put back. */
const TURN = {
  name: 'sweeper-turn',
  text: `
WITH now AS (SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms)
INSERT INTO setting (key, value) SELECT 'sweeper', json_build_object('node', $1::text, 'until', ms + ${TURN_MS}) FROM now
ON CONFLICT (key) DO UPDATE SET value = excluded.value
  WHERE setting.value->>'node' = $1
     OR NOT (setting.value->>'until')::float8 BETWEEN extract(epoch FROM clock_timestamp()) * 1000
                                                AND extract(epoch FROM clock_timestamp()) * 1000 + ${TURN_MS}`,
};

const DUTIES = {
  name: 'sweeper-duties',
  text: `
SELECT ARRAY(SELECT id FROM (
         (SELECT id FROM conversation WHERE next_step_at <= clock_timestamp() AND damaged_at IS NULL AND id <> ALL($6)
           ORDER BY next_step_at LIMIT $5)
         UNION
         (SELECT c.id FROM agent a LEFT JOIN presence p ON p.agent = a.id
            JOIN conversation c ON c.holder = 'agent:' || a.id AND c.unanswered > 0 AND c.damaged_at IS NULL AND c.id <> ALL($6)
           WHERE CASE ${attendanceCases('$3', '$2', '$4')} END IN ('signedOut', 'away', 'gone') LIMIT $5)) x LIMIT $5) AS conversations,
       ARRAY(SELECT q.id FROM queue q WHERE q.routing = 'push'
                AND EXISTS (SELECT 1 FROM conversation c WHERE c.holder = 'queue:' || q.id AND c.status = 'open')
                AND EXISTS (${freeAgents('q.id', '$1')})) AS queues`,
};

/** The rota in PostgreSQL. */
export function postgresRota(pool: pg.Pool): Rota {
  return {
    duties: async (node, { patience, heardMs, most, except }) => {
      const turn = await pool.query({ ...TURN, values: [node] });
      if (turn.rowCount === 0) return undefined;
      const values = [heardMs, patience.graceMs, patience.awayMs, patience.listens, most, except];
      const { rows } = await pool.query<{ conversations: string[]; queues: string[] }>({ ...DUTIES, values });
      return { conversations: rows[0]?.conversations ?? [], queues: rows[0]?.queues ?? [] };
    },
  };
}
