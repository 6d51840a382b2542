import type pg from 'pg';

/** A wait that goes on. */
export interface WaitingRow {
  queue: string;
  asked: number;
}

/** One reply or mark that ended a wait. */
export interface EndedRow extends WaitingRow {
  /** Names the item that ended it. */
  id: string;
  ended: number;
  by: 'first' | 'next' | 'mark';
}

export interface AgentRow {
  id: string;
  state: 'taking' | 'away' | 'offline';
  /** Null where they never signed in. */
  signedInAt: number | null;
  since: number | null;
  answered: number;
  waiting: number;
  overdue: number;
}

/** Up to which number an item answers; the fields of different kinds never stand in one body. */
const up_to = (body: string) =>
  `coalesce((${body}.json::json ->> 'covers')::int, (${body}.json::json ->> 'upTo')::int,
            (${body}.json::json -> 'noReplyNeeded' ->> 'upTo')::int, 0)`;
const ENDS = (item: string) =>
  `(${item}.kind IN ('answeredMarked', 'resolved') OR ${item}.kind = 'message' AND ${item}.actor_type <> 'customer')`;
const MS = (time: string) => `(extract(epoch FROM ${time}) * 1000)::float8`;

/**
 * The keys of the sends find what was answered since a moment: they are in the order of time and have an index by it, which
 * items, by far the largest table, do not need then. Each answer looks back over its own conversation only.
 */
const ENDED = {
  name: 'figures-ended',
  text: `
SELECT e.stream || ' ' || e.n AS id, c.queue, ${MS('asked.at')} AS asked, ${MS('e.at')} AS ended,
       CASE WHEN e.kind <> 'message' THEN 'mark' WHEN earlier.replied THEN 'next' ELSE 'first' END AS by
  FROM send_key k
  JOIN item e ON e.stream = k.stream AND e.n = k.n AND ${ENDS('e')}
  JOIN conversation c ON c.id = substr(k.stream, 14) AND c.queue = ANY($1)
  LEFT JOIN body b ON b.stream = e.stream AND b.n = e.n
  CROSS JOIN LATERAL (
    SELECT coalesce(max(${up_to('pb')}), 0) AS up_to, coalesce(bool_or(p.kind = 'message'), false) AS replied
      FROM item p LEFT JOIN body pb ON pb.stream = p.stream AND pb.n = p.n
     WHERE p.stream = e.stream AND p.n < e.n AND ${ENDS('p')}) earlier
  CROSS JOIN LATERAL (
    SELECT min(q.at) AS at FROM item q
     WHERE q.stream = e.stream AND q.n > earlier.up_to AND q.n <= ${up_to('b')}
       AND q.kind = 'message' AND q.actor_type = 'customer') asked
 WHERE k.at >= $2 AND k.stream LIKE 'conversation/%' AND asked.at IS NOT NULL`,
};

/** By way of the lists: what is open, however many conversations there ever were. */
const WAITING = {
  name: 'figures-waiting',
  text: `
SELECT c.queue, ${MS('c.waiting_since')} AS asked
  FROM entry e JOIN conversation c ON c.id = e.conversation
 WHERE e.list = ANY($1) AND e.kind <> 'left' AND c.waiting_since IS NOT NULL`,
};

/** In the order of hand-out: who takes chats, then whoever was given work or signed in longest ago (LST5). */
const AGENTS = {
  name: 'figures-agents',
  text: `
SELECT member.id,
       CASE WHEN p.heard_at >= clock_timestamp() - $2 * interval '1 ms' THEN p.state ELSE 'offline' END AS state,
       ${MS('p.signed_in_at')} AS "signedInAt", ${MS('p.state_since')} AS since,
       coalesce(held.answered, 0)::int AS answered, coalesce(held.waiting, 0)::int AS waiting,
       coalesce(held.overdue, 0)::int AS overdue
  FROM unnest($1::text[]) AS member (id)
  LEFT JOIN presence p ON p.agent = member.id
  LEFT JOIN stream s ON s.name = 'list/agent:' || member.id
  LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE unanswered = 0) AS answered,
           count(*) FILTER (WHERE due_at > clock_timestamp()) AS waiting,
           count(*) FILTER (WHERE due_at <= clock_timestamp()) AS overdue
      FROM conversation WHERE holder = 'agent:' || member.id AND status = 'open') held ON true
 ORDER BY greatest(p.state_since, p.signed_in_at, s.entered_at), p.signed_in_at, member.id COLLATE "C"`,
};

/** What the figures are made of, from three looks at the database. */
export interface FiguresSource {
  ended(queues: readonly string[], since: number): Promise<EndedRow[]>;
  waiting(queues: readonly string[]): Promise<WaitingRow[]>;
  agents(agents: readonly string[], graceMs: number): Promise<AgentRow[]>;
}

export function postgresFigures(pool: pg.Pool): FiguresSource {
  return {
    ended: async (queues, since) => (await pool.query<EndedRow>({ ...ENDED, values: [queues, new Date(since)] })).rows,
    waiting: async (queues) =>
      (await pool.query<WaitingRow>({ ...WAITING, values: [queues.map((id) => `list/open:${id}`)] })).rows,
    agents: async (agents, graceMs) => (await pool.query<AgentRow>({ ...AGENTS, values: [agents, graceMs] })).rows,
  };
}
