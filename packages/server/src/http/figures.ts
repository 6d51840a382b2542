import type { AgentFigures, Figures } from '@heed/protocol';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { clockFor, timeOf } from '../domain/clock.ts';
import { figuresBegin, figuresOf, type Wait } from '../domain/figures.ts';
import { supervises, type Who } from '../domain/permission.ts';
import type { Node, Parts } from '../live/node.ts';
import { type AgentRow, type FiguresSource, postgresFigures, type WaitRow } from '../store/figures.ts';
import { authenticate, refuse } from './reply.ts';

/** A wall asks every ten seconds; ten walls are answered from one look. */
const FRESH_MS = 5_000;
/** A day as it is anywhere, with the hour that clocks are put back. */
const LONGEST_DAY_MS = 26 * 3_600_000;

const query = z.object({ from: z.iso.datetime(), queue: z.string().max(64).optional() });

/** Today's figures and who serves, for supervisors of the queues and admins: what a wall shows beside its lists. */
export function figureRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const source = postgresFigures(pool);
  const kept = new Map<string, { until: number; figures: Promise<Figures> }>();

  app.get('/v1/figures', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const { from, queue } = query.parse(request.query);
    const queues = supervisedBy(parts, who).filter((id) => queue === undefined || id === queue);
    if (queues.length === 0)
      return refuse(reply, 'forbidden', 'Figures are for the supervisors of a queue and for admins.');
    const now = parts.clock.now();
    const since = Math.min(now, Math.max(Date.parse(from), now - LONGEST_DAY_MS));
    for (const [key, { until }] of kept) if (until <= now) kept.delete(key);
    const key = JSON.stringify([queues, from]);
    const known = kept.get(key) ?? { until: now + FRESH_MS, figures: read(parts, source, queues, since) };
    kept.set(key, known);
    // What could not be read is not kept.
    known.figures.catch(() => kept.delete(key));
    return known.figures;
  });
}

function supervisedBy({ directory }: Parts, who: Who): string[] {
  if (who.type === 'customer') return [];
  return [...directory.queues].map(({ id }) => id).filter((id) => supervises(who, id));
}

async function read(parts: Parts, source: FiguresSource, queues: string[], from: number): Promise<Figures> {
  const { directory, config, clock } = parts;
  const now = clock.now();
  const members = [...directory.agents].filter(
    ({ id, disabled }) => !disabled && queues.some((queue) => directory.queuesOf(id).has(queue)),
  );
  const [waits, agents] = await Promise.all([
    source.waits(queues, figuresBegin(from, now)),
    source.agents(
      members.map(({ id }) => id),
      config.graceMs,
    ),
  ]);
  const figures = figuresOf(
    waits.map((row) => waitOf(parts, row)),
    from,
    now,
  );
  return { ...figures, queues, agents: agents.map((row) => agentOf(parts, queues, row)) };
}

/** When it was due by the queue's targets and hours of now (CLK2). */
function waitOf({ directory }: Parts, { queue, asked, ended, by }: WaitRow): Wait {
  const { dueAt } = clockFor(timeOf(asked), by === 'next', directory.targets(queue));
  const due = dueAt === null ? asked : Date.parse(dueAt);
  return { asked, due, ...(ended === null || by === null ? {} : { ended, by }) };
}

function agentOf({ directory }: Parts, queues: string[], row: AgentRow): AgentFigures {
  const capacities = queues
    .filter((queue) => directory.queuesOf(row.id).has(queue))
    .map((queue) => directory.capacity(row.id, queue));
  return {
    ...row,
    name: directory.agentName(row.id),
    signedInAt: row.signedInAt === null ? null : timeOf(row.signedInAt),
    since: row.since === null ? null : timeOf(row.since),
    capacity: Math.max(0, ...capacities),
  };
}
