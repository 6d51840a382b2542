import type pg from 'pg';
import type { StoredItem, StoredStream } from '../../packages/server/src/store/memory/data.ts';
import { bodyOf, follow, NO_TRAIL, placeOf, type Trail } from '../world/trail.ts';
import type { Sighting } from './observer.ts';

/** How customers were served, by the log. */
export interface Service {
  given: number;
  /** Work orders that went back, by reason. */
  returned: Record<string, number>;
  replies: number;
  /** From when somebody waited and an agent had room until it was given, in ms. */
  handOutMs: number[];
  failures: string[];
}

interface Story {
  stream: StoredStream;
  /** By number: what it was after each item. */
  trails: Trail[];
}

/**
 * Recomputes from the log whose turn it was: the points of the queue's list say in which order work orders came and went,
 * and the items of each say why (LST4, LST5). Nobody but the holder may have replied, so nobody was served twice at once.
 */
export async function serviceOf(
  pool: pg.Pool,
  { queue, capacity, sightings }: { queue: string; capacity: number; sightings: readonly Sighting[] },
): Promise<Service> {
  const stories = await storiesOf(pool);
  const service: Service = { given: 0, returned: {}, replies: 0, handOutMs: [], failures: [] };
  for (const [id, story] of stories) tally(service, id, story);
  await order(pool, queue, stories, service);
  service.handOutMs = handOuts(stories, capacity, sightings);
  return service;
}

async function storiesOf(pool: pg.Pool): Promise<Map<string, Story>> {
  const { rows } = await pool.query(
    `SELECT i.stream, i.n, i.h, i.id, i.kind, i.actor_type, i.actor, i.terminal, i.at, b.json
       FROM item i LEFT JOIN body b USING (stream, n) WHERE i.stream LIKE 'conversation/%' ORDER BY i.stream, i.n`,
  );
  const stories = new Map<string, Story>();
  for (const { stream: name, actor_type: actorType, at, ...row } of rows) {
    const id = name.slice('conversation/'.length);
    const empty = { birth: '', n: 0, h: '', at: '', items: [] };
    const story: Story = stories.get(id) ?? { stream: empty, trails: [NO_TRAIL] };
    const item: StoredItem = {
      ...row,
      actorType,
      at: at.toISOString(),
      bodyHash: '',
      shows: null,
      salt: new Uint8Array(),
    };
    story.stream.items.push(item);
    story.trails.push(follow(story.trails.at(-1) as Trail, item, story.stream));
    stories.set(id, story);
  }
  return stories;
}

function tally(service: Service, id: string, { stream, trails }: Story): void {
  for (const item of stream.items) {
    const before = trails[item.n - 1] as Trail;
    const { reason = '' } = bodyOf(item) as { reason?: string };
    if (item.kind === 'returned') service.returned[reason] = (service.returned[reason] ?? 0) + 1;
    if (item.kind !== 'message' || item.actorType === 'customer') continue;
    service.replies++;
    const { holder } = before.state;
    if (holder !== `agent:${item.actor}` && holder?.startsWith('agent:'))
      service.failures.push(`${id} ${item.n}: ${item.actor} replied while ${holder} had it`);
  }
}

/** LST4: each that was given stood first when it left the queue's list. */
async function order(pool: pg.Pool, queue: string, stories: Map<string, Story>, service: Service): Promise<void> {
  const { rows } = await pool.query<{ n: number; conversation: string; head: string }>(
    'SELECT n, conversation, head FROM list_point WHERE list = $1 ORDER BY n',
    [`list/queue:${queue}`],
  );
  const waiting = new Map<string, string>();
  for (const { conversation, head } of rows) {
    const story = stories.get(conversation);
    const trail = story?.trails[headNumber(story, head)];
    if (!story || !trail) {
      service.failures.push(`the queue's list names a head of ${conversation} that is not in its log`);
      continue;
    }
    const isHere = trail.state.holder === `queue:${queue}` && trail.state.status === 'open';
    const place = waiting.get(conversation);
    waiting.delete(conversation);
    if (isHere) waiting.set(conversation, placeOf(conversation, trail));
    if (isHere || place === undefined || !isGiven(story, trail)) continue;
    service.given++;
    const sooner = [...waiting].find(([, other]) => other < place);
    if (sooner) service.failures.push(`${conversation} was given before ${sooner[0]}, which came first`);
  }
}

/** The number that a head's hash stands at. */
function headNumber({ stream }: Story, head: string): number {
  return stream.items.findLast(({ h }) => head === h)?.n ?? -1;
}

function isGiven({ stream }: Story, { movedN }: Trail): boolean {
  const item = stream.items[movedN - 1];
  const { reason = '' } = item ? (bodyOf(item) as { reason?: string }) : {};
  return item?.kind === 'assigned' && (reason === 'push' || reason === 'take');
}

interface Change {
  at: number;
  agent: string;
  by: 1 | -1;
  /** Where it was given by push: since when it waited. */
  waitedFrom?: number;
}

/** How long each push took, from the moment at which it waited and its agent was there and had room. */
function handOuts(stories: Map<string, Story>, capacity: number, sightings: readonly Sighting[]): number[] {
  const changes = [...stories.values()].flatMap(changesOf).sort((a, b) => a.at - b.at || a.by - b.by);
  const load = new Map<string, number>();
  const roomSince = new Map<string, number>();
  const took: number[] = [];
  for (const { at, agent, by, waitedFrom } of changes) {
    if (waitedFrom !== undefined) {
      const here = sightings.findLast((seen) => seen.agent === agent && seen.from <= at)?.from ?? 0;
      took.push(Math.max(0, Math.round(at - Math.max(waitedFrom, here, roomSince.get(agent) ?? 0))));
    }
    const before = load.get(agent) ?? 0;
    load.set(agent, before + by);
    if (before >= capacity && before + by < capacity) roomSince.set(agent, at);
  }
  return took.sort((a, b) => a - b);
}

/** When agents got it and were rid of it. */
function changesOf({ stream, trails }: Story): Change[] {
  return stream.items.flatMap((item): Change[] => {
    const [before, after] = [trails[item.n - 1] as Trail, trails[item.n] as Trail];
    const [had, has] = [heldBy(before), heldBy(after)];
    if (had === has) return [];
    const at = Date.parse(item.at);
    const isPush = item.kind === 'assigned' && (bodyOf(item) as { reason?: string }).reason === 'push';
    return [
      ...(had === undefined ? [] : [{ at, agent: had, by: -1 as const }]),
      ...(has === undefined
        ? []
        : [{ at, agent: has, by: 1 as const, ...(isPush ? { waitedFrom: Date.parse(before.enteredAt) } : {}) }]),
    ];
  });
}

function heldBy({ state: { holder, status } }: Trail): string | undefined {
  return status === 'open' && holder?.startsWith('agent:') ? holder.slice('agent:'.length) : undefined;
}
