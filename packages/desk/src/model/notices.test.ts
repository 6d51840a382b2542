import { expect, test } from 'vitest';
import { noticesOf, noticesOfClocks } from './notices.ts';
import { at, entry, item, list, ME, ORLA, START, said, TEO, terminal, windowOf } from './test-terminal.ts';

const waits = { waitingSince: at(0), soonAt: at(180), dueAt: at(300), unanswered: 1 };
const mine = (...entries: ReturnType<typeof entry>[]) => terminal([list('list/agent:a1', entries)]);

test('a new work order and a customer’s next message are noticed once each; a first look is no news', () => {
  const before = mine(entry('k1', waits));
  const after = mine(entry('k1', { ...waits, unanswered: 2, head: { n: 5, h: 'h5' } }), entry('k2', waits));
  expect(noticesOf(before, after).map(({ kind, key }) => [kind, key])).toEqual([
    ['message', 'message:k1:5'],
    ['order', 'order:k2:1'],
  ]);
  expect(noticesOf(terminal([]), after)).toEqual([]);
  expect(noticesOf(after, mine(entry('k1', { ...waits, unanswered: 0 })))).toEqual([]);
});

test('a note that names its reader is noticed, others and one’s own are not', () => {
  const first = said(1, ORLA, 'Hello');
  const notes = [
    item(2, TEO, 'note', { text: '@Alma please', mentions: ['a1'] }),
    item(3, TEO, 'note', { text: 'For nobody' }),
    item(4, ME, 'note', { text: '@Alma', mentions: ['a1'] }),
  ];
  const notices = noticesOf(terminal([windowOf([first])]), terminal([windowOf([first, ...notes])]));
  expect(notices.map(({ kind, text }) => [kind, text])).toEqual([['mention', '@Alma please']]);
});

test('CLK3 who supervises the queue is told of what stayed overdue, once', () => {
  const open = (told: boolean) =>
    terminal([list('list/open:q2', [entry('k1', { ...waits, ...(told ? { told: true as const } : {}) })])]);
  expect(noticesOf(open(false), open(true)).map(({ kind, key }) => [kind, key.split(':')[0]])).toEqual([
    ['soon', 'told'],
  ]);
  expect(noticesOf(open(true), open(true))).toEqual([]);
  // An agent of the queue who does not supervise it has the clock itself.
  const inOther = (told: boolean) =>
    terminal([list('list/open:q1', [entry('k1', { ...waits, ...(told ? { told: true as const } : {}) })])]);
  expect(noticesOf(inOther(false), inOther(true))).toEqual([]);
});

test('CLK2 due soon and overdue are noticed when the server’s time reaches them', () => {
  const t = { ...mine(entry('k1', waits)), skewMs: 60_000 };
  const keys = (from: number, to: number) =>
    noticesOfClocks(t, START + from * 1_000, START + to * 1_000).map(({ key }) => key.split(':')[0]);
  expect([keys(118, 119), keys(119, 120), keys(120, 121), keys(239, 240)]).toEqual([[], ['soon'], [], ['over']]);
});
