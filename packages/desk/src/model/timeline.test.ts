import { expect, test } from 'vitest';
import { heldReply, item, ME, ORLA, S, START, SYSTEM, said, TEO, terminal, windowOf } from './test-terminal.ts';
import { rowIndex, type TimelineRow, timelineRows } from './timeline.ts';

const view = { now: START + 3_600_000, opened: new Set<number>() };

function kinds(rows: TimelineRow[]): string[] {
  return rows.map((row) => ('n' in row ? `${row.type} ${row.n}` : row.type));
}

test('messages, notes and system items stand with their numbers; a day begins with its name', () => {
  const items = [
    said(1, ORLA, 'Hello'),
    item(2, ME, 'assigned', { from: 'queue:q1', to: 'agent:a1', reason: 'take' }),
    item(3, TEO, 'note', { text: 'Careful' }),
    said(4, ME, 'Good day'),
    said(5, ORLA, 'Next day', 90_000),
  ];
  const rows = timelineRows(terminal([windowOf(items)]), S, view);
  expect(kinds(rows)).toEqual(['day', 'message 1', 'system 2', 'note 3', 'message 4', 'day', 'message 5']);
  expect(rows[2]).toMatchObject({ line: { sentence: { key: 'item.takenAfter.you' } } });
});

test('where the numbers jump, what happened in passing is one line that can be opened', () => {
  const items = [
    said(1, ORLA, 'Hello'),
    item(2, ME, 'labelled', { added: ['gift'], removed: [] }),
    item(3, SYSTEM, 'something-new', { of: 'a later version' }),
    item(4, SYSTEM, 'queued', { from: null, to: 'queue:q1' }),
    said(5, ME, 'Yes'),
  ];
  const t = terminal([windowOf(items)]);
  expect(timelineRows(t, S, view)[2]).toMatchObject({ type: 'quiet', from: 2, count: 3 });
  expect(rowIndex(timelineRows(t, S, view), 3)).toBe(2);
  const opened = timelineRows(t, S, { ...view, opened: new Set([2]) });
  expect(kinds(opened)).toEqual(['day', 'message 1', 'quiet', 'system 2', 'system 3', 'system 4', 'message 5']);
  expect(opened[4]).toMatchObject({ line: { sentence: { key: 'item.unknown' } } });
});

test('GRD2 what must be seen is never folded away', () => {
  const items = [
    item(1, TEO, 'assigned', { from: null, to: 'agent:a1' }),
    item(2, TEO, 'transferred', { from: 'agent:a1', to: 'queue:q2' }),
    item(3, TEO, 'resolved', {}),
  ];
  const rows = timelineRows(terminal([windowOf(items, { seen: { n: 0, h: 'h0' } })]), S, view);
  expect(kinds(rows)).toEqual(['day', 'system 1', 'system 2', 'system 3']);
  expect(rows.slice(1).every((row) => 'toBeSeen' in row && row.toBeSeen)).toBe(true);
});

test('an edit changes its target and says so; an erased message keeps its place without its words', () => {
  const items = [
    said(1, ORLA, 'before'),
    said(2, ORLA, 'secret'),
    item(3, ORLA, 'edited', { target: 1, text: 'after' }),
    item(4, ORLA, 'erased', { target: 2 }),
  ];
  const rows = timelineRows(terminal([windowOf(items)]), S, view);
  expect(rows[1]).toMatchObject({ text: 'after', isEdited: true });
  expect(rows[2]).toMatchObject({ text: undefined });
  expect(rows[3]).toMatchObject({ line: { sentence: { key: 'item.edited.other' } } });
});

test('a reply is stored, then seen; only the newest says when', () => {
  const items = [said(1, ORLA, 'a'), said(2, ME, 'b'), said(3, ME, 'c'), said(4, ME, 'd')];
  const reads = new Map([['customer:c1', { n: 3, at: items[3]?.at ?? '' }]]);
  const rows = timelineRows(terminal([windowOf(items, { reads })]), S, view);
  expect(rows.slice(2).map((row) => row.type === 'message' && row.life)).toEqual([
    { state: 'seen' },
    { state: 'seen', at: expect.any(String) },
    { state: 'stored' },
  ]);
});

