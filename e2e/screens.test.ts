import type { BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { DEMO } from '../packages/server/src/demo/content.ts';
import { mirrored, screen, violationsFound } from './drawing.ts';
import { House, pause } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// Every screen in light and dark: drawn into output/, for the eye, and examined by axe-core for WCAG 2.2 A and AA.

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const SHOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };

useHouse(() => House.buildDemo());
afterEach(() => void violationsFound());

const signIn = async (person: number, options: BrowserContextOptions = {}, context?: BrowserContext) =>
  Desk.signIn(house, context ?? (await newContext(browser, options)), DEMO.agents[person]?.email ?? '', DEMO.password);
const visit = async (options: BrowserContextOptions = SHOP, attributes = '') =>
  Customer.visit(house, await newContext(browser, options), attributes);

/** Opens the conversation whose row shows a text. */
async function openRow(a: Desk, text: string): Promise<void> {
  await a.page.goto(`${a.link.url}/desk/all`);
  await a.rows.filter({ hasText: text }).first().click();
  await a.says(text);
  await a.isInStep();
}

test('sign-in', async () => {
  const page = await (await newContext(browser)).newPage();
  await page.goto(`${(await house.link()).url}/desk/`);
  await page.locator('input[type=email]').waitFor();
  await screen('sign-in', page);
  await page.locator('input[type=email]').fill('nobody@osterlume.example');
  await page.locator('input[type=password]').fill('not this one');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').waitFor();
  await screen('sign-in-wrong', page);
  expect(violationsFound()).toEqual([]);
});

test('the desk: lists, an open conversation, keys, account, resolving', async () => {
  const a = await signIn(0);
  const { page } = a;
  await page.getByText('Queue', { exact: true }).first().click();
  await a.rows.first().waitFor();
  await screen('desk-queue', page);
  await page.getByText('My work', { exact: true }).first().click();
  await a.take();
  await a.sawAll();
  await screen('desk', page);
  await mirrored('desk', page);
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await screen('desk-resolve', page);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await a.timeline.focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await screen('desk-keys', page);
  await page.keyboard.press('Escape');
  await page.locator('.conv .step').click();
  await page.locator('.step-history').waitFor();
  await screen('desk-steps', page);
  await page.keyboard.press('Escape');
  await page.locator('.me').first().click();
  await page.getByRole('menu').waitFor();
  await screen('desk-account', page);
  expect(violationsFound()).toEqual([]);
});

test('the desk: unanswered, set aside, handing over, notices', async () => {
  const a = await signIn(0);
  const { page } = a;
  await a.take();
  await a.sawAll();
  await a.timeline.focus();
  await page.keyboard.press('d');
  await page.getByRole('dialog').waitFor();
  await screen('desk-no-reply', page);
  await page.keyboard.press('1');
  await page.getByText('Nothing unanswered').waitFor();
  await page.keyboard.press('a');
  await page.getByRole('dialog').waitFor();
  await screen('desk-move', page);
  await page.keyboard.press('Escape');
  await a.timeline.focus();
  await page.keyboard.press('h');
  await page.getByRole('dialog').waitFor();
  await screen('desk-snooze', page);
  await page.keyboard.press('3');
  await page.getByText('is set aside until').waitFor();
  await page.goto(`${a.link.url}/desk/snoozed`);
  await a.rows.first().waitFor();
  await screen('desk-snoozed', page);
  await page.goto(`${a.link.url}/desk/unanswered`);
  await a.rows.first().waitFor();
  await screen('desk-unanswered', page);
  await page.locator('.me').first().click();
  await page.getByRole('menuitem', { name: 'Notices' }).click();
  await page.getByRole('dialog').waitFor();
  await screen('desk-notices', page);
  expect(violationsFound()).toEqual([]);
});

test('the live wall, large, with tables and on a phone', async () => {
  const a = await signIn(0);
  const { page } = a;
  await page.goto(`${a.link.url}/desk/wall`);
  await page.locator('[data-row]').first().waitFor();
  await page.locator('.chart').first().waitFor();
  await screen('wall', page);
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.keyboard.press('t');
  await screen('wall-1920', page);
  await page.setViewportSize({ width: 390, height: 844 });
  await screen('phone-wall', page);
  expect(violationsFound()).toEqual([]);
});

test('the desk with nothing in it', async () => {
  const empty = await House.build();
  try {
    const a = await Desk.signIn(empty, await newContext(browser), 'ann@e2e.example');
    await a.page.getByText('Nobody is waiting').first().waitFor();
    await screen('desk-empty', a.page);
  } finally {
    await empty.tearDown();
  }
  expect(violationsFound()).toEqual([]);
});

