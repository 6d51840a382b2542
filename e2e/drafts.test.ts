import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

const ann = async () => Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
const shows = (desk: Desk, text: string) =>
  until(async () => (await desk.composer.inputValue()) === text, `the composer to show “${text}”`);

/** Nobody writes there now: the focus is elsewhere. */
const leave = (desk: Desk) => desk.timeline.focus();

test('CON2 a draft is the same on an agent’s two devices and in two tabs; nobody is interrupted who writes', async () => {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Do you repair lamps?');
  await c.isStored();
  const context = await newContext(browser);
  const a = await Desk.signIn(house, context, 'ann@e2e.example');
  await a.take();
  await a.sawAll();
  const b = await ann();
  await b.visit(a.conversation);
  await leave(b);

  await a.composer.pressSequentially('Yes, we do');
  await shows(b, 'Yes, we do');
  // Who goes on there sees it here, once nobody writes here.
  await leave(a);
  await b.composer.pressSequentially('. Which one?');
  await shows(a, 'Yes, we do. Which one?');
  // While somebody writes in a composer nothing is put into it; what is typed there next is the newest.
  await a.composer.focus();
  await b.composer.press('!');
  await shows(b, 'Yes, we do. Which one?!');
  expect(await a.composer.inputValue()).toBe('Yes, we do. Which one?');
  await leave(b);
  await a.composer.press('Control+a');
  await a.composer.pressSequentially('We do, gladly');
  await shows(b, 'We do, gladly');

  // A second tab of the same browser has it from the beginning, and is empty when it was sent from the first.
  const tab = new Desk(await context.newPage(), a.link);
  await tab.visit(a.conversation);
  await leave(tab);
  await shows(tab, 'We do, gladly');
  await a.page.keyboard.press('Control+Enter');
  await c.sees('We do, gladly');
  for (const desk of [a, b, tab]) await shows(desk, '');
  expect([...a.errors, ...b.errors, ...tab.errors]).toEqual([]);
});

test('CON2 what was typed without a connection goes to the other device when it is back; what was sent there is not written again here', async () => {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Is it dimmable?');
  await c.isStored();
  const a = await ann();
  await a.take();
  await a.sawAll();
  const b = await ann();
  await b.visit(a.conversation);
  await leave(b);
  a.link.cut();
  await a.page.locator('.conv .step[data-s=off]').waitFor();
  await a.composer.pressSequentially('In three steps');
  await leave(a);
  a.link.mend();
  await shows(b, 'In three steps');
  await a.isInStep();
  // Sent from the one while the other is away: there it is no draft any more when it comes back.
  a.link.cut();
  await a.page.locator('.conv .step[data-s=off]').waitFor();
  await b.sawAll();
  await b.composer.focus();
  await b.page.keyboard.press('Control+Enter');
  await c.sees('In three steps');
  a.link.mend();
  await shows(a, '');
  expect([...a.errors, ...b.errors]).toEqual([]);
});
