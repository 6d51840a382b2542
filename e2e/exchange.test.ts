import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

/** What a page's connection goes over now: the last that brought it anything. */
function roadOf(page: Page): { over: 'nothing' | 'posts' | 'a socket' } {
  const road: ReturnType<typeof roadOf> = { over: 'nothing' };
  page.on('response', (response) => {
    if (response.url().endsWith('/v1/exchange') && response.ok()) road.over = 'posts';
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', () => {
      road.over = 'a socket';
    }),
  );
  return road;
}

test('CON8 where a proxy lets no socket pass the main job goes on over posts, and over sockets again once it does', async () => {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Can you read me?');
  await c.isStored();
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  const roads = [roadOf(a.page), roadOf(c.page)];
  const isOver = (over: string) => until(async () => roads.every((road) => road.over === over), `both over ${over}`);
  // One page begins with it, the other meets it on its way.
  for (const { link } of [a, c]) {
    link.refuseUpgrades(true);
    link.breakAll();
  }
  await a.page.reload();
  await isOver('posts');
  await a.take();
  await a.says('Can you read me?');
  await a.sawAll();
  await a.reply('Every word.');
  await c.sees('Every word.');
  await a.lookAway();
  await c.writes('And now?');
  await c.isStored();
  await a.says('And now?');
  await a.reply('Written blindly');
  await a.held.waitFor();
  await a.lookBack();
  await a.reviewAndSend();
  await c.sees('Written blindly');
  for (const { link } of [a, c]) link.refuseUpgrades(false);
  await isOver('a socket');
  await c.writes('Thank you');
  await a.says('Thank you');
  await a.isInStep();
  const texts = ['Can you read me?', 'Every word.', 'And now?', 'Written blindly', 'Thank you'];
  expect(await house.storedIn(a.conversation)).toEqual(texts);
  expect((await a.messages()).map(({ text }) => text)).toEqual(texts);
  expect((await c.messages()).map(({ text }) => text)).toEqual(texts);
  expect(roads.map(({ over }) => over)).toEqual(['a socket', 'a socket']);
  expect([...a.errors, ...c.errors]).toEqual([]);
});
