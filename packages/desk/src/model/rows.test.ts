import { expect, test } from 'vitest';
import { flatten, groupsOf, listEnd, nextWaiting, rowLabel } from './rows.ts';
import { at, entry, heldReply, list, ORLA, S, START, said, terminal, windowOf } from './test-terminal.ts';
import { entriesIn, queuesToTake, streamsToWatch, viewCount } from './views.ts';

const waits = (since: number, due: number) => ({ waitingSince: at(since), dueAt: at(due), unanswered: 1 });

test('my work: who waits comes first, due first; the answered by what happened last', () => {
  const t = terminal([
    list('list/agent:a1', [entry('late', waits(0, 900)), entry('old'), entry('soon', waits(100, 300)), entry('new')]),
  ]);
  const groups = groupsOf(t, 'my-work');
  expect(groups.map((group) => group.rows.map((row) => row.id))).toEqual([
    ['soon', 'late'],
    ['new', 'old'],
  ]);
  expect(flatten(groups).map((row) => row.key)).toEqual([
    'group.waitingOnYou',
    'soon',
    'late',
    'group.answered',
    'new',
    'old',
  ]);
  expect(nextWaiting(t, 'my-work', 'soon')).toBe('late');
  expect(nextWaiting(t, 'my-work', 'late')).toBe('soon');
  expect(nextWaiting(t, 'my-work', undefined)).toBe('soon');
});

test('LST4 a queue is in the order of priority, then of the oldest wait', () => {
  const t = terminal([
    list('list/queue:q1', [entry('b', waits(20, 300)), entry('a', waits(10, 310))]),
    list('list/queue:q2', [entry('c', { ...waits(30, 320), priority: 1 }), entry('none')]),
  ]);
  expect(groupsOf(t, 'queue')[0]?.rows.map((row) => row.id)).toEqual(['c', 'a', 'b']);
  expect(queuesToTake(t, 'queue')).toEqual(['q2', 'q1']);
  expect(queuesToTake(t, 'queue-q1')).toEqual(['q1']);
  expect(viewCount(t, 'queue', START)).toEqual({ count: 4, urgency: 'wait' });
  expect(viewCount(terminal([]), 'queue', START)).toBeUndefined();
});

test('CLK1 Unanswered has everybody who waits, wherever they are held, due first, and says what is overdue', () => {
  const t = terminal([
    list('list/agent:a1', [entry('mine', waits(20, 320)), entry('answered')]),
    list('list/queue:q1', [entry('line', { ...waits(10, 310), holder: 'queue:q1' })]),
    list('list/open:q2', [entry('theirs', { ...waits(5, 305), holder: 'agent:a2' })]),
  ]);
  expect(groupsOf(t, 'unanswered').map((group) => group.rows.map((row) => row.id))).toEqual([
    ['theirs', 'line', 'mine'],
  ]);
  expect(viewCount(t, 'unanswered', START + 304_000)).toEqual({ count: 3, urgency: 'wait' });
  expect(viewCount(t, 'unanswered', START + 305_000)).toEqual({ count: 3, urgency: 'over' });
  // The device's clock is a minute late; the server's counts.
  expect(viewCount({ ...t, skewMs: 60_000 }, 'unanswered', START + 245_000)?.urgency).toBe('over');
});

test('what was set aside stands at the end of its list, and in a view of its own, by when it comes back', () => {
  const aside = (id: string, seconds: number) => entry(id, { state: 'snoozed', snoozedUntil: at(seconds) });
  const t = terminal([list('list/agent:a1', [aside('late', 900), entry('answered'), aside('soon', 500)])]);
  expect(groupsOf(t, 'my-work').map((group) => [group.title.key, group.rows.map((row) => row.id)])).toEqual([
    ['group.answered', ['answered']],
    ['group.snoozed', ['soon', 'late']],
  ]);
  expect(groupsOf(t, 'snoozed').map((group) => group.rows.length)).toEqual([2]);
});

test('CLK2 a clock that pauses says when it goes on, and a raised priority is said', () => {
  const facts = { ...waits(0, 300), pausedUntil: at(3_600), priority: 1 };
  const row = groupsOf(terminal([list('list/agent:a1', [entry('k1', facts)])]), 'my-work')[0]?.rows[0];
  expect(rowLabel(row as NonNullable<typeof row>, START)).toMatch(/, closed, opens .+, Priority, /);
});

test('an entry that stands on two lists is shown once, with its newest head', () => {
  const older = entry('k1', { head: { n: 4, h: 'h4' } });
  const newer = entry('k1', { head: { n: 5, h: 'h5' } });
  const t = terminal([list('list/agent:a1', [older]), list('list/open:q2', [newer])]);
  expect(entriesIn(t, 'all').map((one) => one.entry.head.n)).toEqual([5]);
});

test('the desk watches its lists, its work, the open window and what is open in its queues', () => {
  const t = terminal([list('list/agent:a1', [entry('k1')])]);
  expect([...streamsToWatch(t, 'k2')].sort()).toEqual([
    'conversation/k1',
    'conversation/k2',
    'list/agent:a1',
    'list/open:q1',
    'list/open:q2',
    'list/queue:q1',
    'list/queue:q2',
  ]);
});

test('unread counts the customer’s messages that were not seen; a window not held counts what is unanswered', () => {
  const held = windowOf([said(1, ORLA, 'one'), said(2, ORLA, 'two')], { seen: { n: 1, h: 'h1' } });
  const mine = list('list/agent:a1', [
    entry('k1', { ...waits(0, 300), head: { n: 2, h: 'h2' } }),
    entry('k9', { ...waits(9, 309), unanswered: 3 }),
  ]);
  const rows = groupsOf(terminal([held, mine]), 'my-work')[0]?.rows ?? [];
  expect(rows.map((row) => row.unread)).toEqual([1, 3]);
  expect(rowLabel(rows[0] as (typeof rows)[0], START + 192_000)).toMatch(
    /^Customer k1, waiting 3 minutes 12, due .+, 1 unread, Orders$/,
  );
});

test('a row says that its reply is held, and how much is new', () => {
  const held = windowOf([said(1, ORLA, 'one'), said(2, ORLA, 'two')], { seen: { n: 1, h: 'h1' } });
  const t = terminal([held, list('list/agent:a1', [entry('k1', { head: { n: 2, h: 'h2' } })])], {
    outbox: [heldReply('mine', 1)],
  });
  expect(groupsOf(t, 'my-work')[0]?.rows[0]?.preview).toEqual({
    kind: 'held',
    sentence: { key: 'row.held', values: { count: 1 } },
  });
  expect(S).toBe('conversation/k1');
});

test('I9 a list ends with a sentence only while it is in step', () => {
  expect(listEnd('queue', [], true)).toEqual({ key: 'list.empty.queue' });
  expect(listEnd('queue', [], false)).toBeUndefined();
});
