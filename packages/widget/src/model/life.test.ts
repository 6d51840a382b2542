import { expect, test } from 'vitest';
import { lifeOfItem, lifeOfPending, readByTeam } from './life.ts';
import { chat, pending, WORDS } from './samples.test-data.ts';

const word = (state: Parameters<typeof pending>[1], connected: boolean): string =>
  lifeOfPending(pending('p', state), connected, WORDS).word;

test('SND2 nothing but sent makes a message stored', () => {
  expect(word({ name: 'flying', re: 'r', at: 0, session: 's' }, true)).toBe('Sending');
  expect(word({ name: 'waiting' }, true)).toBe('Sending');
  expect(word({ name: 'stored', at: { n: 1, h: 'h' } }, true)).toBe('Stored');
});

test('without a connection a message waits to be sent', () => {
  expect(word({ name: 'waiting' }, false)).toBe('Waiting to send');
  expect(word({ name: 'flying', re: 'r', at: 0, session: 's' }, false)).toBe('Waiting to send');
  expect(word({ name: 'stored', at: { n: 1, h: 'h' } }, false)).toBe('Stored');
});

test('a refused message says why, also for codes of a newer server', () => {
  expect(word({ name: 'refused', code: 'too_large', message: '' }, true)).toBe('Not stored: it is too long.');
  expect(word({ name: 'refused', code: '__proto__', message: '' }, true)).toContain('(__proto__)');
});

test('seen means read by somebody of the team', () => {
  const replica = chat([], {
    reads: new Map([
      ['customer:c', { n: 9, at: '' }],
      ['agent:a', { n: 4, at: '' }],
      ['bot:b', { n: 2, at: '' }],
    ]),
  });
  expect(readByTeam(replica)).toBe(4);
  expect(lifeOfItem(4, 4, WORDS).word).toBe('Seen');
  expect(lifeOfItem(5, 4, WORDS).word).toBe('Stored');
});
