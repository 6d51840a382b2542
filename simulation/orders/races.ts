import type { ClientConfig } from 'pg';
import { ulid } from '../../packages/client/src/ulid.ts';
import type { Random } from '../../packages/server/src/replay/random.ts';
import { seeded } from '../../packages/server/src/replay/random.ts';
import { verifyDatabase } from '../../packages/server/src/verify/verify.ts';
import { Stage } from './stage.ts';

/** What rounds came to. */
export interface Raced {
  rounds: number;
  given: number;
  failures: string[];
}

const WAITING = 200;
const CAPACITY = 4;

/**
 * LST5: 200 wait, and ten agents take at the same instant, over two nodes: nobody gets what another has, and what is
 * given are the first ten.
 */
export async function raceTakes(connection: ClientConfig, rounds: number): Promise<Raced> {
  const stage = await Stage.build(connection, {});
  const raced: Raced = { rounds, given: 0, failures: [] };
  try {
    await stage.arrive(0, WAITING);
    const queue = stage.queues[0] as string;
    for (let round = 1; round <= rounds; round++) {
      const first = (await stage.order(0)).slice(0, stage.agents.length);
      const taking = stage.agents.map((id) => stage.node.submit({ do: 'take', who: stage.who(id), id: ulid(), queue }));
      const outcomes = await Promise.all(taking);
      const taken = outcomes.map((outcome) => (outcome.do === 'sent' ? outcome.s.slice('conversation/'.length) : '?'));
      raced.given += taken.length;
      if (taken.toSorted().join() !== first.toSorted().join())
        raced.failures.push(`round ${round}: ${taken.join()} were taken; the first were ${first.join()}`);
      await stage.arrive(0, stage.agents.length);
    }
    raced.failures.push(...(await findings(stage)));
    return raced;
  } finally {
    await stage.close();
  }
}

/**
 * LST5: two push queues, served by the same ten agents, handed out by two nodes at once while agents resolve: nobody
 * has more than their capacity, nothing waits while somebody has room, and what was given came first in its queue.
 */
export async function raceHandOuts(connection: ClientConfig, rounds: number, seed: number): Promise<Raced> {
  const stage = await Stage.build(connection, { routing: 'push', capacity: CAPACITY });
  const random = seeded(seed);
  const raced: Raced = { rounds, given: 0, failures: [] };
  try {
    await stage.arrive(0, WAITING);
    for (let round = 1; round <= rounds; round++) {
      for (const queue of [0, 1]) await stage.arrive(queue, Math.floor(random() * 8));
      await present(stage, random);
      const before = [await stage.order(0), await stage.order(1)];
      await Promise.all([resolveSome(stage, random), ...stage.queues.flatMap((queue) => handOut(stage, queue))]);
      // Whoever was freed last.
      await Promise.all(stage.queues.flatMap((queue) => handOut(stage, queue)));
      for (const [queue, order] of before.entries()) {
        const left = await stage.order(queue);
        raced.given += order.length - left.length;
        if (order.slice(order.length - left.length).join() !== left.join())
          raced.failures.push(`round ${round}: what was given did not come first in queue ${queue}`);
      }
      raced.failures.push(...(await overload(stage)).map((failure) => `round ${round}: ${failure}`));
    }
    raced.failures.push(...(await findings(stage)));
    return raced;
  } finally {
    await stage.close();
  }
}

/** Most take chats; a few are away. */
async function present({ pool, agents }: Stage, random: Random): Promise<void> {
  const away = agents.filter(() => random() < 0.2);
  await pool.query(
    `INSERT INTO presence (agent, state, heard_at, signed_in_at)
     SELECT id, CASE WHEN id = ANY($2) THEN 'away' ELSE 'taking' END, clock_timestamp(), clock_timestamp()
       FROM unnest($1::text[]) AS u(id)
     ON CONFLICT (agent) DO UPDATE SET state = excluded.state, heard_at = excluded.heard_at`,
    [agents, away],
  );
}

/** Both nodes at once, until nothing is left to give. */
function handOut({ nodes }: Stage, queue: string): Promise<void>[] {
  return nodes.map(async (node) => {
    while ((await node.submit({ do: 'handOut', queue })).do === 'sent');
  });
}

async function resolveSome(stage: Stage, random: Random): Promise<void> {
  const held = [...(await stage.held())].flatMap(([agent, ids]) => ids.map((id) => ({ agent, id })));
  const done = held.filter(() => random() < 0.3);
  const { rows } = await stage.pool.query<{ name: string; n: number; h: string }>(
    'SELECT name, n, h FROM stream WHERE name = ANY($1)',
    [done.map(({ id }) => `conversation/${id}`)],
  );
  const heads = new Map(rows.map(({ name, n, h }) => [name, { n, h }]));
  await Promise.all(
    done.map(({ agent, id }) => {
      const basedOn = heads.get(`conversation/${id}`);
      const body = { noReplyNeeded: { upTo: basedOn?.n, reason: 'done' } };
      return stage.send(stage.who(agent), `conversation/${id}`, 'resolve', body, basedOn ? { basedOn } : {});
    }),
  );
}

/** Whoever has too much, and whoever has too little while somebody waits. */
async function overload(stage: Stage): Promise<string[]> {
  const { rows } = await stage.pool.query<{ agent: string; state: string; held: number }>(
    `SELECT p.agent, p.state, count(c.id)::int AS held FROM presence p
       LEFT JOIN conversation c ON c.holder = 'agent:' || p.agent AND c.status = 'open' GROUP BY 1, 2`,
  );
  const isWaiting = (await stage.order(0)).length + (await stage.order(1)).length > 0;
  return rows.flatMap(({ agent, state, held }) => {
    if (held > CAPACITY) return [`${agent} has ${held}`];
    return isWaiting && state === 'taking' && held < CAPACITY ? [`${agent} has ${held} while somebody waits`] : [];
  });
}

async function findings({ pool }: Stage): Promise<string[]> {
  const { findings: found } = await verifyDatabase(pool);
  return found.map((finding) => `verify: ${JSON.stringify(finding)}`);
}
