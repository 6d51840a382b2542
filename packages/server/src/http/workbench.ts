import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import type { Who } from '../domain/permission.ts';
import { HeedError } from '../errors.ts';
import type { Node } from '../live/node.ts';
import { addLabel, dropLabel, labels } from '../store/labels.ts';
import { endOwnSessions, ownSessions } from '../store/own-sessions.ts';
import { preferences, savePreferences } from '../store/preferences.ts';
import { dropReply, replyUsed, savedReplies, saveReply } from '../store/saved-replies.ts';
import { dropView, savedViews, saveView } from '../store/saved-views.ts';
import { authenticate, refuse } from './reply.ts';

const id = z.string().regex(/^[0-9A-Za-z]{1,64}$/);
const scope = z.discriminatedUnion('type', [
  z.object({ type: z.literal('own') }),
  z.object({ type: z.literal('queue'), queue: z.string().max(64) }),
  z.object({ type: z.literal('all') }),
]);
const savedReply = z.object({
  id,
  // What is typed after a slash: no spaces, and no slash.
  shortcut: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,39}$/u),
  folder: z.string().trim().max(60),
  text: z.string().min(1).max(8_000),
  scope,
});
const filter = z.object({
  queues: z.array(z.string().max(64)).max(100).optional(),
  labels: z.array(z.string().max(100)).max(100).optional(),
  states: z.array(z.enum(['unanswered', 'answered', 'snoozed'])).optional(),
  holder: z.enum(['me', 'nobody', 'others']).optional(),
});
const view = z.object({ id, name: z.string().trim().min(1).max(60), isShared: z.boolean(), filter });
/** Small, and known to the desk only. */
const chosen = z.record(z.string().max(40), z.json()).refine((all) => JSON.stringify(all).length <= 16_384);
const label = z.object({ name: z.string().trim().min(1).max(60) });

/** The session behind a call, which is its terminal too. */
const sessionOf = (who: Who) => who.terminal.slice('api-'.length);

/** Answers an agent's request; what fails with a code is refused with it. */
export type Asked = (who: Who, request: FastifyRequest) => Promise<unknown>;

/** Answers agents only: for customers there is nothing at this address. */
export function forAgents(node: Node, asked: Asked) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    if (who.type === 'customer') return refuse(reply, 'not_found');
    try {
      const value = await asked(who, request);
      return value === undefined ? await reply.code(204).send() : value;
    } catch (error) {
      if (!(error instanceof HeedError)) throw error;
      return refuse(reply, error.code, error.message);
    }
  };
}

export const idOf = (request: FastifyRequest) => id.parse((request.params as { id: string }).id);

/** What a team works with beside its conversations: saved replies, labels, views. */
export function workbenchRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const agents = (asked: Asked) => forAgents(node, asked);

  app.get(
    '/v1/saved-replies',
    agents(async (who) => ({ replies: await savedReplies(pool, who) })),
  );
  app.post(
    '/v1/saved-replies',
    agents((who, request) => saveReply(pool, who, savedReply.parse(request.body))),
  );
  app.delete(
    '/v1/saved-replies/:id',
    agents((who, request) => dropReply(pool, who, idOf(request))),
  );
  app.post(
    '/v1/saved-replies/:id/used',
    agents((who, request) => replyUsed(pool, who, idOf(request))),
  );

  app.get(
    '/v1/labels',
    agents(async () => ({ labels: await labels(pool) })),
  );
  app.post(
    '/v1/labels',
    agents(async (who, request) => ({ name: await addLabel(pool, label.parse(request.body).name, who.id) })),
  );
  app.delete(
    '/v1/labels/:name',
    agents(async (who, request) => {
      if (!who.isAdmin && ![...who.queues.values()].includes('supervisor'))
        throw new HeedError('forbidden', 'Only a supervisor takes a label away.');
      await dropLabel(pool, (request.params as { name: string }).name);
    }),
  );

  app.get(
    '/v1/preferences',
    agents((who) => preferences(pool, who.id)),
  );
  app.post(
    '/v1/preferences',
    agents((who, request) => savePreferences(pool, who.id, chosen.parse(request.body))),
  );

  app.get(
    '/v1/agents/sessions',
    agents(async (who) => ({ sessions: await ownSessions(pool, who.id, sessionOf(who)) })),
  );
  const endSessions = async (who: Who, only?: string) => {
    for (const ended of await endOwnSessions(pool, who.id, sessionOf(who), only)) node.endSession(ended);
  };
  app.delete(
    '/v1/agents/sessions',
    agents((who) => endSessions(who)),
  );
  app.delete(
    '/v1/agents/sessions/:id',
    agents((who, request) => endSessions(who, idOf(request))),
  );

  app.get(
    '/v1/views',
    agents(async (who) => ({ views: await savedViews(pool, who) })),
  );
  app.post(
    '/v1/views',
    agents((who, request) => saveView(pool, who, view.parse(request.body))),
  );
  app.delete(
    '/v1/views/:id',
    agents((who, request) => dropView(pool, who, idOf(request))),
  );
}
