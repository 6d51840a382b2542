import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { projectRoot } from '../config.ts';

const desk = join(projectRoot, 'packages/desk/dist');
const widget = join(projectRoot, 'packages/widget/dist');

/** What the desk may load: itself, and nothing written into its page. */
const DESK_CSP =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const YEAR_SECONDS = 31_536_000;

/** What every page's script may load from another origin: the widget's files. */
const FOR_SHOPS = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' };
const FOR_DESK = { 'content-security-policy': DESK_CSP, 'referrer-policy': 'same-origin' };

/** The built desk at `/desk/`, the widget's loader at `/widget.js`, its application below `/widget/`. */
export async function pageRoutes(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, { root: join(projectRoot, 'packages'), serve: false, cacheControl: false });

  function send(reply: FastifyReply, folder: string, path: string, headers: Record<string, string>): FastifyReply {
    const all = { ...headers, 'x-content-type-options': 'nosniff', 'cache-control': cacheFor(path) };
    return reply.headers(all).sendFile(path, folder);
  }

  app.get('/', async (_request, reply) => reply.redirect('/desk/'));
  app.get('/desk', async (_request, reply) => reply.redirect('/desk/'));
  app.get('/desk/*', async (request, reply) => {
    const path = (request.params as { '*': string })['*'];
    // A place within the desk that was bookmarked or reloaded: the page itself finds it.
    return send(reply, desk, extname(path) === '' ? 'index.html' : path, FOR_DESK);
  });
  app.get('/widget/*', async (request, reply) =>
    send(reply, join(widget, 'widget'), (request.params as { '*': string })['*'], FOR_SHOPS),
  );
  // Always asked for anew: one from before an upgrade would name files that are gone.
  app.get('/widget.js', async (_request, reply) => send(reply, widget, 'widget.js', FOR_SHOPS));
}

/** Files with their hash in the name never change. */
function cacheFor(path: string): string {
  return /(^|\/)assets\//.test(path) ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache';
}
