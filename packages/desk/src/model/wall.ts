import type { Terminal } from '@heed/client';
import type { AgentFigures, Entry, Figures, Stream } from '@heed/protocol';
import { figure, figureParts, type Key, type Sentence } from '../words/index.ts';
import { clockOf } from './clock.ts';
import { agentNames, fullName } from './people.ts';
import { byDue, inQueueOrder, type QueueRef, queueName } from './views.ts';

/** The lists that a wall is drawn from: every open conversation of its queues, wherever it is held (LST8). */
export function wallLists(queues: readonly QueueRef[]): Stream[] {
  return queues.map(({ id }) => `list/open:${id}`);
}

export interface WallRow {
  id: string;
  name: string;
  words: string;
  queue: string;
  entry: Entry;
  /** The place in line; absent with an agent. */
  place: number | undefined;
  /** Who has it. */
  holder: string | undefined;
}

export interface WallRows {
  inLine: WallRow[];
  withAgents: WallRow[];
}

function waitingIn(t: Terminal, queues: readonly QueueRef[]): Entry[] {
  return wallLists(queues).flatMap((s) =>
    [...(t.replicas.get(s)?.entries.values() ?? [])].filter(({ waitingSince }) => waitingSince !== null),
  );
}

/** Who waits: in the queues in the order in which they will be taken (LST4), with agents by when they are due. */
export function wallRows(t: Terminal, queues: readonly QueueRef[]): WallRows {
  const names = agentNames(t);
  const row = (entry: Entry, place?: number): WallRow => ({
    id: entry.conversation,
    name: fullName(entry.customer.name),
    words: entry.preview,
    queue: queueName(t, entry.queue),
    entry,
    place,
    holder: entry.holder.startsWith('agent:') ? (names.get(entry.holder.slice('agent:'.length)) ?? '') : undefined,
  });
  const waiting = waitingIn(t, queues);
  return {
    inLine: waiting
      .filter(({ holder }) => holder.startsWith('queue:'))
      .sort(inQueueOrder)
      .map((entry, index) => row(entry, index + 1)),
    withAgents: waiting
      .filter(({ holder }) => !holder.startsWith('queue:'))
      .sort(byDue)
      .map((entry) => row(entry)),
  };
}

/** Rows in the order in which they stood; what is new comes last: nothing moves under somebody's hand (DESIGN §4). */
export function standingStill(rows: readonly WallRow[], before: readonly string[]): WallRow[] {
  const at = new Map(before.map((id, index) => [id, index]));
  return [...rows].sort((a, b) => (at.get(a.id) ?? before.length) - (at.get(b.id) ?? before.length));
}

const SOON_MS = 2 * 60_000;

/** The row of large figures: what waits now from the lists, the day so far from the server's figures. */
export interface Fig {
  label: Key;
  /** Pieces of a length of time, or one number; undefined while nothing is known. */
  value: readonly { text: string; unit?: string }[] | undefined;
  tone: 'calm' | 'wait' | 'over';
}

/** A number and the name of its unit, apart, as short as the language has them. */
function inUnits(value: number, unit: 'hour' | 'minute' | 'second'): { text: string; unit: string } {
  const parts = figureParts(value, { style: 'unit', unit, unitDisplay: 'narrow' });
  const textOf = (isUnit: boolean) =>
    parts
      .flatMap((part) => ((part.type === 'unit') === isUnit && part.type !== 'literal' ? [part.value] : []))
      .join('');
  return { text: textOf(false), unit: textOf(true) };
}

function lengthOf(ms: number): { text: string; unit: string }[] {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return [inUnits(h, 'hour'), inUnits(m, 'minute')];
  return m > 0 ? [inUnits(m, 'minute'), inUnits(s, 'second')] : [inUnits(s, 'second')];
}

function plain(count: number): { text: string }[] {
  return [{ text: figure(count) }];
}

/** Under 20 answers a share is too few to measure (DESIGN §4). */
const FEW = 20;

