import { createServer, type Server } from 'node:http';
import type { BrowserContextOptions, Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../packages/server/src/http/free-port.ts';
import { findings, look } from './examine.ts';
import { INBOX } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// Pages that make it hard: a strict content policy, styles that reach everything, a browser that keeps nothing; and
// readers who need the keyboard, larger letters, or colours of their own.

useHouse();

const SHOP: BrowserContextOptions = { viewport: { width: 1000, height: 760 } };
/** What a page's styles can do to what is not its own. It could hide or turn its whole body, and us with it; nothing inside it reaches us. */
const HOSTILE = `html,body{color:red!important;font:40px/3 fantasy!important;letter-spacing:9px!important;direction:rtl!important}
body *{color:red!important;background:lime!important;font:40px/3 fantasy!important;letter-spacing:9px!important;
transform:rotate(3deg)!important;margin:30px!important;padding:30px!important;border:9px dotted!important;float:left!important;
max-width:90px!important;max-height:90px!important;opacity:.5!important;pointer-events:none!important;direction:rtl!important}
body *{display:none!important;visibility:hidden!important;position:static!important}`;

let shop: Server;
let origin = '';

beforeAll(async () => {
  shop = createServer((request, answer) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://shop');
    const heed = searchParams.get('heed') ?? '';
    const kind = searchParams.get('kind');
    const policy = [
      ...["default-src 'none'", `script-src ${heed}`, `connect-src ${heed} ${heed.replace('http', 'ws')}`],
      ...['img-src blob:', "require-trusted-types-for 'script'", 'trusted-types heed', "base-uri 'none'"],
    ].join('; ');
    const style = kind === 'hostile' ? `<style>${HOSTILE}</style>` : '';
    const tag = `<script async src="${heed}/widget.js" data-inbox="${INBOX}" data-language="de"></script>`;
    answer.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(kind === 'strict' ? { 'content-security-policy': policy } : {}),
    });
    answer.end(
      `<!doctype html><html lang="de"><title>Laden</title>${style}<body><h1>Ein Laden</h1>${tag}</body></html>`,
    );
  });
  const port = await freePort();
  await new Promise<void>((resolve) => shop.listen(port, '127.0.0.1', () => resolve()));
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  shop.closeAllConnections();
  shop.close();
});

const WELL_BEHAVED = 'plain';

async function enter(kind: string, options = SHOP, before?: () => void): Promise<Customer> {
  const context = await newContext(browser, options);
  if (before) await context.addInitScript(before);
  const c = await Customer.enter(house, context);
  await c.page.goto(`${origin}/?kind=${kind}&heed=${encodeURIComponent(c.link.url)}`);
  return c;
}

async function writesAndWaits(c: Customer, text: string): Promise<Frame> {
  await c.open();
  await c.writes(text);
  await c.isStored();
  const frame = await c.frame();
  await frame.getByText('in der Reihe').first().waitFor();
  return frame;
}

test('under a strict content policy with trusted types everything works, and nothing is refused', async () => {
  const c = await enter('strict');
  const frame = await writesAndWaits(c, 'Unter strengen Regeln: https://example.com/a');
  await frame.getByRole('link', { name: 'https://example.com/a' }).waitFor();
  expect(c.errors).toEqual([]);
});

test('the page’s styles reach nothing of it', async () => {
  const c = await enter('hostile');
  const launcher = c.page.locator('heed-widget button').first();
  expect(await launcher.boundingBox()).toEqual({ x: 920, y: 680, width: 56, height: 56 });
  const frame = await writesAndWaits(c, 'Trotz allem');
  const panel = await c.page.locator('heed-widget iframe').boundingBox();
  expect(panel).toEqual({ x: 596, y: 96, width: 380, height: 640 });
  const size = await frame
    .locator('.b')
    .first()
    .evaluate((said) => getComputedStyle(said).fontSize);
  expect(size).toBe('14px');
  expect(await findings(frame)).toEqual([]);
});

