import { CLOSE } from '@heed/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ExchangeWire } from '../live/exchange-wire.ts';
import type { Node } from '../live/node.ts';
import { Session } from '../live/session.ts';
import { refuse } from './reply.ts';

const MOST_FRAMES = 100;
const LONGEST_WAIT_MS = 25_000;

const post = z.object({ frames: z.array(z.unknown()), waitMs: z.number().min(0).optional() });

/** `POST /v1/exchange`: the same sessions where WebSockets are blocked, each for the time of one post (CON8). */
export function exchangeRoutes(app: FastifyInstance, node: Node): void {
  /** The post of each terminal that waits here for something to send. */
  const standing = new Map<string, ExchangeWire>();
  const { clock, config, directory } = node.parts;

  /** Counts like any other frame, so that nobody's posts take more than their share (CON6). */
  function isTooOften(session: Session): boolean {
    const { who } = session;
    return who !== undefined && config.rates && node.ratesOf(who.type, who.id).other.use(clock.now()) > 0;
  }

  function noteHeard(session: Session): void {
    if (session.isOpen && session.agent !== undefined) node.noteHeard(session.agent);
  }

  async function stand(key: string, wire: ExchangeWire, waitMs: number): Promise<void> {
    standing.set(key, wire);
    await wire.wait(waitMs, clock);
    if (standing.get(key) === wire) standing.delete(key);
  }

  /** Gives how many frames were left unread. */
  async function serve(session: Session, wire: ExchangeWire, frames: unknown[], waitMs: number): Promise<number> {
    const [hello, ...requests] = frames;
    if (hello === undefined) session.close('protocol');
    await wire.receive([hello]);
    if (session.isOpen && isTooOften(session)) session.close('rate');
    const { who } = session;
    if (!who || !session.isOpen) return 0;
    noteHeard(session);
    // A terminal's name is its own word: only together with the person's it says whose post it is.
    const key = `${who.type}:${who.id}/${who.terminal}`;
    standing.get(key)?.end();
    const left = await wire.receive(requests);
    if (requests.length === 0 && waitMs > 0) await stand(key, wire, waitMs);
    noteHeard(session);
    return left;
  }

  async function exchange(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = post.safeParse(parse(request.body));
    if (!body.success) return refuse(reply, 'bad_request', 'Send {"frames": [hello, …], "waitMs"?}.');
    const { frames, waitMs = 0 } = body.data;
    if (frames.length > MOST_FRAMES) return refuse(reply, 'too_large', `Send at most ${MOST_FRAMES} frames in a post.`);
    const origin = originOf(request);
    // The database was asked already, for the header that lets the page read the answer.
    if (origin !== undefined && !directory.originKnown(origin))
      return refuse(reply, 'forbidden_origin', 'This server does not take messages from this site.');
    const wire = new ExchangeWire();
    if (node.isDraining) {
      wire.close(CLOSE.draining);
      return reply.type('application/json').send(wire.answer(0));
    }
    const session = new Session(node, wire, node.addressOf(request.raw), origin);
    reply.raw.once('close', () => wire.terminate());
    const left = await serve(session, wire, frames, Math.min(waitMs, LONGEST_WAIT_MS));
    return reply.type('application/json').send(wire.answer(left));
  }

  void app.register(async (scope) => {
    // Frames are data as they came: no key in them is refused or merged (CON5).
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      async (_request: unknown, text: unknown) => text,
    );
    scope.post('/v1/exchange', exchange);
  });
}

function parse(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** The page's origin, where it is another than the server's own. */
function originOf(request: FastifyRequest): string | undefined {
  const { origin, host } = request.headers;
  const isOwn = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  return isOwn ? undefined : origin;
}
