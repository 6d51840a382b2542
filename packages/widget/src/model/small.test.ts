import { expect, test } from 'vitest';
import { accentOf, contrast } from './accent.ts';
import { compositionOf } from './compose.ts';
import { isOffline } from './connection.ts';
import { DWELL_MS, dwelt, look, nextDue } from './dwell.ts';
import { greetingKey } from './home.ts';
import { initialsOf } from './initials.ts';
import { measuredCard, stripOf } from './measured.ts';
import { noticeOf } from './notice.ts';
import { announcement, previewOf } from './preview.ts';
import { ratingCard } from './rating.ts';
import { AGENT, CUSTOMER, chat, item, NOON, pending, S, terminal, WORDS } from './samples.test-data.ts';
import { unreadOf } from './unread.ts';
import { deviceOf } from './visitor.ts';

test('GRD1 shown is 800 ms without a break before somebody who looks', () => {
  let dwell = look(new Map(), [1, 2], true, 0);
  dwell = look(dwell, [1], true, 400);
  dwell = look(dwell, [1, 2], true, 500);
  expect(dwelt(dwell, DWELL_MS)).toEqual([1]);
  expect(nextDue(dwell, DWELL_MS)).toBe(500 + DWELL_MS);
  expect(look(dwell, [1, 2], false, 900).size).toBe(0);
});

test('SND10 nothing is not sent, odd characters are, unreadable ones are left out', () => {
  expect(compositionOf('\n\n', 100, WORDS)).toEqual({ can: false, why: '' });
  expect(compositionOf(' ', 100, WORDS)).toEqual({ can: true, text: ' ' });
  expect(compositionOf('\ufeff', 100, WORDS)).toEqual({ can: true, text: '\ufeff' });
  expect(compositionOf('a\u0000b\ud800', 100, WORDS)).toEqual({ can: true, text: 'ab\ufffd' });
  expect(compositionOf(' a \n', 100, WORDS)).toEqual({ can: true, text: ' a \n' });
});

test('a text that is too long says by how many characters', () => {
  expect(compositionOf('aaaaa', 3, WORDS)).toEqual({ can: false, why: 'Too long by 2 characters.' });
  expect(compositionOf('aé', 2, WORDS)).toEqual({ can: false, why: 'Too long by 1 character.' });
});

test('the banner comes three seconds after the connection was lost', () => {
  const lost = terminal(undefined, { link: { state: 'waiting', since: NOON, until: 0, attempt: 1 }, lostAt: NOON });
  expect(isOffline(lost, NOON + 2999)).toBe(false);
  expect(isOffline(lost, NOON + 3000)).toBe(true);
  expect(isOffline(terminal(undefined, { online: false }), NOON + 3000)).toBe(true);
});

test('what is most wrong is said first', () => {
  const lost = terminal(undefined, { link: { state: 'waiting', since: 0, until: 0, attempt: 1 }, lostAt: 0 });
  expect(noticeOf(lost, 'forbidden', true, undefined, NOON, WORDS)?.name).toBe('not-here');
  expect(noticeOf(lost, 'good', false, undefined, NOON, WORDS)?.text).toContain('Keep this page open');
  expect(noticeOf(terminal(), 'good', false, undefined, NOON, WORDS)?.name).toBe('not-kept');
  expect(noticeOf(terminal(), 'good', true, undefined, NOON, WORDS)).toBeUndefined();
});

test('unread are the team’s messages after what was seen', () => {
  const replica = chat(
    [1, 2, 3].map((n) => item(n, n === 2 ? CUSTOMER : AGENT, 'message', { text: `m${n}` })),
    { seen: { n: 1, h: 'h1' } },
  );
  const unread = unreadOf(terminal(replica), replica);
  expect(unread.map(({ n }) => n)).toEqual([3]);
  expect(previewOf(unread, 0, WORDS)).toMatchObject({ name: 'Bea', initials: 'BL', text: 'm3', time: '11:59' });
  expect(unreadOf(terminal(replica), { ...replica, shown: new Set([3]) })).toEqual([]);
});

test('more than three messages at once are announced in one sentence', () => {
  const fresh = [1, 2, 3, 4].map((n) => item(n, AGENT, 'message', { text: `m${n}` }));
  expect(announcement(fresh.slice(0, 2), WORDS)).toBe('Bea: m1\nBea: m2');
  expect(announcement(fresh, WORDS)).toBe('4 new messages');
});

test('a closed conversation is rated once each time it was closed', () => {
  const resolved = item(2, AGENT, 'resolved', {});
  const rated = item(3, CUSTOMER, 'rated', { score: 5 });
  const state = { status: 'resolved', servedBy: null } as const;
  const cardOf = (items: (typeof rated)[], more = {}) => {
    const replica = chat(items, { state });
    return ratingCard(terminal(replica, more), S, replica);
  };
  expect(cardOf([resolved])).toBe('ask');
  expect(cardOf([resolved, rated])).toBe('thanks');
  expect(cardOf([resolved, rated, item(4, AGENT, 'resolved', {})])).toBe('ask');
  expect(cardOf([resolved], { outbox: [pending('p', { name: 'waiting' }, { kind: 'rating' })] })).toBe('thanks');
});

test('initials are whole characters in any script', () => {
  expect(['Amira Solberg', 'Bea', '林嘉怡', 'ليان الخطيب', '', '👩‍👩‍👧‍👦 Zed'].map(initialsOf)).toEqual([
    'AS',
    'B',
    '林',
    'لا',
    '',
    '👩‍👩‍👧‍👦Z',
  ]);
});

test('a colour is taken only where something is readable on it', () => {
  expect(accentOf('#115C6E')?.on).toBe('#ffffff');
  expect(accentOf('#ffd34d')?.on).toBe('#1e1c19');
  expect([null, 'red', '#fff', 'url(x)', '#115c6e;'].map(accentOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
});

test('one dot for each reply, all on the strip', () => {
  const repliesMs = Array.from({ length: 40 }, (_, index) => index * 7_000);
  const { dots, ticks } = stripOf(repliesMs, 273_000, WORDS);
  expect(dots).toHaveLength(40);
  expect(dots.every(({ x, y }) => x >= 6 && x <= 345 && y > 0)).toBe(true);
  expect(ticks.map(({ label }) => label)).toEqual(['0', '1', '2', '3', '4', '5 min']);
  const card = measuredCard({ replies: 40, halfWithinMs: 84_000, slowestMs: 276_000, repliesMs }, WORDS);
  expect(card.title).toBe('Half of today’s replies came within 1m 24s');
  expect(card.detail).toBe('Measured from the last 40, slowest 4m 36s');
});

test('greetings follow the hour', () => {
  expect([3, 4, 11, 12, 17, 18].map(greetingKey)).toEqual([
    'evening',
    'morning',
    'morning',
    'afternoon',
    'afternoon',
    'evening',
  ]);
});

test('devices by what browsers say of themselves', () => {
  expect(deviceOf('Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0')).toBe('Firefox, Android');
  expect(
    deviceOf(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
    ),
  ).toBe('Safari, iPhone');
  expect(deviceOf('')).toBe('');
});