test('where the browser keeps nothing, messages go all the same, and it says so', async () => {
  const c = await enter(WELL_BEHAVED, SHOP, () => {
    const refuse = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    };
    const deny = (view: Window) => {
      for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
        Object.defineProperty(view, name, { configurable: true, get: refuse });
    };
    deny(window);
    // An empty frame has the page's storage, and so nothing either.
    const append = Element.prototype.append;
    Element.prototype.append = function (...nodes) {
      append.apply(this, nodes);
      for (const node of nodes) if (node instanceof HTMLIFrameElement && node.contentWindow) deny(node.contentWindow);
    };
  });
  const frame = await writesAndWaits(c, 'Ohne Gedächtnis');
  await frame.locator('.wbar').getByText('Ihr Browser bewahrt für diese Seite nichts auf').waitFor();
  expect(await look('widget-no-storage', c.page, frame)).toEqual([]);
  expect(c.errors).toEqual([]);
});

test('by keyboard only: opened, written, read, closed, with the focus where it belongs', async () => {
  const c = await enter(WELL_BEHAVED);
  const { keyboard } = c.page;
  await c.page.locator('heed-widget button').first().waitFor();
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await (await c.composer()).waitFor();
  const frame = await c.frame();
  const named = () => frame.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  await until(async () => (await named()) === 'Nachricht schreiben', 'the focus in the composer');
  await keyboard.type('Nur mit Tasten');
  await keyboard.press('Enter');
  await c.isStored();
  expect(await named()).toBe('Nachricht schreiben');
  const stops: (string | null | undefined)[] = [];
  for (let press = 0; press < 6; press++) {
    await keyboard.press('Shift+Tab');
    stops.push(await named());
  }
  for (const stop of ['Datei anhängen', 'Nachrichten', 'Schließen', 'Zurück zum Anfang']) expect(stops).toContain(stop);
  await (await c.composer()).focus();
  await keyboard.press('Escape');
  await until(
    () => c.page.evaluate(() => document.activeElement?.localName === 'heed-widget'),
    'the focus on the launcher',
  );
  expect(c.errors).toEqual([]);
});

test('new messages count on the launcher and in the title, until they are looked at', async () => {
  const c = await enter(WELL_BEHAVED);
  await writesAndWaits(c, 'Zählt das mit?');
  // On the next page nobody opens the window: what is new is told, and nothing of it is drawn.
  await c.page.reload();
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await a.page.goto(`${a.link.url}/desk/all`);
  await a.rows.filter({ hasText: 'Zählt das mit?' }).first().click();
  await a.says('Zählt das mit?');
  await a.sawAll();
  await a.reply('Es zählt.');
  await c.page.getByRole('button', { name: 'Chat öffnen, 1 neue Nachricht' }).waitFor();
  expect(await c.page.title()).toBe('(1) Laden');
  expect(await c.page.locator('heed-widget .p').textContent()).toContain('Es zählt.');
  expect(await (await c.frame()).locator('body > *').count()).toBe(0);
  // A window that cannot be fetched ends nothing: what was told stays, and the next press tries again.
  const window = '**/assets/panel-*.js';
  await c.page.route(window, (route) => route.abort());
  await c.page.getByRole('button', { name: 'Chat öffnen, 1 neue Nachricht' }).click();
  await until(async () => (await c.page.locator('heed-widget .t').textContent()) !== '', 'the failure to be said');
  expect(await c.page.locator('heed-widget .p').count()).toBe(1);
  await c.page.unroute(window);
  await c.open();
  await c.sees('Es zählt.');
  await until(async () => (await c.page.title()) === 'Laden', 'the title as it was');
});

test('at 200 % zoom, in forced colours, without motion: all of it is there', async () => {
  const zoomed = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };
  const c = await enter(WELL_BEHAVED, zoomed);
  const frame = await writesAndWaits(c, 'Doppelt so groß');
  const composer = await (await c.composer()).boundingBox();
  expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThanOrEqual(400);
  expect(await look('widget-zoomed', c.page, frame)).toEqual([]);
  await c.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const border = await frame
    .locator('.b')
    .first()
    .evaluate((said) => getComputedStyle(said).borderTopWidth);
  expect(border).not.toBe('0px');
  // What axe takes for colours are those that are not painted here.
  const found = await look('widget-forced-colours', c.page, frame);
  expect(found.filter((one) => !one.includes('color-contrast'))).toEqual([]);
  const moving = await frame.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);
});
