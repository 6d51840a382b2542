import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { look } from './examine.ts';
import { PASSWORD } from './house.ts';
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

test('a customer is merged into another, exported, and erased by name; nothing of them is left', async () => {
  const email = 'ada@e2e.example';
  await house.run(['agent', 'add', '--email', email, '--password', PASSWORD, '--name', 'Ada Admin', '--role', 'admin']);
  const a = await Desk.signIn(house, await newContext(browser), email);
  const { page } = a;
  const found: string[] = [];
  const names: string[] = [];
  for (const text of ['Is the heron lamp in stock?', 'I asked about the heron lamp']) {
    const c = await Customer.visit(house, await newContext(browser));
    await c.writes(text);
    await c.isStored();
    await page.goto(`${a.link.url}/desk/all`);
    await a.rows.filter({ hasText: text }).click();
    await a.says(text);
    await page.getByRole('complementary', { name: 'Customer' }).getByRole('link').first().click();
    await page.locator('.cust__row').first().waitFor();
    names.push((await page.locator('.cust__name').textContent()) ?? '');
  }
  await page.getByRole('button', { name: 'Merge' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('searchbox').fill(names[0]?.split('#')[1] ?? '');
  const choice = dialog.getByRole('radio').first();
  await choice.waitFor({ state: 'attached' });
  await choice.focus();
  await page.keyboard.press('Space');
  found.push(...(await look('customer-merge', page, page)));
  await dialog.getByRole('button', { name: `Merge into ${names[0]}` }).click();
  await until(async () => (await page.locator('.cust__row').count()) === 2, 'both conversations in one');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export data' }).click();
  const file = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(file.conversations).toHaveLength(2);

  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  const erase = dialog.getByRole('button', { name: 'Erase for good' });
  expect(await erase.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill((await page.locator('.cust__name').textContent()) ?? '');
  found.push(...(await look('customer-erase', page, page)));
  await erase.click();
  await dialog.waitFor({ state: 'detached' });
  await until(async () => (await page.locator('.cust').getByText('heron').count()) === 0, 'the words to be gone');
  await page.locator('.cust__row').first().click();
  await a.timeline.getByText('Erased').first().waitFor();
  expect(found).toEqual([]);
  expect(a.errors).toEqual([]);
});
