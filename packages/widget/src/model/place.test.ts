import { expect, test } from 'vitest';
import { pickWords } from '../words/pick.ts';
import { learnTheRest } from '../words/rest.ts';
import { placeCard, waitingSince } from './place.ts';
import { AGENT, CUSTOMER, chat, item, NOON, pending, terminal, WORDS } from './samples.test-data.ts';

const waiting = chat([item(1, CUSTOMER, 'message', { text: 'a' }, NOON - 48_000)]);
const cardOf = (replica = waiting, more = {}, words = WORDS) =>
  placeCard(terminal(replica, more), replica, true, NOON, words);

test('the place, the pace and the promise', () => {
  const card = cardOf({ ...waiting, place: { place: 3, waitMs: 118_000 } });
  expect(card).toMatchObject({ title: '3rd in line', clock: 'waiting 0:48', bars: 3 });
  expect(card?.text).toMatch(/^About 2 minutes at today’s pace\. Your message is stored:/);
});

test('what was not measured is not said', () => {
  expect(cardOf({ ...waiting, place: { place: 1, waitMs: null } })?.text).toMatch(/^Your message is stored/);
  expect(cardOf()).toMatchObject({ title: 'In line', bars: 0 });
});

test('ordinals follow the language', async () => {
  const titles = [1, 2, 3, 4, 11, 21, 22].map((place) => cardOf({ ...waiting, place: { place, waitMs: null } })?.title);
  expect(titles.map((title) => title?.split(' ')[0])).toEqual(['1st', '2nd', '3rd', '4th', '11th', '21st', '22nd']);
  const german = await pickWords('de-DE', []);
  await learnTheRest(german);
  expect(cardOf({ ...waiting, place: { place: 3, waitMs: null } }, {}, german)?.title).toBe('Platz 3 in der Reihe');
});

test('the clock runs by the server’s time', () => {
  expect(cardOf(waiting, { skewMs: 12_000 })?.clock).toBe('waiting 1:00');
});

test('no card while somebody serves, nothing is unanswered, it is closed, or not everything is stored', () => {
  expect(cardOf({ ...waiting, state: { status: 'open', servedBy: { id: 'a', name: 'Bea' } } })).toBeUndefined();
  expect(cardOf({ ...waiting, state: { status: 'resolved', servedBy: null } })).toBeUndefined();
  expect(cardOf(chat([...waiting.items, item(2, AGENT, 'message', { text: 'b' })]))).toBeUndefined();
  expect(cardOf(waiting, { outbox: [pending('p', { name: 'waiting' })] })).toBeUndefined();
  expect(
    cardOf(waiting, { link: { state: 'waiting', since: 0, until: 0, attempt: 1 }, lostAt: NOON - 3000 }),
  ).toBeUndefined();
});

test('the wait begins with the oldest message that nobody answered', () => {
  const items = [
    item(1, CUSTOMER, 'message', { text: 'a' }, NOON - 50_000),
    item(2, AGENT, 'message', { text: 'b' }, NOON - 40_000),
    item(3, CUSTOMER, 'message', { text: 'c' }, NOON - 30_000),
    item(4, CUSTOMER, 'message', { text: 'd' }, NOON - 20_000),
  ];
  expect(waitingSince(chat(items))).toBe(NOON - 30_000);
});
