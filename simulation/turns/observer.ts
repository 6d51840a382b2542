import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { compareUnanswered } from '../../packages/server/src/verify/unanswered.ts';

/** Since when an agent was there to be given work, in ms since 1970 by the database's clock. */
export type Sighting = { agent: string; from: number };

/** What somebody saw who looked at the tables all the time. */
export interface Observed {
  looks: number;
  /** The longest time that one work order waited while an agent had room all along. */
  idleRoomMs: number;
  sightings: Sighting[];
  failures: string[];
}

const EVERY_MS = 100;
/** Every so manieth look compares all that waits with the log. */
const COMPARE = 8;

const LOOK = `
SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now,
       ARRAY(SELECT id FROM conversation WHERE holder = 'queue:' || $1 AND status = 'open') AS waiting,
       (SELECT count(*)::int FROM conversation c WHERE (c.status <> 'resolved') <>
          ((SELECT count(*) FROM entry e WHERE e.conversation = c.id AND e.standing IS NOT NULL) = 1)) AS astray,
       ARRAY(SELECT p.agent FROM presence p WHERE p.state = 'taking'
                AND p.heard_at > clock_timestamp() - $2 * interval '1 ms') AS here,
       (SELECT coalesce(json_object_agg(holder, held), '{}') FROM (
          SELECT substr(holder, 7) AS holder, count(*)::int AS held FROM conversation
           WHERE holder LIKE 'agent:%' AND status = 'open' GROUP BY 1) h) AS held`;

interface Look {
  now: string;
  waiting: string[];
  astray: number;
  here: string[];
  held: Record<string, number>;
}

/** Looks at the tables until it is told to stop; what it sees, every process could see at that moment. */
export async function observe(
  pool: pg.Pool,
  { queue, capacity, heardMs }: { queue: string; capacity: number; heardMs: number },
  isOver: () => boolean,
): Promise<Observed> {
  const observed: Observed = { looks: 0, idleRoomMs: 0, sightings: [], failures: [] };
  let here = new Set<string>();
  let before: number | undefined;
  let idle = new Map<string, number>();
  const fail = (what: string) => observed.failures.length < 20 && observed.failures.push(what);
  while (!isOver()) {
    const { rows } = await pool.query<Look>(LOOK, [queue, heardMs]);
    const look = rows[0] as Look;
    const now = Number(look.now);
    observed.looks++;
    if (look.astray > 0) fail(`${look.astray} conversations are not on exactly one list`);
    for (const [agent, held] of Object.entries(look.held))
      if (held > capacity) fail(`${agent} has ${held} of ${capacity}`);
    for (const agent of look.here) if (!here.has(agent)) observed.sightings.push({ agent, from: before ?? now });
    here = new Set(look.here);
    const hasRoom = look.here.some((agent) => (look.held[agent] ?? 0) < capacity);
    idle = new Map(hasRoom ? look.waiting.map((id) => [id, idle.get(id) ?? now]) : []);
    for (const since of idle.values()) observed.idleRoomMs = Math.max(observed.idleRoomMs, Math.round(now - since));
    before = now;
    if (observed.looks % COMPARE === 0)
      for (const difference of (await compareUnanswered(pool)).differences) fail(difference);
    await sleep(EVERY_MS);
  }
  return observed;
}
