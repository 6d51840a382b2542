import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

test('labels are set by keys, seen by colleagues, and make views; a filter is kept under a name for the team', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('It came with a hole in it.');
  await c.isStored();
  await a.take();
  await a.sawAll();
  await a.timeline.focus();
  await a.page.keyboard.press('l');
  await a.page.getByRole('combobox', { name: 'A label' }).fill('loom fault');
  await a.page.keyboard.press('Enter');
  await a.page.getByRole('combobox', { name: 'A label' }).fill('gift');
  await a.page.keyboard.press('Enter');
  await a.page.keyboard.press('Control+Enter');
  await a.timeline.getByText('You added').waitFor();
  const views = a.page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('link', { name: /loom fault/ }).click();
  await a.rows.first().waitFor();
  expect(await a.rows.count()).toBe(1);
  await a.rows.first().click();
  await a.page.getByRole('button', { name: 'Remove the label gift' }).click();
  await a.timeline.getByRole('button', { name: '2 events' }).click();
  await a.timeline.getByText('You removed gift').waitFor();
  await views.getByRole('link', { name: /^gift/ }).waitFor({ state: 'detached' });

  await a.page.getByRole('button', { name: 'Filter', exact: true }).click();
  await a.page.getByLabel('Unanswered', { exact: true }).check();
  await a.page.getByLabel('With', { exact: true }).selectOption('others');
  await a.page.getByRole('button', { name: 'Show' }).click();
  await a.page.getByText('Nothing that is open fits this view.').waitFor();
  await a.page.getByRole('button', { name: 'Filter', exact: true }).click();
  expect(await a.page.getByLabel('Unanswered', { exact: true }).isChecked()).toBe(true);
  await a.page.getByLabel('With', { exact: true }).selectOption('');
  await a.page.getByLabel('loom fault').check();
  await a.page.getByLabel('Name, to keep it as a view').fill('Faults that wait');
  await a.page.getByLabel('For the whole team').check();
  await a.page.getByRole('button', { name: 'Save the view' }).click();
  await a.page.getByRole('heading', { name: 'Faults that wait' }).waitFor();
  await a.rows.first().waitFor();

  const b = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await b.page.getByRole('link', { name: /Faults that wait/ }).click();
  await b.rows.first().waitFor();
  expect(await b.rows.count()).toBe(1);
  await b.page.reload();
  await b.rows.first().waitFor();
  await b.page.getByRole('button', { name: 'Filter', exact: true }).click();
  expect(await b.page.getByRole('button', { name: 'Delete the view' }).count()).toBe(0);
  expect([...a.errors, ...b.errors, ...c.errors]).toEqual([]);
});

test('the same is done with several at once', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  for (const words of ['One lamp', 'Two lamps', 'Three lamps']) {
    const c = await Customer.visit(house, await newContext(browser));
    await c.writes(words);
    await c.isStored();
  }
  await a.page.goto(`${a.link.url}/desk/queue`);
  await a.rows.nth(2).waitFor();
  await a.page.keyboard.press('j');
  await a.page.keyboard.press('x');
  await a.page.keyboard.press('j');
  await a.page.keyboard.press('x');
  await a.page.getByText('2 chosen').waitFor();
  await a.page.getByRole('button', { name: 'Labels', exact: true }).click();
  await a.page.getByRole('combobox', { name: 'A label' }).fill('lamps');
  await a.page.keyboard.press('Enter');
  await a.page.keyboard.press('Control+Enter');
  await until(async () => (await a.page.locator('.row__meta').getByText('lamps').count()) === 2, 'two labels');
  await a.rows.nth(0).click({ modifiers: ['Control'] });
  await a.rows.nth(2).click({ modifiers: ['Control'] });
  await a.page.getByRole('button', { name: 'Assign or transfer', exact: true }).click();
  await a.page.getByRole('combobox').fill('Tom');
  await a.page.keyboard.press('Enter');
  await until(async () => (await a.rows.count()) === 1, 'one to be left in the queue');
  expect(a.errors).toEqual([]);
});