test('CLK1 unanswered messages are marked, answered ones are not', () => {
  const items = [said(1, ORLA, 'a'), said(2, ME, 'b'), said(3, ORLA, 'c')];
  const rows = timelineRows(terminal([windowOf(items)]), S, view);
  expect(rows.slice(1).map((row) => row.type === 'message' && row.isWaiting)).toEqual([false, false, true]);
});

test('what came while a held reply was written is marked, with how long before the press it came', () => {
  const items = [said(1, ORLA, 'a'), said(2, ORLA, 'b', 51)];
  const t = terminal([windowOf(items, { seen: { n: 1, h: 'h1' } })], { outbox: [heldReply('mine', 1)] });
  const rows = timelineRows(t, S, view);
  expect(kinds(rows)).toEqual(['day', 'message 1', 'newline', 'message 2']);
  expect(rows[2]).toMatchObject({ sentence: { key: 'newline.writing' } });
  expect(rows[3]).toMatchObject({
    isNew: true,
    tag: { key: 'held.arrived.before', values: { span: '9s' } },
  });
});

test('after having been away, the line says how many arrived', () => {
  const items = [said(1, ORLA, 'a'), said(2, ORLA, 'b', 100), said(3, ORLA, 'c', 200)];
  const caughtUp = { from: 2, to: 3, at: START + 300_000 };
  const t = terminal([windowOf(items, { seen: { n: 1, h: 'h1' }, caughtUp })]);
  const line = timelineRows(t, S, view)[2];
  expect(line).toMatchObject({ type: 'newline', sentence: { key: 'newline.away', values: { count: 2 } } });
});

test('SND1 the outbox stands at the end, without a number; what is not yet kept on the device is not shown', () => {
  const waiting = heldReply('kept', 1, { id: 'p2', state: { name: 'waiting' }, order: 2 });
  const writing = heldReply('not yet', 1, { id: 'p3', state: { name: 'writing' }, order: 3 });
  const refused = heldReply('long', 1, { id: 'p1', state: { name: 'refused', code: 'too_large', message: 'x' } });
  const t = terminal([windowOf([said(1, ORLA, 'a')])], { outbox: [waiting, writing, refused] });
  const rows = timelineRows(t, S, view).filter((row) => row.type === 'outbox');
  expect(rows.map((row) => [row.text, row.state, row.sentence.key])).toEqual([
    ['long', 'refused', 'refused.tooLarge'],
    ['kept', 'outbox', 'outbox.since'],
  ]);
});

test('older items that are not held yet begin with a row that asks for them', () => {
  const rows = timelineRows(terminal([windowOf([said(41, ORLA, 'a')])]), S, view);
  expect(kinds(rows)).toEqual(['older', 'day', 'message 41']);
});

test('SND8 what a customer wrote before having seen the last reply is marked; a reply can be asked what was seen', () => {
  const reply = item(2, TEO, 'message', { text: 'Yes', seen: { n: 1, h: 'h1' }, covers: 1 });
  const crossing = item(3, ORLA, 'message', { text: 'Hello?', basedOn: { n: 1, h: 'h1' } });
  const after = item(4, ORLA, 'message', { text: 'Thanks', basedOn: { n: 3, h: 'h3' } });
  const rows = timelineRows(terminal([windowOf([said(1, ORLA, 'Hi'), reply, crossing, after])]), S, view);
  const messages = rows.flatMap((row) => (row.type === 'message' ? [[row.n, row.crossed, row.hasEvidence]] : []));
  expect(messages).toEqual([
    [1, undefined, false],
    [2, undefined, true],
    [3, 2, false],
    [4, undefined, false],
  ]);
});
