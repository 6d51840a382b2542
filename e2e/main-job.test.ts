import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { House, pause } from './house.ts';
import { Customer, Desk, newContext, openBrowser } from './people.ts';

let house: House;
let browser: Browser;
beforeAll(async () => {
  house = await House.build();
});
afterAll(() => house.tearDown());
beforeEach(async () => {
  browser = await openBrowser();
});
afterEach(() => browser.close());

const ann = async () => Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
const tom = async () => Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
const customer = async () => Customer.visit(house, await newContext(browser));

/** How often a text is stored among the messages of conversations. */
async function stored(): Promise<{ ok: boolean }> {
  const { code, output } = await house.tryRun(['verify']);
  if (code !== 0) throw new Error(output.slice(0, 4_000));
  return { ok: code === 0 };
}

test('a customer writes, an agent takes the work order and answers', async () => {
  const c = await customer();
  await c.writes('Where is my parcel?');
  await (await c.frame()).getByText('Stored').first().waitFor();
  const a = await ann();
  await a.take();
  await a.says('Where is my parcel?');
  await a.sawAll();
  await a.reply('It leaves today.');
  await c.sees('It leaves today.');
  await a.page.getByText('Seen', { exact: false }).first().waitFor();
  expect([...a.errors, ...c.errors]).toEqual([]);
});

test('GRD2 a reply written while the page was in the background is held, the draft intact, then sent', async () => {
  const c = await customer();
  await c.writes('Do you have it in blue?');
  const a = await ann();
  await a.take();
  await a.says('Do you have it in blue?');
  await a.sawAll();
  await a.composer.fill('Yes, in stock.');
  await a.lookAway();
  await c.writes('Sorry, I meant green.');
  await a.says('Sorry, I meant green.');
  await a.page.keyboard.press('Control+Enter');
  await a.held.waitFor();
  expect(await a.held.textContent()).toContain('Yes, in stock.');
  expect(await c.count('Yes, in stock.')).toBe(0);
  await a.lookBack();
  await pause(2_000);
  const send = a.held.getByRole('button').first();
  await send.click();
  if (await a.held.isVisible()) {
    await pause(1_200);
    await send.click();
  }
  await c.sees('Yes, in stock.');
  expect(await c.count('Yes, in stock.')).toBe(1);
});

test('a desk that lost its network while a colleague answered misses nothing, and a blind reply is held', async () => {
  const c = await customer();
  await c.writes('Can I change the address?');
  const a = await ann();
  await a.take();
  await a.says('Can I change the address?');
  await a.sawAll();
  const t = await tom();
  await t.page.getByText('All open').first().click();
  await t.rows.first().click();
  await t.says('Can I change the address?');
  await t.sawAll();
  a.link.cut();
  await t.reply('Yes, which one?');
  await c.sees('Yes, which one?');
  await c.writes('12 Quay Street');
  await a.composer.fill('I will look.');
  await a.page.keyboard.press('Control+Enter');
  await a.timeline.getByText('I will look.').first().waitFor();
  a.link.mend();
  await a.says('Yes, which one?');
  await a.says('12 Quay Street');
  await a.held.waitFor();
  expect(await a.held.textContent()).toContain('I will look.');
  expect(await c.count('I will look.')).toBe(0);
});

test('SND1 a widget reloaded with unsent messages sends them once', async () => {
  const c = await customer();
  await c.writes('Hello from the train');
  await (await c.frame()).getByText('Stored').first().waitFor();
  c.link.cut();
  await c.writes('first in the tunnel');
  await c.writes('second in the tunnel');
  await (await c.frame()).getByText('Waiting to send').first().waitFor();
  await pause(300);
  // The page itself comes from the shop and can be loaded; only our server is out of reach for a moment.
  c.link.mend();
  await c.page.reload();
  await c.open();
  await c.sees('second in the tunnel');
  const a = await ann();
  await a.take();
  await a.says('second in the tunnel');
  expect(await a.timeline.getByText('first in the tunnel', { exact: true }).count()).toBe(1);
  expect(await a.timeline.getByText('second in the tunnel', { exact: true }).count()).toBe(1);
});

test('a tab that was killed with a reply in its outbox: the next one sends it once, or it is held', async () => {
  const c = await customer();
  await c.writes('Is it waterproof?');
  const context = await newContext(browser);
  const a = await Desk.signIn(house, context, 'ann@e2e.example');
  await a.take();
  await a.says('Is it waterproof?');
  await a.sawAll();
  a.link.cut();
  await a.reply('Down to ten metres.');
  await a.timeline.getByText('Down to ten metres.').first().waitFor();
  await pause(300);
  const url = a.page.url();
  await a.page.close();
  a.link.mend();
  const page = await context.newPage();
  await page.goto(url);
  await c.sees('Down to ten metres.');
  await pause(1_000);
  expect(await c.count('Down to ten metres.')).toBe(1);
});

test('I8 a server that was killed comes back: in step again, nothing missing, nothing twice', async () => {
  const c = await customer();
  await c.writes('before the kill');
  const a = await ann();
  await a.take();
  await a.says('before the kill');
  await a.sawAll();
  await house.kill();
  await c.writes('while it was down');
  await a.composer.fill('written while it was down');
  await a.page.keyboard.press('Control+Enter');
  await pause(500);
  await house.start();
  await a.says('while it was down');
  await (await c.frame()).getByText('while it was down').first().waitFor();
  // Written blindly while the customer wrote too: it is held, and goes out after a look.
  await a.held.waitFor();
  await pause(2_000);
  const send = a.held.getByRole('button').first();
  await send.click();
  await pause(1_200);
  if (await a.held.isVisible()) await send.click();
  await c.sees('written while it was down');
  expect(await c.count('written while it was down')).toBe(1);
  expect(await c.count('while it was down')).toBe(1);
  expect(await stored()).toEqual({ ok: true });
});
