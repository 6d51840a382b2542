import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

const RACES = 5;

/** The words that a page still has: held beside the draft, or gone because they are stored. */
async function isKept(desk: Desk, text: string): Promise<boolean> {
  if (!(await desk.held.isVisible())) return false;
  return (await desk.held.locator('.draft').allTextContents()).includes(text);
}

/** Whose reply is held sends it as well, and says why (GRD4). */
async function sendAsWell(desk: Desk): Promise<void> {
  if (!(await desk.held.isVisible())) return;
  const why = desk.held.getByLabel(/^Why send it as well/);
  await until(async () => {
    await desk.held.getByRole('button', { name: 'Send as well' }).click();
    return why.isVisible();
  }, 'the question why');
  await why.fill('We both began');
  await why.press('Enter');
  await desk.held.waitFor({ state: 'detached' });
}

// `npm run turns -- --only races` does it hundreds of times over sockets alone.
test('GRD2 GRD3 two agents press at the same instant, again and again: one is held, and keeps its words', async () => {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes('Who of you is faster?');
  await c.isStored();
  const ann = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await ann.take();
  const tom = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await tom.visit(ann.conversation);
  const desks = [ann, tom] as const;
  for (let race = 1; race <= RACES; race++) {
    for (const desk of desks) await desk.sawAll();
    const texts = [`Ann, for the ${race}. time`, `Tom, for the ${race}. time`] as const;
    await ann.composer.fill(texts[0]);
    await tom.composer.fill(texts[1]);
    await Promise.all(desks.map((desk) => desk.page.keyboard.press('Control+Enter')));
    const isHeld = async () => (await isKept(ann, texts[0])) || (await isKept(tom, texts[1]));
    await until(isHeld, 'one of the two to be held with its words');
    for (const desk of desks) await sendAsWell(desk);
    for (const text of texts) await c.sees(text);
    for (const desk of desks) for (const text of texts) await desk.says(text);
  }
  const stored = await house.storedIn(ann.conversation);
  expect(stored).toHaveLength(1 + 2 * RACES);
  expect(new Set(stored).size).toBe(stored.length);
  expect([...ann.errors, ...tom.errors, ...c.errors]).toEqual([]);
});
