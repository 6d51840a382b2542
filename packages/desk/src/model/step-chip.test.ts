import { expect, test } from 'vitest';
import { partsOf, say } from '../words/index.ts';
import { chipOf, deskMark, lastTransitions } from './step-chip.ts';
import { heldReply, ORLA, S, START, said, terminal, windowOf } from './test-terminal.ts';

const held = windowOf([said(128, ORLA, 'a')]);

function words(t: Parameters<typeof chipOf>[0], now = START): string {
  const chip = chipOf(t, S, now);
  return [say(chip.words), chip.n, chip.of].filter((part) => part !== undefined).join(' ');
}

test('the chip says where the window stands', () => {
  expect(words(terminal([held]))).toBe('In step 128');
  expect(words(terminal([{ ...held, head: { n: 131, h: 'h131' } }]))).toBe('Catching up 128 131');
  expect(words(terminal([held], { outbox: [heldReply('x', 127)] }))).toBe('Reply held at 128');
  const lost = { link: { state: 'waiting' as const, since: START, until: START, attempt: 1 }, lostAt: START };
  expect(words(terminal([held], lost))).toBe('Offline, last seen 128');
  expect(words(terminal([{ ...held, phase: { name: 'frozen', why: 'diverged' } }]))).toBe('Reading it again 128');
  expect(words(terminal([{ ...held, phase: { name: 'gone' } }]))).toBe('No longer open to you');
  expect(words(terminal([]))).toBe('Catching up');
  expect(say(chipOf(terminal([held]), S, START).label)).toBe('In step at position 128');
});

test('a proof that is too old is catching up, not in step', () => {
  expect(words(terminal([held]), START + 31_000)).toBe('Catching up 128');
});

test('a desk that is only just connecting is not called offline', () => {
  const t = terminal([held], { link: { state: 'connecting', since: START, attempt: 1 } });
  expect(chipOf(t, S, START + 1_000).mark).toBe('behind');
  expect(chipOf(t, S, START + 4_000).mark).toBe('off');
  expect(deskMark(t, START + 1_000)).toBe('behind');
});

test('the last five changes of this window and of the connection, newest first', () => {
  const transitions = [
    ...[1, 2, 3, 4, 5, 6].map((n) => ({ at: START + n, step: 'in-step' as const, n, s: S })),
    { at: START + 9, step: 'in-step' as const, n: 9, s: 'conversation/other' },
    { at: START + 10, step: 'offline' as const, n: 0 },
  ];
  const lines = lastTransitions(terminal([held], { transitions }), S);
  expect(lines.map((line) => line.at - START)).toEqual([10, 6, 5, 4, 3]);
  expect(partsOf(lines[1]?.words ?? { key: 'step.in' })).toContainEqual({ text: '6', tag: 'm' });
});
