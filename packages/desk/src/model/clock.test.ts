import { expect, test } from 'vitest';
import { clockOf, dueOf } from './clock.ts';
import { at, START } from './test-terminal.ts';

const facts = { waitingSince: at(0), soonAt: at(180), dueAt: at(300), pausedUntil: null };

function stateAt(seconds: number) {
  return clockOf(facts, START + seconds * 1000);
}

test('CLK2 a clock is calm, due soon from the server’s moment on, then overdue and counting from due', () => {
  expect(stateAt(26)).toEqual({ state: 'calm', waitedMs: 26_000, used: 26 / 300 });
  expect(stateAt(179).state).toBe('calm');
  expect(stateAt(180).state).toBe('soon');
  expect(stateAt(299).state).toBe('soon');
  expect(stateAt(300)).toEqual({ state: 'over', waitedMs: 300_000, pastMs: 0 });
  expect(stateAt(460)).toMatchObject({ state: 'over', pastMs: 160_000 });
});

test('where nobody waits there is no clock, and outside business hours it rests', () => {
  expect(clockOf({ ...facts, waitingSince: null }, START)).toEqual({ state: 'none' });
  expect(clockOf({ ...facts, pausedUntil: at(900) }, START)).toEqual({ state: 'paused', until: START + 900_000 });
  expect(clockOf({ ...facts, pausedUntil: at(-1) }, START).state).toBe('calm');
});

test('without the server’s moment the last 40 % of the target are due soon', () => {
  expect(clockOf({ ...facts, soonAt: null }, START + 179_000).state).toBe('calm');
  expect(clockOf({ ...facts, soonAt: null }, START + 180_000).state).toBe('soon');
});

test('the panel shows what is left of the target, or how far it is past', () => {
  expect(dueOf(facts, START + 192_000)).toEqual({
    state: 'soon',
    leftMs: 108_000,
    targetMs: 300_000,
    used: 0.64,
    dueAt: START + 300_000,
  });
  expect(dueOf(facts, START + 334_000)).toMatchObject({ state: 'over', pastMs: 34_000 });
  expect(dueOf({ ...facts, dueAt: null }, START)).toEqual({ state: 'none' });
});
