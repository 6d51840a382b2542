import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

/** Asks until the search knows what was stored a moment ago. */
async function search(desk: Desk, q: string, hits: number): Promise<void> {
  const field = desk.page.getByRole('searchbox');
  await until(async () => {
    await field.fill('');
    await field.fill(q);
    await desk.page.locator('.find__results[aria-busy=false] .find__end').waitFor();
    return (await desk.page.locator('.hit__at').count()) === hits;
  }, `${hits} hits for ${q}`);
}

test('what was said is found, by keys alone, and its window opens where it stands; what was erased is not', async () => {
  const a = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('One of the cushions has a pulled thread right along the seam.');
  await c.isStored();
  await a.take();
  await a.sawAll();
  await a.reply('I am sorry, that is a loom fault.');
  await c.sees('I am sorry, that is a loom fault.');
  await c.writesAll(Array.from({ length: 60 }, (_, index) => `Now about parcel ${index + 1} of 60`));
  await c.isStored();
  await a.says('Now about parcel 60 of 60');

  // A desk that has not met it before begins with its newest fifty.
  const b = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await b.page.keyboard.press('/');
  await b.page.getByRole('searchbox').waitFor();
  await search(b, 'pulled thread', 1);
  expect(await b.page.locator('.hit__at mark').allTextContents()).toEqual(['pulled thread']);
  await b.page.locator('.find__rows .is-hit').getByText('right along the seam').waitFor();
  await b.page.getByRole('searchbox').press('Enter');
  await b.page.waitForURL(/#1$/);
  // Above the window's beginning.
  await b.timeline.locator('#n1').waitFor();
  await until(
    async () =>
      b.timeline.locator('#n1').evaluate((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }),
    'the first message to be in view',
  );
  await b.page.goBack();
  await b.page.getByRole('searchbox').waitFor();
  expect(await b.page.getByRole('searchbox').inputValue()).toBe('pulled thread');

  await search(b, 'parcel 7 of', 1);
  await search(b, 'samovar', 0);
  await b.page.getByText('Nothing found for “samovar”.').waitFor();
  await b.page.getByRole('searchbox').press('Escape');
  await b.page.getByRole('searchbox').press('Escape');
  await b.page.locator('.list').waitFor();
  expect([...a.errors, ...b.errors, ...c.errors]).toEqual([]);
});