test('held: new messages of the customer, a colleague who answered; on a phone too', async () => {
  const c = await visit();
  await c.writes('Does the Heron lamp fit under a ceiling of 2.20 m?');
  await c.isStored();
  const a = await signIn(0);
  await openRow(a, 'Does the Heron lamp fit under a ceiling of 2.20 m?');
  await a.sawAll();
  await a.reply('Yes. At its lowest it stands 1.98 m tall, and the arm bends down from there.');
  await c.sees('Yes. At its lowest it stands 1.98 m tall, and the arm bends down from there.');
  await c.writes('Lovely. Then I take it in brass.');
  await a.says('Lovely. Then I take it in brass.');
  await a.sawAll();
  await a.composer.fill('Brass it is. I have put one aside for you, and it leaves the workshop on Thursday.');
  await a.lookAway();
  await c.writes('Wait, my husband would rather have the black one.');
  await c.writes('And could it come after the 12th? We are away until then.');
  await a.says('And could it come after the 12th? We are away until then.');
  // *Arrived … before you sent* tells whole seconds.
  await pause(1_200);
  await a.page.keyboard.press('Control+Enter');
  await a.held.waitFor();
  await screen('desk-held', a.page);
  await mirrored('desk-held', a.page);
  await a.page.setViewportSize({ width: 390, height: 844 });
  await screen('phone-held', a.page);
  await a.page.setViewportSize({ width: 1440, height: 900 });
  await a.lookBack();
  await a.reviewAndSend();
  await a.isInStep();

  await c.writes('Is the shade washable?');
  await a.says('Is the shade washable?');
  await a.sawAll();
  const b = await signIn(2);
  await b.visit(a.conversation);
  await b.says('Is the shade washable?');
  await b.sawAll();
  await a.composer.fill('Yes, the linen shade comes off. Wash it by hand in cool water and let it dry lying flat.');
  await a.lookAway();
  await b.reply('The linen shade comes off: wash it by hand in cool water, then let it dry lying flat.');
  await a.says('The linen shade comes off: wash it by hand in cool water, then let it dry lying flat.');
  await a.page.keyboard.press('Control+Enter');
  await a.held.waitFor();
  await screen('desk-held-colleague', a.page);
  await a.page.setViewportSize({ width: 390, height: 844 });
  await screen('phone-held-colleague', a.page);
  expect(violationsFound()).toEqual([]);
});

test('the desk without its connection, catching up, and loading', async () => {
  const context = await newContext(browser);
  const gate = { shut: false };
  await context.routeWebSocket(/\/v1\/socket/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      const { t } = JSON.parse(String(frame)) as { t: string };
      if (!gate.shut || (t !== 'update' && t !== 'snapshot')) socket.send(frame);
    });
  });
  const c = await visit();
  await c.writes('My parcel says delivered, and it is not here.');
  await c.isStored();
  const a = await signIn(0, {}, context);
  await openRow(a, 'My parcel says delivered, and it is not here.');
  await a.sawAll();
  a.link.cut();
  await a.page
    .getByText(/^Connection lost at/)
    .first()
    .waitFor();
  await a.reply('I am sorry. I ask the carrier where it was left.');
  await a.timeline.locator('.outbox').waitFor();
  await screen('desk-offline', a.page);
  await a.page.setViewportSize({ width: 390, height: 844 });
  await screen('phone-offline', a.page);
  await a.page.setViewportSize({ width: 1440, height: 900 });
  await c.writes('Found it, behind the bins.');
  await c.isStored();
  gate.shut = true;
  a.link.mend();
  await a.page
    .getByRole('button', { name: 'Try now' })
    .click({ timeout: 2_000 })
    .catch(() => undefined);
  await a.page.locator('.conv .step[data-s=behind]').waitFor();
  await screen('desk-catching-up', a.page);
  gate.shut = false;
  await a.held.waitFor();
  await screen('desk-held-outbox', a.page);

  const fresh = await newContext(browser);
  await fresh.routeWebSocket(/\/v1\/socket/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      if (!/^\{"t":"(update|snapshot)"/.test(String(frame))) socket.send(frame);
    });
  });
  const loading = await signIn(2, {}, fresh);
  await loading.page.goto(`${loading.link.url}/desk/all/${a.conversation}`);
  await loading.page.locator('.sk').first().waitFor();
  await screen('desk-loading', loading.page);
  expect(violationsFound()).toEqual([]);
});

