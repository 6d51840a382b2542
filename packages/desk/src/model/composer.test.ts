import { expect, test } from 'vitest';
import { offlineBanner, returnsIn } from './banner.ts';
import { composerOf } from './composer.ts';
import { chipOf } from './step-chip.ts';
import { at, entry, list, ORLA, S, START, said, terminal, windowOf } from './test-terminal.ts';

const held = windowOf([said(128, ORLA, 'a')], { seen: { n: 127, h: 'h127' } });
const message = { text: 'Hello', kind: 'message' as const };
const lost = { link: { state: 'waiting' as const, since: START, until: START + 7_000, attempt: 1 }, lostAt: START };

function composer(t: Parameters<typeof composerOf>[0], draft: Parameters<typeof composerOf>[2] = message) {
  return composerOf(t, S, draft, chipOf(t, S, START), undefined);
}

test('GRD1 the composer names exactly the number that was seen', () => {
  expect(composer(terminal([held]))).toMatchObject({ after: 127, send: { enabled: true, toOutbox: false } });
});

test('I9 offline or behind, a reply goes to the outbox; before anything is held it can only be written', () => {
  expect(composer(terminal([held], lost)).send).toMatchObject({ enabled: true, toOutbox: true });
  expect(composer(terminal([]))).toMatchObject({ after: undefined, send: { enabled: false } });
});

test('SND10 a text that the server would refuse is not sent, and the reason is said', () => {
  const long = composer(terminal([held]), { text: 'ä'.repeat(8_193), kind: 'message' });
  expect(long.problem).toEqual({ key: 'composer.tooLong', values: { over: 2 } });
  expect(long.send.enabled).toBe(false);
  expect(composer(terminal([held]), { text: 'a\u0000', kind: 'note' }).problem).toEqual({ key: 'composer.badText' });
  expect(composer(terminal([held]), { text: ' \n', kind: 'message' }).send.enabled).toBe(false);
});

test('a note is never held and never resolves', () => {
  expect(composer(terminal([held]), { text: 'x', kind: 'note' })).toMatchObject({
    canResolve: false,
    send: { label: { key: 'composer.addNote' } },
  });
});

test('the banner comes 3 s after the connection was lost, with the next try', () => {
  const t = terminal([held], lost);
  expect(offlineBanner(t, S, START + 2_999)).toBeUndefined();
  expect(offlineBanner(t, S, START + 3_000)).toMatchObject({
    text: { key: 'offline.textAt', values: { n: 128 } },
    retry: { values: { count: 4 } },
  });
  expect(offlineBanner(terminal([held]), S, START + 9_000)).toBeUndefined();
});

test('LST6 offline says when what waits returns to the queue', () => {
  const mine = list('list/agent:a1', [entry('k1', { waitingSince: at(0), dueAt: at(300) })]);
  expect(returnsIn(terminal([mine], lost), START + 12_000)).toBe('0:48');
  expect(returnsIn(terminal([], lost), START)).toBeUndefined();
});
