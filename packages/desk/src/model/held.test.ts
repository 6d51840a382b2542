import { expect, test } from 'vitest';
import { heldCard, reviewStep } from './held.ts';
import { heldReply, item, ME, ORLA, S, START, said, TEO, terminal, windowOf } from './test-terminal.ts';

const earlier = [said(1, ORLA, 'Hello'), said(2, ORLA, 'Are you there?')];
const seen = { n: 2, h: 'h2' };

test('GRD3 the customer wrote more: the draft is kept to the letter, and the primary key reviews first', () => {
  const items = [...earlier, said(3, ORLA, 'One more thing', 51), said(4, ORLA, 'And this', 58)];
  const t = terminal([windowOf(items, { seen })], { outbox: [heldReply('  My draft\n', 2)] });
  const card = heldCard(t, S, false);
  expect(card).toMatchObject({
    text: '  My draft\n',
    title: { key: 'held.title' },
    text2: { key: 'held.text', values: { count: 2, name: 'Orla' } },
    primary: { key: 'held.review' },
    yours: 2,
    now: 4,
    firstUnseen: 3,
    shape: { kind: 'customer' },
  });
  expect(card && reviewStep(card)).toEqual({ do: 'show', n: 3 });
  expect(heldCard(t, S, true)?.primary).toEqual({ key: 'held.sendAfter', values: { n: 4 } });
});

test('once everything new has been seen, the primary key sends', () => {
  const items = [...earlier, said(3, ORLA, 'One more thing', 51)];
  const t = terminal([windowOf(items, { seen: { n: 3, h: 'h3' } })], { outbox: [heldReply('Mine', 2)] });
  const card = heldCard(t, S, true);
  expect(card && reviewStep(card)).toEqual({ do: 'send' });
});

test('a colleague answered: both replies side by side, the safe action first', () => {
  const text = 'Good news: two new shades are on this afternoon’s courier, due on Thursday before noon';
  const items = [...earlier, said(3, TEO, text, 54)];
  const draft =
    'I have put two new shades on the way; they are on this afternoon’s courier, due on Thursday before noon.';
  const t = terminal([windowOf(items, { seen })], { outbox: [heldReply(draft, 2)] });
  const card = heldCard(t, S, false);
  expect(card?.title).toEqual({ key: 'held.colleague.title', values: { name: 'Teo' } });
  expect(card?.primary).toEqual({ key: 'held.colleague.send' });
  expect(card?.shape).toMatchObject({ kind: 'colleague', theirs: { n: 3 } });
  expect(card?.text2).toEqual({ key: 'held.colleague.text', values: { name: 'Teo', span: '6s' } });
});

test('GRD4 only who sends beside somebody else’s reply says why', () => {
  const beside = terminal([windowOf([...earlier, said(3, TEO, 'Hello', 50)], { seen })], {
    outbox: [heldReply('Mine', 2)],
  });
  const after = terminal([windowOf([...earlier, said(3, ORLA, 'More', 50)], { seen })], {
    outbox: [heldReply('Mine', 2)],
  });
  expect([heldCard(beside, S, false)?.asksWhy, heldCard(after, S, false)?.asksWhy]).toEqual([true, false]);
});

test('GRD5 a repeat names who said it, and when', () => {
  const items = [...earlier, said(3, TEO, 'It is on its way.', 40)];
  const hold = heldReply('It is on its way', 3, {
    state: { name: 'held', because: [], heldAt: START + 60_200, duplicateOf: 3 },
  });
  const card = heldCard(terminal([windowOf(items)], { outbox: [hold] }), S, false);
  expect(card).toMatchObject({
    title: { key: 'held.repeat.title' },
    text2: { key: 'held.repeat.text', values: { name: 'Teo' } },
    asksWhy: true,
    shape: { kind: 'colleague', theirs: { n: 3 } },
  });
  expect(card && reviewStep(card)).toEqual({ do: 'send' });
});

test('a customer’s message after the colleague’s reply makes it the customer’s case again', () => {
  const items = [...earlier, said(3, TEO, 'Hello', 50), said(4, ORLA, 'Thanks, and', 55)];
  const t = terminal([windowOf(items, { seen })], { outbox: [heldReply('Mine', 2)] });
  expect(heldCard(t, S, false)).toMatchObject({
    shape: { kind: 'customer' },
    text2: { key: 'held.text.mixed', values: { count: 2 } },
  });
});

test('GRD2 an answer of one’s own from another window is said to be that', () => {
  const items = [...earlier, said(3, ME, 'From the other window', 50)];
  const t = terminal([windowOf(items, { seen })], { outbox: [heldReply('Mine', 2)] });
  expect(heldCard(t, S, false)?.title).toEqual({ key: 'held.self.title' });
});

test('a reply that waited in the outbox says that its author is back', () => {
  const items = [...earlier, item(3, TEO, 'note', { text: 'Note' }, 100)];
  const caughtUp = { from: 3, to: 3, at: START + 119_000 };
  const hold = heldReply('Mine', 2, { state: { name: 'held', because: [3], heldAt: START + 120_000 } });
  const t = terminal([windowOf(items, { seen, caughtUp })], { outbox: [hold] });
  expect(heldCard(t, S, false)).toMatchObject({
    title: { key: 'held.outbox.title' },
    text2: { key: 'held.outbox.text', values: { count: 1, n: 2 } },
    shape: { kind: 'outbox' },
  });
});

test('a resolve can be held too; it has no draft to edit', () => {
  const items = [...earlier, said(3, ORLA, 'Wait', 59)];
  const hold = heldReply('', 2, { kind: 'resolve', body: {} });
  const card = heldCard(terminal([windowOf(items, { seen })], { outbox: [hold] }), S, false);
  expect(card).toMatchObject({
    title: { key: 'held.title.resolve' },
    primary: { key: 'held.reviewResolve' },
    text: '',
  });
  expect(card?.edit).toBeUndefined();
});

test('what this terminal sent itself is never news', () => {
  const items = [...earlier, said(3, ME, 'Sent here', 50), said(4, ORLA, 'More', 55)];
  const t = terminal([windowOf(items, { seen })], { outbox: [heldReply('Mine', 2)], mine: new Set(['i3']) });
  expect(heldCard(t, S, false)?.news.map(({ n }) => n)).toEqual([4]);
});
