import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

test('GRD4 and GRD7: who sends as well says why, and everybody can ask what its author had seen', async () => {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Is the shade washable?');
  await c.isStored();
  const ann = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await ann.take();
  await ann.sawAll();
  const tom = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await tom.visit(ann.conversation);
  await tom.sawAll();
  await ann.composer.fill('Yes, by hand in cool water.');
  await ann.lookAway();
  await tom.reply('Wash it by hand, please.');
  await ann.says('Wash it by hand, please.');
  // What came meanwhile is told, and the caret stays.
  await ann.page.getByText('1 new while you write').waitFor();
  expect(await ann.composer.evaluate((field) => field === document.activeElement)).toBe(true);
  await ann.page.keyboard.press('Control+Enter');
  await ann.held.waitFor();
  await ann.lookBack();
  const sendAsWell = ann.held.getByRole('button', { name: 'Send as well' });
  const why = ann.held.getByLabel(/^Why send it as well/);
  await until(async () => {
    await sendAsWell.click();
    return why.isVisible();
  }, 'the question why');
  await why.fill('Mine says how warm');
  await why.press('Enter');
  await c.sees('Yes, by hand in cool water.');
  await ann.held.waitFor({ state: 'detached' });
  const ask = ann.timeline.getByRole('button', { name: /^What had the author of/ }).last();
  await ask.focus();
  await ask.press('Enter');
  const dialog = ann.page.getByRole('dialog');
  await dialog.getByText('Mine says how warm').waitFor();
  await dialog.getByText(/^It was held, and sent as well/).waitFor();
  await ann.page.keyboard.press('Escape');
  expect([...ann.errors, ...tom.errors, ...c.errors]).toEqual([]);
});
