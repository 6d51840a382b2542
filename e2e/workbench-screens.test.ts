import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { DEMO } from '../packages/server/src/demo/content.ts';
import { mirrored, screen, violationsFound } from './drawing.ts';
import { House } from './house.ts';
import { Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// The screens beside the conversations: drawn, and examined for WCAG 2.2 A and AA.

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const LONG = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfarbe';

useHouse(() => House.buildDemo());
afterEach(() => void violationsFound());

const signIn = async (options: BrowserContextOptions = {}) =>
  Desk.signIn(house, await newContext(browser, options), DEMO.agents[0]?.email ?? '', DEMO.password);

async function find(page: Page, q: string): Promise<void> {
  const field = page.getByRole('searchbox');
  await until(async () => {
    await field.fill('');
    await field.fill(q);
    await page.locator('.find__results[aria-busy=false] .find__end').waitFor();
    return (await page.locator('.hit__at').count()) > 0;
  }, `hits for ${q}`);
}

test('search: nothing asked, found, nothing found, failed, on a phone', async () => {
  const { page, link } = await signIn();
  await page.keyboard.press('/');
  await page.getByRole('searchbox').waitFor();
  await screen('search-empty', page);
  await find(page, 'lamp');
  await page.locator('.find__rows .is-hit').waitFor();
  await screen('search', page);
  await mirrored('search', page);
  await page.setViewportSize({ width: 390, height: 844 });
  await screen('phone-search', page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('searchbox').fill(`${LONG} ${LONG}`);
  await page.getByText(/^Nothing found/).waitFor();
  await screen('search-nothing', page);
  link.cut();
  await page.getByRole('searchbox').fill('lamp shade');
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await screen('search-failed', page);
  expect(violationsFound()).toEqual([]);
});

test('saved replies in the composer and their page; labels, filters, palette', async () => {
  const { page, composer, take } = await signIn().then((desk) => ({
    page: desk.page,
    composer: desk.composer,
    take: () => desk.take(),
  }));
  await page.getByRole('link', { name: 'Settings' }).click();
  await screen('settings-own', page);
  await page.getByRole('link', { name: 'Saved replies' }).click();
  await page.getByText('No saved replies yet').waitFor();
  await screen('settings-replies-empty', page);
  for (const [shortcut, folder, text] of [
    ['replace-keep', 'Breakage', 'A new one is on its way to {city}, {first_name}. Keep the faulty one.'],
    ['replace-return', 'Breakage', `A new one is on its way, with a label for the old one. ${LONG}`],
    ['late', '', 'Sorry for the wait, {first_name}. Here is where we are.'],
  ] as const) {
    await page.getByRole('button', { name: 'New reply' }).click();
    await page.getByLabel('Shortcut').fill(shortcut);
    await page.getByLabel('Folder').fill(folder);
    await page.getByLabel('Text').fill(text);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/^Saved \d/).waitFor();
  }
  await screen('settings-replies', page);
  await mirrored('settings-replies', page);
  await page.getByRole('link', { name: 'My work' }).click();
  await take();
  await composer.fill('');
  await page.keyboard.type('Yes. /re');
  await page.getByRole('option', { name: /replace-keep/ }).waitFor();
  await screen('desk-saved-replies', page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Emoji' }).click();
  await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
  await screen('desk-emoji', page);
  await page.keyboard.press('Escape');
  await page.getByRole('log').focus();
  await page.keyboard.press('l');
  await page.getByRole('combobox', { name: 'A label' }).fill('loom fault');
  await page.keyboard.press('Enter');
  await screen('desk-labels', page);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await screen('desk-filter', page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search or jump to' }).fill('re');
  await page.getByRole('option').first().waitFor();
  await screen('palette', page);
  await mirrored('palette', page);
  await page.getByRole('combobox', { name: 'Search or jump to' }).fill(`no ${LONG}`);
  await page.getByText(/^Nothing called/).waitFor();
  await screen('palette-nothing', page);
  expect(violationsFound()).toEqual([]);
});

test('customers, one customer, mentions; on a phone too', async () => {
  for (const [name, options] of [
    ['', {}],
    ['phone-', PHONE],
  ] as const) {
    const { page, link } = await signIn(options);
    await page.goto(`${link.url}/desk/mentions`);
    await page.getByText('Nobody has named you yet').waitFor();
    await screen(`${name}mentions-empty`, page);
    await page.goto(`${link.url}/desk/customers`);
    await page.locator('.people__i').first().waitFor();
    await screen(`${name}customers`, page);
    await page.locator('.people__i').nth(1).click();
    await page.locator('.cust__row').first().waitFor();
    await page.getByRole('textbox', { name: 'Only your team sees this.' }).fill(`Prefers the evening. ${LONG}`);
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.locator('.cust .note').first().waitFor();
    await screen(`${name}customer`, page);
    await mirrored(`${name}customer`, page);
    await page.getByRole('button', { name: 'Start a conversation' }).click();
    await page.getByRole('dialog').waitFor();
    await screen(`${name}customer-begin`, page);
    await page.goto(`${link.url}/desk/customers/nobody`);
    await page.getByRole('alert').waitFor();
    await screen(`${name}customer-none`, page);
  }
  expect(violationsFound()).toEqual([]);
});
