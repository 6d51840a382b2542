import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

interface Shown {
  title: string;
  onclick?: () => void;
}

/** Stands where the browser's own notifications would, which a browser without a screen does not show. */
async function recordNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: { title: string; onclick?: () => void }[] = [];
    class Recorded {
      static permission = 'granted';
      static requestPermission = async () => 'granted';
      onclick?: () => void;
      readonly title: string;
      constructor(title: string) {
        this.title = title;
        shown.push(this);
      }
      close(): void {
        this.onclick = () => undefined;
      }
    }
    Object.assign(window, { Notification: Recorded, shown });
  });
}

const shownIn = (page: Page) =>
  page.evaluate(() => (window as unknown as { shown: Shown[] }).shown.map(({ title }) => title));

test('a notice comes once over several tabs, leads to its conversation, and tab and title show who waits', async () => {
  const context = await newContext(browser);
  const a = new Desk(await context.newPage(), await house.link());
  await recordNotifications(a.page);
  await a.page.goto(`${a.link.url}/desk/`);
  await a.page.getByLabel('E-mail').fill('tom@e2e.example');
  await a.page.getByLabel('Password').fill('correct horse battery');
  await a.page.keyboard.press('Enter');
  await a.page.locator('.list').waitFor();
  await a.page.locator('.me').first().click();
  await a.page.getByRole('menuitem', { name: 'Notices' }).click();
  await a.page.getByRole('checkbox', { name: 'A customer’s message: Notification' }).check();
  await a.page.getByRole('button', { name: 'Close' }).click();

  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Is anybody there?');
  await c.isStored();
  await a.take();
  await a.sawAll();
  await a.reply('I am.');
  await c.sees('I am.');
  const { conversation } = a;
  const b = new Desk(await context.newPage(), a.link);
  await recordNotifications(b.page);
  await b.page.goto(`${a.link.url}/desk/my-work`);
  await b.rows.first().waitFor();
  await b.lookAway();
  await a.page.goto(`${a.link.url}/desk/my-work`);
  await a.rows.first().waitFor();
  await a.lookAway();

  await c.writes('Good. I have a question.');
  const all = async () => [...(await shownIn(a.page)), ...(await shownIn(b.page))];
  await until(async () => (await all()).length > 0, 'a notice');
  await until(async () => (await b.page.title()).startsWith('(1) '), 'the title to tell of it');
  const icon = (page: Page) => page.locator('link[rel=icon]').getAttribute('href');
  expect(await icon(a.page)).toContain('heed-wait');
  expect(await all()).toHaveLength(1);
  const teller = (await shownIn(a.page)).length > 0 ? a : b;
  await teller.page.evaluate(() => (window as unknown as { shown: Shown[] }).shown[0]?.onclick?.());
  await teller.page.waitForURL(`**/desk/my-work/${conversation}`);
  await teller.says('Good. I have a question.');
  // In front of somebody it is no notice.
  await teller.lookBack();
  await c.writes('Or two.');
  await teller.says('Or two.');
  await teller.sawAll();
  await teller.reply('Go on.');
  await c.sees('Go on.');
  await until(async () => !(await b.page.title()).startsWith('('), 'the title to be calm again');
  expect(await all()).toHaveLength(1);
  expect([...a.errors, ...b.errors, ...c.errors]).toEqual([]);
});