test('the desk on a phone, and in German', async () => {
  const a = await signIn(0, PHONE);
  await a.page.goto(`${a.link.url}/desk/all`);
  await a.rows.first().waitFor();
  await screen('phone-list', a.page);
  await a.rows.first().click();
  await a.composer.waitFor();
  await a.isInStep();
  await screen('phone-conversation', a.page);
  const german = await signIn(0, { locale: 'de-DE' });
  await german.page.goto(`${german.link.url}/desk/all`);
  await german.rows.first().click();
  await german.composer.waitFor();
  await german.isInStep();
  await screen('desk-german', german.page);
  expect(violationsFound()).toEqual([]);
});

/** The widget's frame is examined on its own, since its styles and its document are. */
async function widgetScreen(name: string, c: Customer): Promise<void> {
  await screen(name, c.page, await c.frame());
}

test('the widget: launcher, start page, in line, conversation, offline, resolved', async () => {
  const closed = await (await newContext(browser, SHOP)).newPage();
  await closed.goto(house.shopPage((await house.link()).url));
  await closed.getByRole('button', { name: /chat/i }).first().waitFor();
  await screen('widget-launcher', closed);
  const c = await visit();
  await widgetScreen('widget-home', c);
  await c.writes('Hello, does the Dune lamp come with a longer cable?');
  await c.isStored();
  const frame = await c.frame();
  // The place comes with a beat.
  await frame
    .getByText(/\d(st|nd|rd|th) in line/)
    .first()
    .waitFor();
  await widgetScreen('widget-in-line', c);
  const a = await signIn(0);
  await openRow(a, 'Hello, does the Dune lamp come with a longer cable?');
  await a.sawAll();
  await a.reply('It does: two metres as it comes, four if you ask. Which would suit you?');
  await c.sees('It does: two metres as it comes, four if you ask. Which would suit you?');
  await c.writes('Four, please. It goes beside the sofa.');
  await a.says('Four, please. It goes beside the sofa.');
  await a.sawAll();
  await frame.locator('.life.is-seen').last().waitFor();
  await widgetScreen('widget-conversation', c);
  c.link.cut();
  await c.writes('And one more for my mother,');
  await c.writes('with the short cable.');
  await frame.getByText('No connection.').first().waitFor();
  await widgetScreen('widget-offline', c);
  c.link.mend();
  await c.isStored();
  await a.says('with the short cable.');
  await a.sawAll();
  await a.reply('Both are on their way tomorrow.');
  await c.sees('Both are on their way tomorrow.');
  await a.sawAll();
  await a.page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await frame.getByRole('radiogroup').waitFor();
  await frame.getByText('5', { exact: true }).click();
  await widgetScreen('widget-resolved', c);
  expect(violationsFound()).toEqual([]);
});

test('the widget right to left, on a phone, and in German', async () => {
  const mirroredOne = await visit(SHOP, 'data-dir="rtl"');
  await mirroredOne.writes('هل المصباح قابل للتعتيم؟');
  await mirroredOne.isStored();
  await (await mirroredOne.frame())
    .getByText(/in line/i)
    .first()
    .waitFor();
  await widgetScreen('widget-rtl', mirroredOne);
  const phone = await visit(PHONE);
  await widgetScreen('widget-phone-home', phone);
  const frame = await phone.frame();
  await (await phone.composer()).fill('Is there a warranty?');
  await frame.getByRole('button', { name: 'Send' }).click();
  await phone.isStored();
  await until(async () => (await frame.getByText(/in line/i).count()) > 0, 'the place in line');
  await widgetScreen('widget-phone', phone);
  const german = await visit({ ...SHOP, locale: 'de-DE' });
  await widgetScreen('widget-german', german);
  expect(violationsFound()).toEqual([]);
});

test('the desk in Arabic: from right to left', async () => {
  const a = await signIn(0, { locale: 'ar-EG' });
  const { page } = a;
  await page.goto(`${a.link.url}/desk/all`);
  await a.rows.first().click();
  await a.isInStep();
  await screen('desk-ar', page);
  await page.locator('.me').first().click();
  await page.getByRole('menu').waitFor();
  await screen('desk-ar-account', page);
  await page.keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await a.timeline.focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await screen('desk-ar-keys', page);
  await page.keyboard.press('Escape');
  for (const path of ['wall', 'unanswered', 'settings/own', 'search?q=lamp', 'customers']) {
    await page.goto(`${a.link.url}/desk/${path}`);
    await page.locator('main').waitFor();
    await pause(1_500);
    await screen(`desk-ar-${path.replace(/\W.*/, '')}`, page);
  }
  expect(violationsFound()).toEqual([]);
});
