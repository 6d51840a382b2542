import { SignJWT } from 'jose';
import { simpleParser } from 'mailparser';
import type { BrowserContext, BrowserContextOptions, Frame } from 'playwright-core';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { look } from './examine.ts';
import { House } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// What a shop sets and says: who its customers are, what is asked, what goes by mail. On an origin of its own.

const SHOP: BrowserContextOptions = { viewport: { width: 1000, height: 760 } };
const mails: { to: string; text: string; subject: string }[] = [];
let smtp: SMTPServer;
let key: { id: string; secret: string };

useHouse(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, answer) => {
      simpleParser(stream).then(({ text = '', subject = '' }) => {
        mails.push({ to: session.envelope.rcptTo[0]?.address ?? '', text, subject });
        answer();
      }, answer);
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const { port } = smtp.server.address() as { port: number };
  return House.build('--smtp-url', `smtp://127.0.0.1:${port}`, '--mail-after-ms', '2000');
});
beforeAll(async () => {
  key = (await house.run(['inbox', 'key', '--name', 'Shop'])) as typeof key;
});
afterAll(() => new Promise<void>((resolve) => smtp.close(resolve)));

const signed = (sub: string, claims: object = {}) =>
  new SignJWT({ ...claims })
    .setSubject(sub)
    .setExpirationTime('5m')
    .setProtectedHeader({ alg: 'HS256', kid: key.id })
    .sign(Buffer.from(key.secret, 'base64url'));

/** What a shop's page has; its types are packages/widget/src/api.ts, which is another program's. */
declare global {
  interface Window {
    Heed?: (command: string, ...rest: unknown[]) => void;
  }
}

/** An agent who opens the conversation whose row shows a text. */
async function ann(text: string): Promise<Desk> {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await a.page.goto(`${a.link.url}/desk/all`);
  await a.rows.filter({ hasText: text }).first().click();
  await a.says(text);
  return a;
}

async function visit(context?: BrowserContext, attributes = ''): Promise<{ c: Customer; w: Frame }> {
  const c = await Customer.visit(house, context ?? (await newContext(browser, SHOP)), attributes);
  return { c, w: await c.frame() };
}

/** Sets the inbox, and waits until pages are told. */
async function set(...flags: string[]): Promise<void> {
  await house.run(['inbox', 'set', '--name', 'Shop', ...flags]);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
}

test('a conversation follows its signed customer to another device, with what was begun before signing in', async () => {
  const { c, w } = await visit();
  await c.writes('Begun as nobody');
  await c.isStored();
  await c.page.evaluate((token) => window.Heed?.('identify', token), await signed('maeve', { name: 'Maeve Quill' }));
  await until(async () => w.isDetached(), 'the window to begin anew');
  await c.sees('Begun as nobody');
  await c.writes('And now as Maeve');
  await c.isStored();

  const phone = await visit(await newContext(browser, SHOP), `data-identity="${await signed('maeve')}"`);
  await phone.c.sees('And now as Maeve');
  await phone.c.writes('From the phone');
  await phone.c.isStored();
  await c.sees('From the phone');

  const a = await ann('From the phone');
  await a.page.getByText('Maeve Quill').first().waitFor();
  for (const text of ['Begun as nobody', 'And now as Maeve', 'From the phone']) await a.says(text);
  await a.sawAll();
  await a.reply('Hello on every device');
  await c.sees('Hello on every device');
  await phone.c.sees('Hello on every device');

  // Signed out, nothing of her is left on the page, and the next person is somebody else.
  const before = await c.frame();
  await c.page.evaluate(() => window.Heed?.('identify', null));
  await until(async () => before.isDetached(), 'the window to begin anew');
  await until(async () => (await (await c.frame()).getByText('What can we help with?').count()) > 0, 'the start page');
  expect(await (await c.frame()).getByText('Hello on every device').count()).toBe(0);
  expect([...c.errors, ...phone.c.errors]).toEqual([]);
});

