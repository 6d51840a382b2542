import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { latestMigration } from '../database/migrate.ts';
import type { Node } from '../live/node.ts';

/** A database that does not answer in this time answers no customer either, and a proxy waits no longer. */
const ANSWER_MS = 3_000;

type Readiness = { isReady: true } | { isReady: false; code: string; message: string };

/** Whether this process lives, whether it can serve, and its figures. */
export function healthRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const needed = latestMigration();
  app.get('/health/live', async () => ({ status: 'live' }));

  app.get('/health/ready', async (_request, reply) => {
    const readiness = await readinessOf(node, pool, needed);
    const { bus } = node.parts;
    if (readiness.isReady) return { status: 'ready', epoch: node.parts.streams.epoch, bus: bus.state };
    const { code, message } = readiness;
    return reply.code(503).send({ code, message, bus: bus.state });
  });

  app.get('/metrics', async (_request, reply) => {
    const { registry } = node.parts.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/**
 * Whether this node can store and serve: it is not about to end, and the database answers and has the tables that this
 * program knows. A bus that is away only makes pushes late (NOD1): to take the node away for that would help nobody.
 */
async function readinessOf(node: Node, pool: pg.Pool, needed: number): Promise<Readiness> {
  if (node.ending !== 'no') return { isReady: false, code: 'draining', message: 'This node is about to end.' };
  const unavailable = { isReady: false, code: 'unavailable', message: 'The database does not answer.' } as const;
  let endWaiting = () => {};
  const late = new Promise<Readiness>((resolve) => {
    endWaiting = node.parts.clock.after(ANSWER_MS, () => resolve(unavailable));
  });
  const asked = askDatabase(pool, needed).catch(() => unavailable);
  return await Promise.race([asked, late]).finally(() => endWaiting());
}

/**
 * Whether it is there, takes writes, and has the tables that this program knows. One that has more is of a newer program,
 * which runs beside this one while all are upgraded in turn, and is no reason to go.
 */
async function askDatabase(pool: pg.Pool, needed: number): Promise<Readiness> {
  const { rows } = await pool.query<{ standby: boolean; at: number }>(
    'SELECT pg_is_in_recovery() AS standby, (SELECT max(number) FROM migration) AS at',
  );
  const { standby, at } = rows[0]!;
  if (standby)
    return { isReady: false, code: 'database_read_only', message: 'The database is a standby and takes no writes.' };
  if (at >= needed) return { isReady: true };
  return {
    isReady: false,
    code: 'database_older',
    message: `The database is at migration ${at}, and this program needs ${needed}; run heed migrate.`,
  };
}
