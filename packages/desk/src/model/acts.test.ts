import { EMPTY_CONVERSATION } from '@heed/protocol';
import { expect, test } from 'vitest';
import { actsOf, matching } from './acts.ts';
import { ORLA, S, said, terminal, windowOf } from './test-terminal.ts';

const team = [
  { id: 'a1', name: 'Alma Reyes' },
  { id: 'a2', name: 'Teo Lindgren' },
];

function actsWith(state: object, role: 'agent' | 'supervisor' = 'agent') {
  const items = [said(1, ORLA, 'Hello')];
  const replica = windowOf(items, { state: { ...EMPTY_CONVERSATION, queue: 'q1', holder: 'agent:a1', ...state } });
  const you = terminal([]).you;
  if (!you) throw new Error('a desk has somebody at it');
  const queues = [{ id: 'q1', name: 'Orders', role }];
  return actsOf(terminal([replica], { you: { ...you, team, queues } }), S);
}

test('LST7 its holder transfers to colleagues and queues', () => {
  const acts = actsWith({});
  expect(acts?.takers.map(({ name }) => name)).toEqual(['Teo Lindgren', 'Orders']);
  expect([acts?.how, acts?.canReturn]).toEqual(['transfer', true]);
});

test('CON9 a colleague moves nothing, a supervisor of the queue takes over', () => {
  expect(actsWith({ holder: 'agent:a2' })?.takers).toEqual([]);
  const acts = actsWith({ holder: 'agent:a2' }, 'supervisor');
  expect(acts?.takers[0]).toEqual({ to: 'agent:a1', name: 'Alma Reyes', kind: 'me' });
  expect(acts?.how).toBe('assign');
});

test('CLK1 nothing is set aside while somebody waits, and a resolved one is not moved', () => {
  expect(actsWith({ unanswered: [1] })?.canSnooze).toBe(false);
  expect(actsWith({})?.canSnooze).toBe(true);
  expect(actsWith({ status: 'resolved', holder: null })).toBeUndefined();
});

test('takers are found by the beginning of any of their names', () => {
  const takers = actsWith({ holder: 'agent:a2' }, 'supervisor')?.takers ?? [];
  expect(matching(takers, 'rey').map(({ name }) => name)).toEqual(['Alma Reyes']);
  expect(matching(takers, 'ord').map(({ name }) => name)).toEqual(['Orders']);
  expect(matching(takers, 'eyes')).toEqual([]);
});
