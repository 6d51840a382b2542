import type pg from 'pg';
import type { Cancel, Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { claims } from '../store/claims.ts';

const LOOK_MS = 30_000;

/** Of each queue: what waits by the view, what is overdue, and where the view and the log say something else. */
const FIGURES = `
SELECT q.id AS queue, coalesce(sum(x.shown), 0)::int AS messages, count(*) FILTER (WHERE x.overdue)::int AS overdue,
       count(*) FILTER (WHERE x.shown <> x.waits)::int AS differences
  FROM queue q LEFT JOIN LATERAL (
    SELECT CASE WHEN e.list IS NULL THEN 0 ELSE coalesce((coalesce(e.body, c.entry)::json->>'unanswered')::int, 0) END AS shown, c.overdue,
           coalesce(json_array_length(${claims('c')}), 0) AS waits
      FROM conversation c LEFT JOIN entry e ON e.list = 'list/open:' || c.queue AND e.conversation = c.id AND e.kind <> 'left'
     WHERE c.queue = q.id AND c.status <> 'resolved') x ON true
 GROUP BY q.id`;

/**
 * Keeps the figures of what waits: of all that is open, every half minute (CLK1). `heed unanswered` holds the view against
 * the whole log. Gives the closer.
 */
export function startUnansweredFigures(pool: pg.Pool, metrics: Metrics, clock: Clock, log: Log): Cancel {
  let isBusy = false;
  const look = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const { rows } = await pool.query<{ queue: string; messages: number; overdue: number; differences: number }>(
        FIGURES,
      );
      for (const { queue, messages, overdue, differences } of rows) {
        metrics.unanswered.set({ queue }, messages);
        metrics.overdue.set({ queue }, overdue);
        metrics.unansweredDifferences.set({ queue }, differences);
        if (differences > 0) log.error({ queue, differences }, 'The view of what is unanswered differs from the log.');
      }
    } catch (error) {
      log.warn({ error: String(error) }, 'What is unanswered could not be counted.');
    } finally {
      isBusy = false;
    }
  };
  void look();
  return clock.every(LOOK_MS, () => void look());
}
