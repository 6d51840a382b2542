import { expect, test } from 'vitest';
import { PASSWORD } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

test('the main job is done with the keyboard alone: sign in, take, reply, resolve, and on to the next', async () => {
  const first = await Customer.visit(house, await newContext(browser));
  await first.writes('First in line');
  await first.isStored();
  const second = await Customer.visit(house, await newContext(browser));
  await second.writes('Second in line');
  await second.isStored();

  const context = await newContext(browser);
  const a = new Desk(await context.newPage(), await house.link());
  const keys = a.page.keyboard;
  await a.page.goto(`${a.link.url}/desk/`);
  await a.page.getByLabel('E-mail').waitFor();
  // The field for the e-mail has the focus already.
  await until(() => a.page.getByLabel('E-mail').evaluate((field) => field === document.activeElement), 'the focus');
  await keys.type('ann@e2e.example');
  await keys.press('Tab');
  await keys.type(PASSWORD);
  await keys.press('Enter');
  await a.takeNext.waitFor();
  await until(() => a.takeNext.isEnabled(), 'the desk to be connected');

  await keys.press('t');
  await a.says('First in line');
  await keys.press('t');
  await a.says('Second in line');
  await a.sawAll();
  await keys.press('r');
  await until(() => a.composer.evaluate((field) => field === document.activeElement), 'the composer to have the focus');
  await keys.type('An answer from the keys');
  await keys.press('Control+Enter');
  await second.sees('An answer from the keys');
  expect(await a.composer.inputValue()).toBe('');

  await a.timeline
    .getByText(/^(Stored|Seen)/)
    .first()
    .waitFor();
  await keys.press('Escape');
  await keys.press('e');
  // Resolving leads to the next who waits.
  await a.says('First in line');
  await (await second.frame()).getByRole('radiogroup').waitFor();
  await a.sawAll();
  await keys.press('r');
  await keys.type('And one for the first');
  await keys.press('Control+Shift+Enter');
  await first.sees('And one for the first');
  await (await first.frame()).getByRole('radiogroup').waitFor();
  await until(async () => (await a.rows.count()) === 0, 'the list to be empty');
  expect([...a.errors, ...first.errors, ...second.errors]).toEqual([]);
});
