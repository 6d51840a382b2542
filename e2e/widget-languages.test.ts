import type { BrowserContextOptions } from 'playwright-core';
import { expect, test } from 'vitest';
import { look } from './examine.ts';
import { Customer, Desk, newContext } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// The widget in each of its languages, from the launcher to a conversation that was closed.

useHouse();

const SHOP: BrowserContextOptions = { viewport: { width: 1000, height: 760 } };

interface Spoken {
  locale: string;
  dir: 'ltr' | 'rtl';
  launcher: string;
  help: string;
  write: string;
  stored: string;
  line: string;
  served: string;
  closed: RegExp;
  rate: string;
}

/** Written here once more by hand: what a reader must find, whatever the catalogue says. */
const LANGUAGES: readonly Spoken[] = [
  {
    locale: 'de-DE',
    dir: 'ltr',
    launcher: 'Chat öffnen',
    help: 'Wobei können wir helfen?',
    write: 'Nachricht schreiben',
    stored: 'Gespeichert',
    line: 'in der Reihe',
    served: 'Ann kümmert sich um Ihr Gespräch',
    closed: /^Ann hat das Gespräch geschlossen, \d{1,2}:\d\d$/,
    rate: 'Wie waren wir?',
  },
  {
    locale: 'fr-FR',
    dir: 'ltr',
    launcher: 'Ouvrir la discussion',
    help: 'Comment pouvons-nous vous aider ?',
    write: 'Écrire un message',
    stored: 'Enregistré',
    line: 'en attente',
    served: 'Ann s’occupe de votre conversation',
    closed: /^Ann a clos la conversation, \d{1,2}:\d\d$/,
    rate: 'Comment avons-nous répondu ?',
  },
  {
    locale: 'es-ES',
    dir: 'ltr',
    launcher: 'Abrir el chat',
    help: '¿En qué podemos ayudarle?',
    write: 'Escribir un mensaje',
    stored: 'Guardado',
    line: 'en la cola',
    served: 'Ann atiende su conversación',
    closed: /^Ann cerró la conversación, \d{1,2}:\d\d$/,
    rate: '¿Cómo lo hemos hecho?',
  },
  {
    locale: 'zh-CN',
    dir: 'ltr',
    launcher: '打开在线客服',
    help: '请问有什么可以帮您？',
    write: '输入消息',
    stored: '已保存',
    line: '排在第',
    served: 'Ann 正在为您服务',
    closed: /^Ann 结束了对话，\d{1,2}:\d\d$/,
    rate: '您对我们的服务满意吗？',
  },
  {
    locale: 'ar-EG',
    dir: 'rtl',
    launcher: 'فتح المحادثة',
    help: 'كيف يمكننا مساعدتك؟',
    write: 'اكتب رسالة',
    stored: 'حُفظت',
    line: 'في الصف',
    served: 'Ann يتولى محادثتك',
    closed: /^Ann أغلق المحادثة، [٠-٩]{1,2}:[٠-٩]{2}/u,
    rate: 'كيف كانت خدمتنا؟',
  },
];

test.each(LANGUAGES)('the whole way in $locale', async (spoken) => {
  const found: string[] = [];
  const c = await Customer.enter(house, await newContext(browser, { ...SHOP, locale: spoken.locale }));
  await c.page.getByRole('button', { name: spoken.launcher }).click();
  const frame = await c.frame();
  await frame.getByText(spoken.help).waitFor();
  const document = frame.locator('html');
  expect(await document.getAttribute('lang')).toBe(spoken.locale.slice(0, 2));
  expect(await document.getAttribute('dir')).toBe(spoken.dir);
  found.push(...(await look(`widget-${spoken.locale}-home`, c.page, frame)));

  const text = `Hello from ${spoken.locale}`;
  const composer = frame.getByRole('textbox', { name: spoken.write });
  await composer.fill(text);
  await composer.press('Enter');
  await frame.locator('.life').getByText(spoken.stored, { exact: true }).waitFor();
  await frame.locator('.wcard').getByText(spoken.line).first().waitFor();
  found.push(...(await look(`widget-${spoken.locale}-in-line`, c.page, frame)));

  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await a.take();
  await a.says(text);
  await a.sawAll();
  await a.reply('Hello, Ann here.');
  await c.sees('Hello, Ann here.');
  await frame.getByText(spoken.served, { exact: true }).waitFor();
  await a.sawAll();
  await a.page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await frame.getByText(spoken.rate).waitFor();
  await frame.getByText(spoken.closed).waitFor();
  found.push(...(await look(`widget-${spoken.locale}-closed`, c.page, frame)));
  // No slot was left unfilled, and nothing of another language is there.
  expect(await frame.locator('body').textContent()).not.toMatch(/\{\w+\}|Write |Stored|undefined/);
  expect(found).toEqual([]);
  expect(c.errors).toEqual([]);
});

test('the page’s own language wins over the browser’s, and one that is not there is answered in English', async () => {
  const spanish = await Customer.visit(house, await newContext(browser, SHOP), 'data-language="es-MX"');
  await (await spanish.frame()).getByText('¿En qué podemos ayudarle?').waitFor();
  const dutch = await Customer.visit(house, await newContext(browser, { ...SHOP, locale: 'nl-NL' }));
  await (await dutch.frame()).getByText('What can we help with?').waitFor();
});
