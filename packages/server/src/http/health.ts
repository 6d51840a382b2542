import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import type { Node } from '../live/node.ts';

/** Whether this process lives, whether it can serve, and its figures. */
export function healthRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  app.get('/health/live', async () => ({ status: 'live' }));

  app.get('/health/ready', async (_request, reply) => {
    if (node.isDraining) return reply.code(503).send({ code: 'draining', message: 'This node is about to end.' });
    try {
      await pool.query('SELECT 1');
      return { status: 'ready', epoch: node.parts.streams.epoch };
    } catch {
      return reply.code(503).send({ code: 'unavailable', message: 'The database cannot be reached.' });
    }
  });

  app.get('/metrics', async (_request, reply) => {
    const { registry } = node.parts.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
