import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { House } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

// A browser's push service stands outside: its part is played by a server of the test, and by the browser's own tools.

let service: Server;
const pushes: string[] = [];

useHouse(async () => {
  service = createServer((request, answer) => {
    pushes.push(request.url ?? '');
    answer.writeHead(201).end();
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  return House.build('--push-services', addressOf(service));
});
afterAll(() => new Promise<void>((resolve) => service.close(() => resolve())));

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('an agent turns it on, is told that somebody waits while the desk is closed, and turns it off', async () => {
  const context = await newContext(browser);
  await context.grantPermissions(['notifications']);
  await context.addInitScript(
    (endpoint) => {
      const made = { endpoint, unsubscribe: async () => localStorage.removeItem('subscribed') };
      Object.assign(PushManager.prototype, {
        getSubscription: async () => (localStorage.getItem('subscribed') === null ? null : made),
        subscribe: async () => {
          localStorage.setItem('subscribed', '');
          return made;
        },
      });
    },
    `${addressOf(service)}/ann`,
  );
  const a = await Desk.signIn(house, context, 'ann@e2e.example');
  const devtools = await context.newCDPSession(a.page);
  let registration = '';
  devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    registration = registrations[0]?.registrationId ?? registration;
  });
  await devtools.send('ServiceWorker.enable');
  await a.page.locator('.me').first().click();
  await a.page.getByRole('menuitem', { name: 'Notices' }).click();
  const box = a.page.getByRole('checkbox', { name: 'Tell me here when a customer waits' });
  await box.click();
  await until(() => box.isChecked(), 'the switch to be on');
  await until(async () => registration !== '', 'the worker to be there');

  // Somebody whose conversation is Ann's writes again.
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Is it open today?');
  await c.isStored();
  await a.page.goto(`${a.link.url}/desk/all`);
  await a.rows.filter({ hasText: 'Is it open today?' }).first().click();
  await a.says('Is it open today?');
  await a.sawAll();
  await a.reply('Which shop?');
  await c.sees('Which shop?');
  await a.page.goto(`${a.link.url}/health/live`);
  await c.writes('The one by the river');
  await until(async () => pushes.includes('/ann'), 'the push');

  const shown = () =>
    a.page.evaluate(async () => {
      const worker = await navigator.serviceWorker.getRegistration('/desk/');
      return (await worker?.getNotifications())?.map(({ body }) => body);
    });
  expect(await shown()).toEqual([]);
  const origin = new URL(a.link.url).origin;
  await devtools.send('ServiceWorker.deliverPushMessage', { origin, registrationId: registration, data: '' });
  await until(async () => (await shown())?.length === 1, 'the notification');
  expect(await shown()).toEqual(['A customer is waiting for you']);

  await a.page.goto(`${a.link.url}/desk/all`);
  await a.page.locator('.me').first().click();
  await a.page.getByRole('menuitem', { name: 'Notices' }).click();
  await until(() => box.isChecked(), 'the switch as it was left');
  await box.click();
  await until(async () => !(await box.isChecked()), 'the switch to be off');
  expect(a.errors).toEqual([]);
});
