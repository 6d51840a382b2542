import { expect, test } from 'vitest';
import { messageBody, NEW } from './new.ts';
import { AGENT, CUSTOMER, chat, item, NOON, pending, S, terminal, WORDS } from './samples.test-data.ts';
import { type MessageRow, timelineOf } from './timeline.ts';
import { writersOf } from './writers.ts';

const DAY = 86_400_000;
const rowsOf = (t: ReturnType<typeof terminal>, s = S) => timelineOf(t, s, NOON, WORDS);
const textOf = (row: { kind: string }): string =>
  row.kind === 'message' ? (row as MessageRow).text : (row as unknown as { text: string }).text;

test('each day begins with its name', () => {
  const replica = chat([
    item(1, CUSTOMER, 'message', { text: 'a' }, NOON - 400 * DAY),
    item(2, CUSTOMER, 'message', { text: 'b' }, NOON - 5 * DAY),
    item(3, CUSTOMER, 'message', { text: 'c' }, NOON - DAY),
    item(4, CUSTOMER, 'message', { text: 'd' }, NOON),
  ]);
  const days = rowsOf(terminal(replica)).filter((row) => row.kind === 'day');
  expect(days.map(textOf)).toEqual(['15 April 2025', '15 May', 'Yesterday', 'Today']);
});

test('CMP9 a message of the outbox follows the items, and is not shown twice once its item is there', () => {
  const items = [item(1, CUSTOMER, 'message', { text: 'first' })];
  const outbox = [
    pending('id1', { name: 'stored', at: { n: 1, h: 'h1' } }),
    pending('p2', { name: 'waiting' }, { order: 3 }),
    pending('p1', { name: 'waiting' }, { order: 2 }),
    pending('p3', { name: 'writing' }, { order: 4 }),
    pending('p4', { name: 'cancelling' }, { order: 5 }),
    pending('p5', { name: 'waiting' }, { order: 6, kind: 'rating' }),
  ];
  const messages = rowsOf(terminal(chat(items), { outbox })).filter((row) => row.kind === 'message');
  expect(messages.map((row) => row.key)).toEqual(['id1', 'p1', 'p2']);
});

test('an edit and an erasure show in the message; their numbers are shown with what is on the screen', () => {
  const replica = chat([
    item(1, AGENT, 'message', { text: 'wrong' }),
    item(2, CUSTOMER, 'message', { text: 'secret' }),
    item(3, AGENT, 'edited', { target: 1, text: 'right' }),
    item(4, CUSTOMER, 'erased', { target: 2 }),
  ]);
  const rows = rowsOf(terminal(replica));
  expect(rows.map(textOf)).toEqual(['Today', 'right', 'This message was removed.']);
  expect(rows.flatMap((row) => row.numbers)).toEqual([1, 2, 3, 4]);
  expect((rows[1] as MessageRow).edited).toBe(true);
});

test('an erased item has no text left to show', () => {
  const { body: _, ...rest } = item(1, CUSTOMER, 'message', {});
  const rows = rowsOf(terminal(chat([{ ...rest, erased: true }])));
  expect(textOf(rows[1] as MessageRow)).toBe('This message was removed.');
});

test('what happened is said in words, what is unknown in a neutral line', () => {
  const replica = chat([
    item(1, AGENT, 'served', { by: null }),
    item(2, AGENT, 'served', { by: { id: 'a', name: 'Bea Lindqvist' } }),
    item(3, AGENT, 'resolved', {}),
    item(4, CUSTOMER, 'rated', { score: 4 }),
    item(5, { type: 'system', id: '', name: '' }, 'reopened', {}),
    item(6, AGENT, 'constructor', {}),
  ]);
  expect(rowsOf(terminal(replica)).slice(1).map(textOf)).toEqual([
    'Bea is looking after your conversation',
    'Bea closed the conversation, 11:59',
    'You rated it 4 of 5',
    'Conversation opened again, 11:59',
    'Something here can’t be shown in this version',
  ]);
});

test('a run of one agent in one minute bears its name once', () => {
  const replica = chat([item(1, AGENT, 'message', { text: 'a' }), item(2, AGENT, 'message', { text: 'b' })]);
  const [, first, second] = rowsOf(terminal(replica)) as MessageRow[];
  expect([first?.continued, second?.continued]).toEqual([true, false]);
});

test('numbers of items are nowhere in what a customer reads', () => {
  const replica = chat([item(731, CUSTOMER, 'message', { text: 'a' }), item(732, AGENT, 'resolved', {})]);
  expect(
    rowsOf(terminal(replica))
      .map((row) => textOf(row))
      .join(' '),
  ).not.toMatch(/73[12]/);
});

test('SND7 only a first message names the inbox', () => {
  expect(messageBody(NEW, 'a', 'key')).toEqual({ text: 'a', inbox: 'key' });
  expect(messageBody(S, 'a', 'key')).toEqual({ text: 'a' });
});

test('writing is shown while it lasts, and not one’s own', () => {
  const typing = new Map([
    ['agent:a', { name: 'Bea Lindqvist', until: NOON + 1 }],
    ['agent:b', { name: 'Jonas Weyrich', until: NOON }],
    ['customer:c', { name: 'Maeve', until: NOON + 1 }],
  ]);
  expect(writersOf(chat([], { typing }), NOON)).toEqual([{ name: 'Bea', initials: 'BL' }]);
});
