import { expect, test } from 'vitest';
import { Customer, Desk, newContext } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

test('a saved reply is made, found with a slash by keys alone, filled in and sent; a colleague has it too', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Can I have my money back?');
  await c.isStored();

  await a.page.getByRole('link', { name: 'Settings' }).click();
  await a.page.getByRole('navigation').getByRole('link', { name: 'Saved replies' }).click();
  await a.page.getByText('No saved replies yet').waitFor();
  await a.page.getByRole('button', { name: 'New reply' }).click();
  await a.page.getByLabel('Shortcut').fill('bad one');
  await a.page.getByLabel('Text').fill('Of course. {agent_first_name} sees to {thing} in {queue} now.');
  await a.page.getByRole('button', { name: 'Save', exact: true }).click();
  await a.page.getByText('A shortcut is made of letters, digits, - and _.').waitFor();
  await a.page.getByLabel('Shortcut').fill('refund');
  await a.page.getByLabel('Folder').fill('Money');
  await a.page.getByLabel('For').selectOption({ label: 'Everybody' });
  await a.page.getByRole('button', { name: 'Save', exact: true }).click();
  await a.page.getByText(/^Saved \d/).waitFor();
  await a.page.getByRole('heading', { name: 'Money' }).waitFor();

  const b = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await b.take();
  await b.sawAll();
  await b.composer.focus();
  await b.page.keyboard.type('Hello. /ref');
  await b.page.getByRole('option', { name: /refund/ }).waitFor();
  await b.page.keyboard.press('Enter');
  const text = await b.composer.inputValue();
  expect(text).toBe('Hello. Of course. Tom sees to {thing} in Orders now.');
  // What nobody could fill in is selected.
  await b.page.keyboard.type('it');
  await b.page.keyboard.press('Control+Enter');
  await c.sees('Hello. Of course. Tom sees to it in Orders now.');

  // A draft becomes a reply of one's own.
  await b.page.keyboard.type('Have a good evening. /');
  await b.page.getByRole('button', { name: 'Save your draft as a reply' }).click();
  await b.page.getByLabel('Shortcut').fill('evening');
  await b.page.getByRole('button', { name: 'Save', exact: true }).click();
  await b.page.getByText('Saved as').waitFor();
  await b.composer.fill('');
  await b.page.keyboard.type('/eve');
  await b.page.getByRole('option', { name: /evening/ }).waitFor();
  await b.page.keyboard.press('Escape');
  expect(await b.page.getByRole('option', { name: /evening/ }).count()).toBe(0);
  expect(await b.composer.inputValue()).toBe('/eve');
  await a.page.reload();
  await a.page.getByRole('button', { name: /\/refund/ }).click();
  await a.page.getByText('used 1 time').waitFor();
  expect(await a.page.getByText('/evening').count()).toBe(0);
  expect([...a.errors, ...b.errors, ...c.errors]).toEqual([]);
});
