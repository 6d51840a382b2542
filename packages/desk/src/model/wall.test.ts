import type { AgentFigures, Figures } from '@heed/protocol';
import { expect, test } from 'vitest';
import { at, entry, list, START, terminal } from './test-terminal.ts';
import { supervisedQueues } from './views.ts';
import { standingStill, wallAgents, wallFigs, wallRows } from './wall.ts';

const waits = (since: number, due: number, holder = 'queue:q2') => ({
  queue: 'q2',
  holder,
  waitingSince: at(since),
  dueAt: at(due),
  unanswered: 1,
});
const t = terminal([
  list('list/open:q2', [
    entry('b', waits(20, 320)),
    entry('a', waits(10, 310)),
    entry('urgent', { ...waits(30, 330), priority: 1 }),
    entry('held-late', waits(5, 500, 'agent:a2')),
    entry('held-soon', waits(15, 200, 'agent:a2')),
    entry('answered', { queue: 'q2', holder: 'agent:a2' }),
  ]),
]);
const queues = supervisedQueues(t);

function agent(id: string, more: Partial<AgentFigures> = {}): AgentFigures {
  const base = { id, name: id, state: 'taking' as const, signedInAt: at(0), since: at(0), capacity: 2 };
  return { ...base, answered: 0, waiting: 0, overdue: 0, ...more };
}

const figures = (more: Partial<Figures>): Figures => ({
  now: at(0),
  from: at(0),
  queues: ['q2'],
  arrived: 0,
  answered: 0,
  inTime: 0,
  first: { count: 0, p50Ms: null, p90Ms: null },
  next: { count: 0, p50Ms: null, p90Ms: null },
  unansweredMinutes: 0,
  longestWaitMs: 0,
  lastAnswerAt: null,
  waiting: [],
  quarters: [],
  hours: [],
  firstByWait: [],
  agents: [],
  ...more,
});

test('LST4 the wall has the queue in the order of taking, and what agents hold by when it is due', () => {
  expect(queues.map(({ id }) => id)).toEqual(['q2']);
  const { inLine, withAgents } = wallRows(t, queues);
  expect(inLine.map(({ id, place }) => [id, place])).toEqual([
    ['urgent', 1],
    ['a', 2],
    ['b', 3],
  ]);
  expect(withAgents.map(({ id }) => id)).toEqual(['held-soon', 'held-late']);
});

test('nothing moves while somebody points at it; what is new comes last', () => {
  const { inLine } = wallRows(t, queues);
  expect(standingStill(inLine, ['b', 'a']).map(({ id }) => id)).toEqual(['b', 'a', 'urgent']);
});

test('the large figures: what waits from the lists, the day from the server, and no share of too few', () => {
  const values = (more: Partial<Figures>, seconds: number) =>
    wallFigs(t, queues, figures(more), START + seconds * 1_000).map(({ value, tone }) => [
      value?.map(({ text, unit = '' }) => text + unit).join(' '),
      tone,
    ]);
  expect(values({ answered: 19, inTime: 19, first: { count: 3, p50Ms: 84_000, p90Ms: 90_000 } }, 250)).toEqual([
    ['5', 'calm'],
    ['4m 5s', 'calm'],
    ['1', 'over'],
    ['3', 'wait'],
    ['19', 'calm'],
    ['1m 24s', 'calm'],
    [undefined, 'calm'],
  ]);
  expect(values({ answered: 148, inTime: 146 }, 0).at(-1)).toEqual(['98.6%', 'calm']);
});

test('LST5 agents stand in hand-out order, and the next is the first with room', () => {
  const agents = wallAgents(
    figures({
      agents: [
        agent('gone', { state: 'offline' }),
        agent('full', { answered: 1, overdue: 1 }),
        agent('away', { state: 'away', waiting: 1 }),
        agent('free', { waiting: 1 }),
        agent('left', { state: 'offline', answered: 1 }),
      ],
    }),
  );
  expect(agents.map(({ id, place, isNext }) => [id, place, isNext])).toEqual([
    ['full', 1, false],
    ['free', 2, true],
    ['away', undefined, false],
    ['left', undefined, false],
  ]);
  expect(agents[0]?.slots).toEqual(['overdue', 'answered']);
  expect(agents[1]?.slots).toEqual(['waiting', 'free']);
});
