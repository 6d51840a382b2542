import { REFUSALS } from '@heed/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Who } from '../domain/permission.ts';
import type { Node, Parts } from '../live/node.ts';

const STATUS: Record<string, number> = {
  bad_frame: 400,
  bad_body: 400,
  bad_request: 400,
  bad_credentials: 401,
  bad_identity: 403,
  identity_needed: 403,
  no_mail: 409,
  signed_out: 401,
  forbidden: 403,
  forbidden_origin: 403,
  not_found: 404,
  bad_state: 409,
  empty: 409,
  unanswered: 409,
  id_reused: 409,
  cancelled: 409,
  shortcut_taken: 409,
  wrong_epoch: 409,
  unknown_follows: 409,
  too_large: 413,
  bad_type: 415,
  hash_differs: 422,
  no_attachment: 409,
  rate_limited: 429,
  unavailable: 503,
  damaged: 503,
};

/** Errors are `{code, message}` with the codes of the socket (§11). */
export function refuse(reply: FastifyReply, code: string, message?: string): FastifyReply {
  const known = Object.hasOwn(REFUSALS, code) ? REFUSALS[code as keyof typeof REFUSALS].message : code;
  return reply.code(STATUS[code] ?? 400).send({ code, message: message ?? known });
}

/** The token of the Authorization header. */
export function bearer(request: FastifyRequest): string | undefined {
  const match = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(request.headers.authorization ?? '');
  return match?.[1];
}

/** Who asks, by the token of the request; undefined where it is not good. A bot that asks is heard (BEAT5). */
export async function authenticate(node: Node, request: FastifyRequest): Promise<Who | undefined> {
  const who = await whoOf(node.parts, request);
  if (who?.type === 'bot') node.noteHeard(who.id);
  return who;
}

/** The terminal of a call is its session. */
async function whoOf(parts: Parts, request: FastifyRequest): Promise<Who | undefined> {
  const token = bearer(request);
  const session = token === undefined ? undefined : await parts.people.findToken(token);
  if (!session) return undefined;
  if (session.personType !== 'customer') {
    if (!parts.directory.agent(session.person)) await parts.directory.refresh();
    return parts.directory.who(session.person, `api-${session.id}`);
  }
  const customer = await parts.people.customer(session.person);
  if (!customer) return undefined;
  const { id, name, inbox } = customer;
  return { type: 'customer', id, name, terminal: `api-${session.id}`, isAdmin: false, queues: new Map(), inbox };
}
