import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

test('a customer has a page, notes of the team, and hears from an agent who begins; who is named in a note finds it', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Where is my lamp?');
  await c.isStored();
  await a.take();
  await a.sawAll();
  await a.page.getByRole('button', { name: 'Emoji' }).click();
  await a.page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: '📦' }).click();
  await a.page.keyboard.type(' is on its way');
  await a.page.keyboard.press('Control+Enter');
  await c.sees('📦 is on its way');
  await a.page.keyboard.press('Escape');
  await a.page.keyboard.press('n');
  await a.page.keyboard.type('@Tom, did you pack it?');
  await a.page.keyboard.press('Control+Enter');
  await a.timeline.getByText('did you pack it?').waitFor();
  await a.page.keyboard.press('Escape');
  await a.page.keyboard.press('e');
  await a.page.getByText('can write again at any time').waitFor();

  await a.page.getByRole('link', { name: 'Customers' }).click();
  await a.page.locator('.people__i').first().click();
  await a.page
    .getByText('1 minute', { exact: false })
    .or(a.page.getByText('first reply in', { exact: false }))
    .waitFor();
  await a.page.getByRole('textbox', { name: 'Only your team sees this.' }).fill('Prefers the evening.');
  await a.page.getByRole('button', { name: 'Add note' }).click();
  await a.page.locator('.cust .note').getByText('Prefers the evening.').waitFor();
  await a.page.getByRole('button', { name: 'Start a conversation' }).click();
  await a.page.getByRole('dialog').getByRole('textbox').fill('Did the lamp arrive?');
  await a.page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
  await a.says('Did the lamp arrive?');
  await a.page.getByRole('complementary', { name: 'Customer' }).getByRole('link').first().click();
  await a.page.locator('.cust__row').nth(1).waitFor();
  expect(await a.page.locator('.cust__row').count()).toBe(2);

  const b = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await b.page.getByRole('link', { name: /^Mentions\s*1$/ }).click();
  await b.page.locator('.hit.is-new .hit__at').click();
  await b.page.getByRole('log').getByText('did you pack it?').waitFor();
  await until(async () => (await b.page.getByRole('link', { name: /^Mentions\s*1$/ }).count()) === 0, 'it to be seen');
  expect([...a.errors, ...b.errors, ...c.errors]).toEqual([]);
});
