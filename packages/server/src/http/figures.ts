import type { AgentFigures, Figures } from '@heed/protocol';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { z } from 'zod';
import { clockFor, timeOf } from '../domain/clock.ts';
import { figuresBegin, figuresOf, type Wait } from '../domain/figures.ts';
import { supervises, type Who } from '../domain/permission.ts';
import type { Node, Parts } from '../live/node.ts';
import {
  type AgentRow,
  type EndedRow,
  type FiguresSource,
  postgresFigures,
  type WaitingRow,
} from '../store/figures.ts';
import { authenticate, refuse } from './reply.ts';

/** A wall asks every ten seconds; ten walls are answered from one look. */
const FRESH_MS = 5_000;
/** What was stored before the last look may have been committed after it. */
const OVERLAP_MS = 60_000;
/** So long nobody has asked: the wall is closed, and its day need not be kept. */
const FORGOTTEN_MS = 120_000;
/** A day as it is anywhere, with the hour that clocks are put back. */
const LONGEST_DAY_MS = 26 * 3_600_000;

const query = z.object({ from: z.iso.datetime(), queue: z.string().max(64).optional() });

/** Today's figures and who serves, for supervisors of the queues and admins: what a wall shows beside its lists. */
export function figureRoutes(app: FastifyInstance, node: Node, pool: pg.Pool): void {
  const { parts } = node;
  const source = postgresFigures(pool);
  const days = new Map<string, Day>();

  app.get('/v1/figures', async (request, reply) => {
    const who = await authenticate(node, request);
    if (!who) return refuse(reply, 'signed_out', 'Send a token that is good.');
    const { from, queue } = query.parse(request.query);
    const queues = supervisedBy(parts, who).filter((id) => queue === undefined || id === queue);
    if (queues.length === 0)
      return refuse(reply, 'forbidden', 'Figures are for the supervisors of a queue and for admins.');
    const now = parts.clock.wall();
    const since = Math.min(now, Math.max(Date.parse(from), now - LONGEST_DAY_MS));
    for (const [key, { askedAt }] of days) if (askedAt <= now - FORGOTTEN_MS) days.delete(key);
    const key = JSON.stringify([queues, from]);
    const day = days.get(key) ?? new Day(parts, source, queues, since);
    days.set(key, day);
    return day.figures(now);
  });
}

function supervisedBy({ directory }: Parts, who: Who): string[] {
  if (who.type === 'customer') return [];
  return [...directory.queues].map(({ id }) => id).filter((id) => supervises(who, id));
}

/**
 * The figures of one day in some queues. What ended is read once and kept while somebody looks, so that a look costs what
 * happened since the last one and not the whole day.
 */
class Day {
  readonly #parts: Parts;
  readonly #source: FiguresSource;
  readonly #queues: string[];
  readonly #from: number;
  readonly #ended = new Map<string, EndedRow>();
  #readUpTo: number | undefined;
  #last: { until: number; figures: Promise<Figures> } | undefined;
  askedAt = 0;

  constructor(parts: Parts, source: FiguresSource, queues: string[], from: number) {
    this.#parts = parts;
    this.#source = source;
    this.#queues = queues;
    this.#from = from;
  }

  figures(now: number): Promise<Figures> {
    this.askedAt = now;
    if (this.#last && this.#last.until > now) return this.#last.figures;
    const figures = this.#read(now);
    const last = { until: now + FRESH_MS, figures };
    this.#last = last;
    // What could not be read is not kept.
    figures.catch(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return figures;
  }

  async #read(now: number): Promise<Figures> {
    const { directory, config } = this.#parts;
    const queues = this.#queues;
    const members = [...directory.agents].filter(
      ({ id, disabled }) => !disabled && queues.some((queue) => directory.queuesOf(id).has(queue)),
    );
    const since = this.#readUpTo ?? figuresBegin(this.#from, now);
    const [ended, waiting, agents] = await Promise.all([
      this.#source.ended(queues, since),
      this.#source.waiting(queues),
      this.#source.agents(
        members.map(({ id }) => id),
        config.graceMs,
      ),
    ]);
    for (const row of ended) this.#ended.set(row.id, row);
    this.#readUpTo = now - OVERLAP_MS;
    const waits = [...this.#ended.values(), ...waiting].map((row) => waitOf(this.#parts, row));
    return {
      ...figuresOf(waits, this.#from, now),
      queues,
      agents: agents.map((row) => agentOf(this.#parts, queues, row)),
    };
  }
}

/** When it was due by the queue's targets and hours of now (CLK2). */
function waitOf({ directory }: Parts, row: WaitingRow | EndedRow): Wait {
  const { queue, asked } = row;
  const end = 'ended' in row ? { ended: row.ended, by: row.by } : {};
  const { dueAt } = clockFor(timeOf(asked), end.by === 'next', directory.targets(queue));
  const due = dueAt === null ? asked : Date.parse(dueAt);
  return { asked, due, ...end };
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
