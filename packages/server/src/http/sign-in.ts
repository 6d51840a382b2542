import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import type { Node } from '../live/node.ts';
import { Bucket } from '../live/rates.ts';
import {
  beginAgentSession,
  checkPassword,
  endSession,
  findToken,
  renewAgentSession,
  renewCustomer,
} from '../store/people.ts';
import { bearer, refuse } from './reply.ts';

const COOKIE = 'heed_session';
const COOKIE_SECONDS = 30 * 24 * 3600;

const credentials = z.object({ email: z.string().max(320), password: z.string().max(1000) });

export function deviceOf(request: FastifyRequest): string {
  return request.headers['user-agent'] ?? '';
}

/** Five wrong passwords for one address of the web and person, then one each ten seconds. */
class Attempts {
  readonly #buckets = new Map<string, Bucket>();

  isTooMany(key: string, now: number): boolean {
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      if (this.#buckets.size > 10_000) this.#buckets.clear();
      bucket = new Bucket(0.1, 5, now);
      this.#buckets.set(key, bucket);
    }
    return bucket.use(now) > 0;
  }

  succeeded(key: string): void {
    this.#buckets.delete(key);
  }
}

/** Signing in and out for agents, and renewing for both sides (§11). */
export function signInRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const attempts = new Attempts();

  function agentOf(id: string) {
    const agent = parts.directory.agent(id);
    const isSupervisor = [...parts.directory.queuesOf(id).values()].includes('supervisor');
    const role = agent?.isAdmin ? 'admin' : isSupervisor ? 'supervisor' : 'agent';
    return { id, name: agent?.name ?? '', email: agent?.email ?? '', role };
  }

  function setCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
    const secure = request.protocol === 'https';
    reply.setCookie(COOKIE, secret, {
      httpOnly: true,
      sameSite: 'strict',
      path: '/v1',
      maxAge: COOKIE_SECONDS,
      secure,
    });
  }

  app.post('/v1/agents/session', async (request, reply) => {
    const body = credentials.safeParse(request.body);
    if (!body.success) return refuse(reply, 'bad_request', 'Send {"email", "password"}.');
    const { email, password } = body.data;
    const key = `${request.ip} ${email.toLowerCase()}`;
    if (parts.config.rates && attempts.isTooMany(key, parts.clock.now()))
      return refuse(reply, 'rate_limited', 'Too many attempts. Wait a minute.');
    const agent = await checkPassword(pool, email, password);
    if (!agent) return refuse(reply, 'bad_credentials', "That e-mail and password don't match.");
    attempts.succeeded(key);
    await parts.directory.refresh();
    const { secret, token } = await beginAgentSession(pool, agent, {
      address: request.ip,
      device: deviceOf(request),
    });
    setCookie(request, reply, secret);
    return { token, agent: agentOf(agent) };
  });

  app.delete('/v1/agents/session', async (request, reply) => {
    const secret = request.cookies[COOKIE] ?? bearer(request);
    const ended = secret === undefined ? undefined : await endSession(pool, secret);
    if (ended) node.endSession(ended.id);
    reply.clearCookie(COOKIE, { path: '/v1' });
    return reply.code(204).send();
  });

  app.post('/v1/session/renew', async (request, reply) => {
    const token = bearer(request);
    const session = token === undefined ? undefined : await findToken(pool, token);
    if (token !== undefined && session?.personType === 'customer') {
      await renewCustomer(pool, token);
      return { token };
    }
    const secret = request.cookies[COOKIE] ?? token;
    const renewed = secret === undefined ? undefined : await renewAgentSession(pool, secret);
    if (!renewed) return refuse(reply, 'signed_out', 'You are signed out. Sign in again.');
    if (!parts.directory.agent(renewed.person)) await parts.directory.refresh();
    return { token: renewed.token, agent: agentOf(renewed.person) };
  });
}