test('the page opens, fills, listens and tells', async () => {
  const c = await Customer.enter(house, await newContext(browser, SHOP));
  await c.page.evaluate(() => {
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    for (const event of ['ready', 'open', 'close', 'unread', 'message'] as const)
      window.Heed?.('on', event, (detail: unknown) => heard.push([event, detail]));
    window.Heed?.('attributes', { plan: 'Linen club', orders: 3 });
    window.Heed?.('write', 'I would like to ask about my order');
  });
  const composer = await c.composer();
  await until(async () => (await composer.inputValue()) === 'I would like to ask about my order', 'the words');
  await composer.press('Enter');
  await c.isStored();
  await c.page.evaluate(() =>
    window.Heed?.('visit', { url: 'https://shop.example/checkout', title: 'Checkout, step 2' }),
  );
  const a = await ann('I would like to ask about my order');
  await a.page.getByText('Linen club').first().waitFor();
  await a.page.getByText('Checkout, step 2').first().waitFor();
  await c.page.evaluate(() => window.Heed?.('close'));
  await a.sawAll();
  await a.reply('Ask away');
  const heard = () => c.page.evaluate(() => (window as unknown as { heard: [string, unknown][] }).heard);
  await until(async () => (await heard()).some(([event, detail]) => event === 'unread' && detail === 1), 'the count');
  const events = await heard();
  expect(events.map(([event]) => event).slice(0, 2)).toEqual(['ready', 'open']);
  const messages = events.filter(([event]) => event === 'message').map(([, detail]) => detail);
  expect(messages).toMatchObject([
    { from: 'customer', name: '', text: 'I would like to ask about my order' },
    { from: 'team', name: 'Ann', text: 'Ask away' },
  ]);
  expect(c.errors).toEqual([]);
});

test('§11 answers are offered with a reply; one is chosen by keyboard, said once, and offered no more', async () => {
  const { c, w } = await visit();
  await c.writes('Can I change the colour?');
  await c.isStored();
  const a = await ann('Can I change the colour?');
  await a.sawAll();
  await a.page.getByRole('button', { name: 'Answers to press' }).click();
  await a.page.getByRole('textbox', { name: 'Answers to press' }).fill('Yes, blue\nNo, leave it');
  await a.reply('To which one?');
  const offered = w.getByRole('list', { name: 'Answers to choose from' });
  await offered.getByRole('button', { name: 'Yes, blue' }).waitFor();
  expect(await look('widget-choices', c.page, w)).toEqual([]);
  await offered.getByRole('button', { name: 'Yes, blue' }).focus();
  await c.page.keyboard.press('Enter');
  await c.sees('Yes, blue');
  await until(async () => (await offered.count()) === 0, 'nothing to be offered any more');
  await a.says('Yes, blue');
  const items = (await house.itemsOf(a.conversation)).filter(({ kind }) => kind === 'message');
  expect(items.map(({ body }) => body)).toMatchObject([
    { text: 'Can I change the colour?' },
    { text: 'To which one?', choices: ['Yes, blue', 'No, leave it'] },
    { text: 'Yes, blue', replyTo: items[1]?.n },
  ]);
  expect([...c.errors, ...a.errors]).toEqual([]);
});

test('emoji are chosen by keyboard; the menu turns the sound on, and keeps it for the next page', async () => {
  const { c, w } = await visit();
  await (await c.composer()).fill('Thanks');
  await w.getByRole('button', { name: 'Emoji' }).click();
  const signs = w.getByRole('dialog', { name: 'Emoji' });
  await signs.getByRole('button', { name: '🙂' }).and(w.locator(':focus')).waitFor();
  expect(await look('widget-emoji', c.page, w)).toEqual([]);
  await c.page.keyboard.press('ArrowRight');
  await c.page.keyboard.press('Enter');
  expect(await (await c.composer()).inputValue()).toBe('Thanks😊');
  await c.page.keyboard.press('Enter');
  await c.isStored();

  await w.getByRole('button', { name: 'More' }).click();
  const sound = w.getByRole('menuitemcheckbox', { name: 'Sound for new messages' });
  await c.page.keyboard.press('ArrowDown');
  expect(await look('widget-menu', c.page, w)).toEqual([]);
  await sound.focus();
  await c.page.keyboard.press('Enter');
  expect(await sound.getAttribute('aria-checked')).toBe('true');
  await w.getByRole('menuitem', { name: 'E-mail me this conversation' }).click();
  await w.getByRole('dialog', { name: 'E-mail me this conversation' }).getByRole('textbox').waitFor();
  expect(await look('widget-menu-copy', c.page, w)).toEqual([]);
  await c.page.keyboard.press('Escape');
  await w.getByRole('button', { name: 'More' }).and(w.locator(':focus')).waitFor();
  await c.page.reload();
  await c.open();
  const again = await c.frame();
  await again.getByRole('button', { name: 'More' }).click();
  const kept = again.getByRole('menuitemcheckbox', { name: 'Sound for new messages' });
  expect(await kept.getAttribute('aria-checked')).toBe('true');
  expect(c.errors).toEqual([]);
});

