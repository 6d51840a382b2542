import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

test('everything goes by its name and by keys: commands, places, people, numbers, words that were said', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Is my samovar ready?');
  await c.isStored();
  const { keyboard } = a.page;
  const palette = a.page.getByRole('combobox', { name: 'Search or jump to' });
  const ask = async (typed: string) => {
    await keyboard.press('Control+k');
    await palette.fill(typed);
  };
  await ask('take next');
  await keyboard.press('Enter');
  await a.composer.waitFor();
  await a.sawAll();

  await a.composer.focus();
  await keyboard.type('Yes, ');
  await ask('set aside');
  await a.page
    .getByRole('option', { name: /Set aside/ })
    .first()
    .waitFor();
  await keyboard.press('Escape');
  await a.page.getByRole('dialog').waitFor({ state: 'detached' });
  // The draft and the caret are where they were.
  await until(
    () => a.composer.evaluate((element) => element === document.activeElement),
    'the composer to be in front',
  );
  await keyboard.type('it is.');
  expect(await a.composer.inputValue()).toBe('Yes, it is.');
  await keyboard.press('Control+Enter');
  await c.sees('Yes, it is.');

  await ask('#1');
  await a.page.getByRole('option', { name: /#1/ }).first().waitFor();
  await keyboard.press('Escape');
  await ask('> all op');
  await keyboard.press('Enter');
  await a.page.waitForURL('**/desk/all');
  await ask('samovar');
  await a.page.getByText('Nothing called “samovar”. Search messages for it').waitFor();
  await keyboard.press('Enter');
  await a.page.waitForURL('**/desk/search?q=samovar');
  await a.page.locator('.hit__at').first().waitFor();
  expect([...a.errors, ...c.errors]).toEqual([]);
});

test('keys can be others, on every terminal of their agent; other sessions can be ended', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  const b = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await a.page.keyboard.press('?');
  await a.page.getByRole('button', { name: 'Change keys' }).click();
  await a.page.getByRole('button', { name: 'Change the key of: All open' }).click();
  await a.page.keyboard.press('j');
  await a.page.getByText('That key is for “Next conversation” already.').waitFor();
  await a.page.getByRole('button', { name: 'Change the key of: All open' }).click();
  await a.page.keyboard.press('o');
  await a.page.getByRole('button', { name: 'As it was: All open' }).waitFor();
  await a.page.locator('h1').click();
  await a.page.keyboard.press('o');
  await a.page.waitForURL('**/desk/all');
  await b.page.reload();
  await b.page.locator('.list').waitFor();
  await until(async () => {
    await b.page.keyboard.press('o');
    return b.page.url().endsWith('/desk/all');
  }, 'the other terminal to know the key');

  await a.page.getByRole('link', { name: 'Settings' }).click();
  await a.page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await b.page.getByText('Your session has ended.', { exact: false }).waitFor();
  await a.page.getByText('This one').waitFor();
  expect(await a.page.getByRole('button', { name: 'Sign out everywhere else' }).count()).toBe(0);
  expect([...a.errors, ...b.errors]).toEqual([]);
});
