import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import cookie from '@fastify/cookie';
import { SUBPROTOCOL } from '@heed/protocol';
import Fastify, { type FastifyInstance } from 'fastify';
import type pg from 'pg';
import { WebSocketServer } from 'ws';
import { ZodError } from 'zod';
import { codeOf } from '../errors.ts';
import type { Node } from '../live/node.ts';
import { Session } from '../live/session.ts';
import { socketWire } from '../live/socket-wire.ts';
import { attachmentRoutes } from './attachments.ts';
import { conversationRoutes } from './conversations.ts';
import { customerPageRoutes } from './customer-pages.ts';
import { customerRoutes } from './customers.ts';
import { exchangeRoutes } from './exchange.ts';
import { figureRoutes } from './figures.ts';
import { healthRoutes } from './health.ts';
import { pageRoutes } from './pages.ts';
import { pushRoutes } from './push.ts';
import { refuse } from './reply.ts';
import { searchRoutes } from './search.ts';
import { signInRoutes } from './sign-in.ts';
import { transcriptRoutes } from './transcripts.ts';
import { workOrderRoutes } from './work-orders.ts';
import { workbenchRoutes } from './workbench.ts';

/** Above this a frame is not even read: the socket closes with 1009 (CON5). */
const LARGEST_FRAME = 1024 * 1024;

/** The HTTP server with the socket on it. Nothing listens yet. */
export async function createApp(node: Node, pool: pg.Pool): Promise<FastifyInstance> {
  const { config, log } = node.parts;
  const app = Fastify({
    logger: false,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    bodyLimit: LARGEST_FRAME,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  });
  await app.register(cookie);
  countRequests(app, node);
  allowOrigins(app, node);
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof ZodError) return refuse(reply, 'bad_request', 'The request has a field that does not fit.');
    const status = error.statusCode ?? 500;
    if (status === 413) return refuse(reply, 'too_large');
    if (status < 500) return refuse(reply, 'bad_request', error.message);
    log.error({ route: request.routeOptions.url, code: codeOf(error), error: String(error) }, 'A request failed.');
    return refuse(reply, 'unavailable', 'Something is broken on our side. Try again.');
  });
  app.setNotFoundHandler((_request, reply) => refuse(reply, 'not_found', 'There is nothing at this address.'));
  signInRoutes(app, node, pool);
  customerRoutes(app, node, pool);
  transcriptRoutes(app, node, pool);
  conversationRoutes(app, node, pool);
  attachmentRoutes(app, node, pool);
  workOrderRoutes(app, node);
  exchangeRoutes(app, node);
  figureRoutes(app, node, pool);
  searchRoutes(app, node, pool);
  customerPageRoutes(app, node, pool);
  workbenchRoutes(app, node, pool);
  pushRoutes(app, node, pool, config.pushServices);
  healthRoutes(app, node, pool);
  await pageRoutes(app);
  acceptSockets(app, node);
  return app;
}

/** A node that ends waits for what it answers (NOD2). */
function countRequests(app: FastifyInstance, node: Node): void {
  app.addHook('onRequest', async (_request, reply) => {
    node.answering++;
    // The answer was sent, or nobody is there any more to take it.
    reply.raw.once('close', () => {
      node.answering--;
    });
  });
}

/** Pages of shops may call what customers call, from the origins that their inbox lists (CON1). */
function allowOrigins(app: FastifyInstance, node: Node): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (!request.url.startsWith('/v1/') || request.url.startsWith('/v1/agents/') || origin === undefined) return;
    if (!(await node.parts.directory.findOrigin(origin))) return;
    reply.header('access-control-allow-origin', origin).header('vary', 'origin');
    if (request.method !== 'OPTIONS') return;
    reply
      .header('access-control-allow-methods', 'GET, POST, DELETE')
      .header('access-control-allow-headers', 'authorization, content-type')
      .header('access-control-max-age', '600');
    await reply.code(204).send();
  });
}

/** `/v1/socket` with our subprotocol becomes a session; anything else is answered and closed (CON1). */
function acceptSockets(app: FastifyInstance, node: Node): void {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LARGEST_FRAME,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0];
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (path !== '/v1/socket') return reject(socket, 404, 'Not Found');
    if (!offered.includes(SUBPROTOCOL)) return reject(socket, 400, 'Bad Request');
    if (node.isDraining) return reject(socket, 503, 'Service Unavailable');
    const { origin, host } = request.headers;
    const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
    if (!isOwn && !node.parts.directory.originKnown(origin)) return reject(socket, 403, 'Forbidden');
    sockets.handleUpgrade(
      request,
      socket,
      head,
      (accepted) =>
        new Session(node, socketWire(accepted, socket), node.addressOf(request), isOwn ? undefined : origin),
    );
  });
}

function reject(socket: Duplex, status: number, text: string): void {
  socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