export function wallFigs(t: Terminal, queues: readonly QueueRef[], figures: Figures | undefined, now: number): Fig[] {
  const waiting = waitingIn(t, queues);
  const clocks = waiting.map((entry) => ({ entry, clock: clockOf(entry, now + t.skewMs) }));
  const over = clocks.filter(({ clock }) => clock.state === 'over').length;
  const soon = clocks.filter(
    ({ entry, clock }) =>
      (clock.state === 'calm' || clock.state === 'soon') &&
      entry.dueAt !== null &&
      Date.parse(entry.dueAt) - now - t.skewMs <= SOON_MS,
  ).length;
  const longest = Math.max(0, ...clocks.map(({ clock }) => ('waitedMs' in clock ? clock.waitedMs : 0)));
  const half = figures?.first.p50Ms;
  const kept = figures && figures.answered >= FEW ? (100 * figures.inTime) / figures.answered : undefined;
  return [
    { label: 'wall.waiting', value: plain(waiting.length), tone: 'calm' },
    { label: 'wall.longest', value: lengthOf(longest), tone: 'calm' },
    { label: 'wall.overdue', value: plain(over), tone: over > 0 ? 'over' : 'calm' },
    { label: 'wall.soon', value: plain(soon), tone: soon > 0 ? 'wait' : 'calm' },
    { label: 'wall.answered', value: figures && plain(figures.answered), tone: 'calm' },
    { label: 'wall.firstHalf', value: half === undefined || half === null ? undefined : lengthOf(half), tone: 'calm' },
    {
      label: 'wall.kept',
      value:
        kept === undefined
          ? undefined
          : [
              {
                text: figure(kept, { maximumFractionDigits: 1, minimumFractionDigits: kept === 100 ? 0 : 1 }),
                unit: '%',
              },
            ],
      tone: 'calm',
    },
  ];
}

export interface WallAgent {
  id: string;
  name: string;
  /** The place in hand-out order of who takes chats. */
  place: number | undefined;
  says: Sentence;
  isNext: boolean;
  presence: 'on' | 'away' | 'off';
  slots: readonly ('overdue' | 'waiting' | 'answered' | 'free')[];
  load: { count: number; capacity: number };
  signedInAt: string | null;
  /** Since when they have been away, while they are. */
  awaySince: string | null;
}

/** More than this many slots are told as a number. */
export const MOST_SLOTS = 12;

/** Who serves: those who take chats in hand-out order (LST5), then who is away, then who is gone but still has work. */
export function wallAgents(figures: Figures | undefined): WallAgent[] {
  const all = figures?.agents ?? [];
  const taking = all.filter(({ state }) => state === 'taking');
  const next = taking.find((agent) => loadOf(agent) < agent.capacity)?.id;
  const away = all.filter(({ state }) => state === 'away');
  const gone = all.filter((agent) => agent.state === 'offline' && loadOf(agent) > 0);
  return [...taking, ...away, ...gone].map((agent, index) => ({
    id: agent.id,
    name: agent.name,
    place: agent.state === 'taking' ? index + 1 : undefined,
    says: saysOf(agent),
    isNext: agent.id === next,
    presence: agent.state === 'taking' ? 'on' : agent.state === 'away' ? 'away' : 'off',
    slots: slotsOf(agent),
    load: { count: loadOf(agent), capacity: agent.capacity },
    signedInAt: agent.signedInAt,
    awaySince: agent.state === 'away' ? agent.since : null,
  }));
}

function loadOf({ answered, waiting, overdue }: AgentFigures): number {
  return answered + waiting + overdue;
}

function saysOf(agent: AgentFigures): Sentence {
  if (agent.state === 'away') return { key: 'me.away' };
  if (agent.state === 'offline') return { key: 'wall.gone' };
  return { key: loadOf(agent) >= agent.capacity ? 'wall.full' : 'me.taking' };
}

function slotsOf(agent: AgentFigures): WallAgent['slots'] {
  const { overdue, waiting, answered, capacity } = agent;
  if (Math.max(capacity, loadOf(agent)) > MOST_SLOTS) return [];
  const times = <T>(count: number, slot: T): T[] => Array.from({ length: Math.max(0, count) }, () => slot);
  return [
    ...times(overdue, 'overdue' as const),
    ...times(waiting, 'waiting' as const),
    ...times(answered, 'answered' as const),
    ...times(capacity - loadOf(agent), 'free' as const),
  ];
}
