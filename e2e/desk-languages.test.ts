import { expect, test } from 'vitest';
import { PASSWORD } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// The desk in each of its languages: the main job by its words, and the choice of a language.

useHouse();

interface Spoken {
  locale: string;
  dir: 'ltr' | 'rtl';
  email: string;
  password: string;
  signIn: string;
  take: string;
  write: string;
  send: string;
  seen: RegExp;
  resolve: string;
  done: RegExp;
}

/** Written here once more by hand: what a reader must find, whatever the catalogue says. */
const SPOKEN: readonly Spoken[] = [
  {
    locale: 'de-AT',
    dir: 'ltr',
    email: 'E-Mail',
    password: 'Passwort',
    signIn: 'Anmelden',
    take: 'Nächsten nehmen',
    write: 'Antwort an',
    send: 'Senden',
    seen: /^Gesehen \d\d:\d\d$/,
    resolve: 'Erledigen',
    done: /^Erledigt\. .+ kann jederzeit wieder schreiben\.$/,
  },
  {
    locale: 'fr-FR',
    dir: 'ltr',
    email: 'E-mail',
    password: 'Mot de passe',
    signIn: 'Se connecter',
    take: 'Prendre le suivant',
    write: 'Réponse à',
    send: 'Envoyer',
    seen: /^Vu \d\d:\d\d$/,
    resolve: 'Clore',
    done: /^Clos\. .+ peut écrire à nouveau à tout moment\.$/,
  },
  {
    locale: 'es-MX',
    dir: 'ltr',
    email: 'Correo electrónico',
    password: 'Contraseña',
    signIn: 'Iniciar sesión',
    take: 'Tomar siguiente',
    write: 'Respuesta a',
    send: 'Enviar',
    seen: /^Visto \d\d:\d\d/,
    resolve: 'Resolver',
    done: /^Resuelto\. .+ puede volver a escribir en cualquier momento\.$/,
  },
  {
    locale: 'zh-CN',
    dir: 'ltr',
    email: '电子邮件',
    password: '密码',
    signIn: '登录',
    take: '领取下一个',
    write: '回复',
    send: '发送',
    seen: /^已读 \d\d:\d\d$/,
    resolve: '解决',
    done: /^已解决。.+ 随时可以再次联系。$/,
  },
  {
    locale: 'ar-EG',
    dir: 'rtl',
    email: 'البريد الإلكتروني',
    password: 'كلمة المرور',
    signIn: 'تسجيل الدخول',
    take: 'خذ التالية',
    write: 'الرد على',
    send: 'إرسال',
    seen: /^شوهدت [٠-٩]{2}:[٠-٩]{2}/u,
    resolve: 'إنهاء',
    done: /^أُنهيت\. يمكن لـ .+ أن يكتب من جديد في أي وقت\.$/u,
  },
];

test.each(SPOKEN)('the main job in $locale: sign in, take, reply, resolve', async (spoken) => {
  const c = await Customer.visit(house, await newContext(browser));
  const question = `A question from ${spoken.locale}`;
  await c.writes(question);
  await c.isStored();

  const context = await newContext(browser, { locale: spoken.locale });
  const a = new Desk(await context.newPage(), await house.link());
  const { page } = a;
  await page.goto(`${a.link.url}/desk/`);
  await page.getByLabel(spoken.email).fill('ann@e2e.example');
  await page.getByLabel(spoken.password).fill(PASSWORD);
  await page.getByRole('button', { name: spoken.signIn, exact: true }).click();
  const take = page.getByRole('button', { name: spoken.take }).first();
  await take.waitFor();
  const html = page.locator('html');
  expect([await html.getAttribute('lang'), await html.getAttribute('dir')]).toEqual([
    spoken.locale.slice(0, 2),
    spoken.dir,
  ]);
  await take.click();
  await a.says(question);
  await a.sawAll();

  const composer = page.getByRole('textbox', { name: spoken.write }).first();
  await composer.fill('An answer');
  await page.getByRole('button', { name: spoken.send, exact: true }).click();
  await c.sees('An answer');
  await a.timeline.locator('.msg__meta').getByText(spoken.seen).first().waitFor();
  await page.getByRole('button', { name: spoken.resolve, exact: true }).click();
  await page.getByText(spoken.done).waitFor();
  // No slot was left unfilled, and nothing stands there in another language.
  const words = await page.locator('#root').textContent();
  expect(words).not.toMatch(/\{\{|undefined|<[bnmk]>/);
  expect(words).not.toMatch(/\b(Queue|Unanswered|Waiting|Resolved|Seen|Reply)\b/);
  expect([...a.errors, ...c.errors]).toEqual([]);
});

test('a language is chosen in one’s own settings, at once and for the next visit, and keys work in any script', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  const { page } = a;
  await page.goto(`${a.link.url}/desk/settings/own`);
  const choice = page.getByLabel('Language');
  await choice.waitFor();
  expect(await choice.locator('option').allTextContents()).toEqual([
    'English',
    'Deutsch',
    'Français',
    'Español',
    '中文',
    'العربية',
  ]);
  await choice.selectOption('ar');
  await page.getByRole('heading', { name: 'الإعدادات' }).waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
  await page.reload();
  await page.getByRole('heading', { name: 'الإعدادات' }).waitFor();
  // On an Arabic board the keys of G and A write other letters; they do the same here.
  await page.locator('body').evaluate((body) => {
    (document.activeElement as HTMLElement | null)?.blur();
    const press = (key: string, code: string) =>
      body.dispatchEvent(new KeyboardEvent('keydown', { key, code, bubbles: true, cancelable: true }));
    press('ل', 'KeyG');
    press('ش', 'KeyA');
  });
  await until(async () => new URL(page.url()).pathname === '/desk/all', 'all open conversations');
  await page.goto(`${a.link.url}/desk/settings/own`);
  await page.getByLabel('اللغة').selectOption('en');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  expect(await page.locator('html').getAttribute('dir')).toBe('ltr');
  expect(a.errors).toEqual([]);
});
