import type { Mention } from '@heed/protocol';
import type pg from 'pg';
import { timeOf } from '../domain/clock.ts';
import { excerptOf } from '../search/excerpt.ts';
import type { Directory } from './directory.ts';

const MOST = 100;

/** Notes that name somebody, in the conversations that were ever mentioned to them; erased ones have no body. */
const MENTIONS = `
SELECT c.id, c.number, c.queue, cu.id AS customer, cu.name, i.n, i.at, i.actor, b.json,
       CASE WHEN c.status <> 'open' THEN c.status WHEN c.unanswered > 0 THEN 'unanswered' ELSE 'open' END AS state,
       coalesce(r.n, 0) >= i.n AS seen
  FROM mention m
  JOIN conversation c ON c.id = m.conversation
  JOIN customer cu ON cu.id = c.customer
  JOIN item i ON i.stream = 'conversation/' || c.id AND i.kind = 'note' AND i.actor <> $1
  JOIN body b ON b.stream = i.stream AND b.n = i.n AND b.json::jsonb -> 'mentions' ? $1
  LEFT JOIN read_mark r ON r.stream = i.stream AND r.actor = $1 AND r.actor_type = 'agent'
 WHERE m.agent = $1 ORDER BY i.at DESC LIMIT ${MOST}`;

/** Where an agent was named, the newest first. */
export async function mentionsOf(pool: pg.Pool, directory: Directory, agent: string): Promise<Mention[]> {
  const { rows } = await pool.query(MENTIONS, [agent]);
  return rows.map((row) => ({
    conversation: row.id,
    number: row.number,
    customer: { id: row.customer, name: row.name },
    queue: row.queue,
    state: row.state,
    n: row.n,
    at: timeOf(row.at.getTime()),
    by: { type: 'agent', name: directory.agentName(row.actor) },
    excerpt: excerptOf((JSON.parse(row.json) as { text: string }).text, []),
    seen: row.seen,
  }));
}