test('what is asked before, consent, topics and greeting; the message waits and goes once', async () => {
  await set(
    ...[
      '--greeting',
      'Good to see you. What is it about?',
      '--topic',
      'Where is my order?',
      '--topic',
      'Return or exchange',
    ],
    ...['--ask-name', 'required', '--ask-email', 'optional'],
    ...['--consent', 'I agree that what I write is stored.', '--consent-url', 'https://shop.example/privacy'],
  );
  const found: string[] = [];
  const { c, w } = await visit();
  await w.getByText('Good to see you. What is it about?').waitFor();
  await w.getByRole('button', { name: 'Return or exchange' }).waitFor();
  found.push(...(await look('widget-topics', c.page, w)));
  await w.getByRole('button', { name: 'Where is my order?' }).click();
  const form = w.getByRole('form', { name: 'Before we begin' });
  await form.waitFor();
  found.push(...(await look('widget-before', c.page, w)));
  // Nothing leaves before it is filled in, and what is missing is said.
  await form.getByRole('button', { name: 'Send message' }).click();
  await w.getByRole('alert').getByText('Please say your name.').waitFor();
  await form.getByRole('textbox', { name: 'Your name' }).fill('Ines Duarte');
  await form.getByRole('textbox', { name: /E-mail address/ }).fill('ines@nowhere');
  await form.getByRole('button', { name: 'Send message' }).click();
  await w.getByText('That is not an e-mail address.').waitFor();
  found.push(...(await look('widget-before-wrong', c.page, w)));
  await form.getByRole('textbox', { name: /E-mail address/ }).fill('ines@x.example');
  await form.getByRole('button', { name: 'Send message' }).click();
  await w.getByText('Please agree before you send.').waitFor();
  await form.getByRole('checkbox').check();
  await form.getByRole('button', { name: 'Send message' }).click();
  await c.sees('Where is my order?');
  await c.isStored();
  expect(await c.count('Where is my order?')).toBe(1);
  // The answer goes by mail too, and whoever comes back is not asked again.
  await w.getByText('The answer will also go to ines@x.example.').waitFor();
  const a = await ann('Where is my order?');
  await a.page.getByText('Ines Duarte').first().waitFor();
  await set(...['--greeting', 'none', '--topic', 'none', '--ask-name', 'no', '--ask-email', 'no', '--consent', 'none']);
  expect(found).toEqual([]);
  expect(c.errors).toEqual([]);
});

test('whoever is gone gets the answer by mail, comes back by its link, and keeps a copy', async () => {
  const found: string[] = [];
  const context = await newContext(browser, SHOP);
  const { c, w } = await visit(context);
  await c.writes('Do you repair lamps?');
  await c.isStored();
  await w.getByRole('button', { name: 'Or get the answer by e-mail' }).click();
  await w.getByRole('textbox', { name: 'E-mail address' }).fill('gone@x.example');
  found.push(...(await look('widget-by-mail', c.page, w)));
  await w.getByRole('button', { name: 'Save' }).click();
  await w.getByText('The answer will also go to gone@x.example.').waitFor();
  await c.page.goto('about:blank');
  const a = await ann('Do you repair lamps?');
  await a.sawAll();
  await a.reply('We do, by hand, within a week.');
  await until(async () => mails.some(({ to }) => to === 'gone@x.example'), 'the mail');
  const mail = mails.find(({ to }) => to === 'gone@x.example');
  expect(mail?.subject).toBe('Heed: an answer to your message');
  expect(mail?.text).toContain('We do, by hand, within a week.');
  const link = /https?:\S+#heed/.exec(mail?.text ?? '')?.[0] ?? '';
  await c.page.goto(link);
  await c.sees('We do, by hand, within a week.');
  await a.sawAll();
  await a.page.getByRole('button', { name: 'Resolve', exact: true }).click();
  const back = await c.frame();
  const copy = back.getByRole('region', { name: 'Keep a copy' });
  await copy.waitFor();
  found.push(...(await look('widget-closed-copy', c.page, back)));
  await copy.getByRole('textbox').fill('copy@x.example');
  await copy.getByRole('button', { name: 'Send' }).click();
  await copy.getByText('It is on its way to copy@x.example.').waitFor();
  await until(
    async () => mails.some(({ to, text }) => to === 'copy@x.example' && text.includes('Do you repair lamps?')),
    'the copy',
  );
  expect(found).toEqual([]);
});

test('outside business hours the message is kept, and when somebody is there again is said', async () => {
  await house.run(['queue', 'set', '--name', 'Orders', '--hours', 'mon 09:00-09:01', '--zone', 'Pacific/Kiritimati']);
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  const { c, w } = await visit();
  await w.getByText('We are closed now').waitFor();
  expect(await w.getByText(/^We open again \w+day/).count()).toBe(1);
  const found = await look('widget-outside-hours', c.page, w);
  await c.writes('Are you there?');
  await c.isStored();
  const card = w.getByRole('region', { name: 'We are closed now' });
  await card.getByText(/We open again \w+day.* Your message is stored/).waitFor();
  found.push(...(await look('widget-outside-hours-kept', c.page, w)));
  await house.run(['queue', 'set', '--name', 'Orders', '--hours', 'always']);
  expect(found).toEqual([]);
});
