import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { projectRoot } from '../config.ts';

const desk = join(projectRoot, 'packages/desk/dist');
const widget = join(projectRoot, 'packages/widget/dist');

/** What the desk may load: itself, and nothing written into its page. */
const DESK_CSP =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const YEAR_SECONDS = 31_536_000;

/** The built desk at `/desk/`, the widget's loader at `/widget.js`, its application below `/widget/`. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  app.get('/', async (_request, reply) => reply.redirect('/desk/'));
  app.get('/desk', async (_request, reply) => reply.redirect('/desk/'));
  if (existsSync(desk)) {
    await app.register(fastifyStatic, {
      root: desk,
      serve: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('content-security-policy', DESK_CSP);
        reply.header('x-content-type-options', 'nosniff');
        reply.header('referrer-policy', 'same-origin');
        reply.header('cache-control', cacheFor(path));
      },
    });
    app.get('/desk/*', async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      // A place within the desk that was bookmarked or reloaded: the page itself finds it.
      return reply.sendFile(extname(path) === '' ? 'index.html' : path, desk);
    });
  }
  if (existsSync(widget)) {
    await app.register(fastifyStatic, {
      root: join(widget, 'widget'),
      prefix: '/widget/',
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.header('access-control-allow-origin', '*');
        reply.header('cross-origin-resource-policy', 'cross-origin');
        reply.header('x-content-type-options', 'nosniff');
        reply.header('cache-control', cacheFor(path));
      },
    });
    const loader = readFileSync(join(widget, 'widget.js'));
    app.get('/widget.js', async (_request, reply) =>
      reply
        .type('text/javascript; charset=utf-8')
        .header('access-control-allow-origin', '*')
        .header('cross-origin-resource-policy', 'cross-origin')
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'public, max-age=300')
        .send(loader),
    );
  }
}

/** Files with their hash in the name never change. */
function cacheFor(path: string): string {
  return path.includes('/assets/') ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
}
