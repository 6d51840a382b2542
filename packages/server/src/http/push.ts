import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { HeedError } from '../errors.ts';
import type { Node } from '../live/node.ts';
import { subscribe, unsubscribe } from '../push/subscriptions.ts';
import { pushKeys } from '../push/vapid.ts';
import { type Asked, forAgents } from './workbench.ts';

const body = z.object({ endpoint: z.url().max(2_048) });

/** Only what is a push service is called: an address that somebody names is otherwise a way into our own network. */
export function isPushService(endpoint: string, services: readonly string[]): boolean {
  const { protocol, origin, hostname } = new URL(endpoint);
  return services.some((service) =>
    service.includes('://')
      ? origin === service
      : protocol === 'https:' && (hostname === service || hostname.endsWith(`.${service}`)),
  );
}

/** Browsers that are told of work while the desk is closed. */
export function pushRoutes(app: FastifyInstance, node: Node, pool: pg.Pool, services: readonly string[]): void {
  const agents = (asked: Asked) => forAgents(node, asked);
  app.get(
    '/v1/push',
    agents(async () => ({ publicKey: (await pushKeys(pool)).publicKey })),
  );
  app.post(
    '/v1/push',
    agents(async (who, request) => {
      if (who.type !== 'agent') throw new HeedError('forbidden', 'A key has no browser to be told.');
      const { endpoint } = body.parse(request.body);
      if (!isPushService(endpoint, services))
        throw new HeedError('forbidden', 'This is no push service that the installation calls (HEED_PUSH_SERVICES).');
      await subscribe(pool, endpoint, who.terminal.slice('api-'.length), who.id);
    }),
  );
  app.delete(
    '/v1/push',
    agents((who, request) => unsubscribe(pool, body.parse(request.body).endpoint, who.id)),
  );
}
