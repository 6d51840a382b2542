import { expect, test } from 'vitest';
import type { StoredItem } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

const RACES = Number(process.env.HEED_RACES ?? 6);

/** The words that a page still has: held beside the draft, or gone because they are stored. */
async function isKept(desk: Desk, text: string): Promise<boolean> {
  if (!(await desk.held.isVisible())) return false;
  return (await desk.held.locator('.draft').allTextContents()).includes(text);
}

/** Whether a text stands in the timeline as stored, and not as being under way. */
async function isSaid(desk: Desk, text: string): Promise<boolean> {
  const said = desk.timeline.getByText(text, { exact: true });
  return said.evaluateAll((all) => all.some((each) => each.closest('.outbox') === null));
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

/** Whose reply the customer overtook looks at what is new, and sends it then. */
async function sendAfterAll(desk: Desk): Promise<void> {
  await until(async () => {
    if (!(await desk.held.isVisible())) return true;
    await desk.page.keyboard.press('Control+Enter');
    return false;
  }, 'the reply to go after all');
}

/** I3: agents' replies that stand above something of somebody else that their authors had not seen, nor been asked about. */
async function blindIn(conversation: string): Promise<string[]> {
  const items = (await house.itemsOf(conversation)).filter(({ kind }) => kind === 'message');
  return items.flatMap(({ n, actor, body }) => {
    const known = Math.max(body?.seen?.n ?? 0, body?.override?.upTo.n ?? 0);
    const isBlind = (other: StoredItem) => other.n > known && other.n < n && other.actor.id !== actor.id;
    return actor.type === 'agent' && items.some(isBlind) ? [`${body?.text} (${n}, saw ${known})`] : [];
  });
}

// `npm run turns -- --only screens` races five hundred times.
test('GRD2 GRD3 all press at the same instant, again and again: who wrote blindly is held, and keeps the words', {
  timeout: 180_000 + RACES * 10_000,
}, async () => {
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
    const question = `And for the ${race}. time?`;
    // Every second time it is the customer whom an agent races.
    const isCustomer = race % 2 === 0;
    await ann.composer.fill(texts[0]);
    await (isCustomer ? await c.composer() : tom.composer).fill(isCustomer ? question : texts[1]);
    const presses = [
      () => ann.page.keyboard.press('Control+Enter'),
      () => (isCustomer ? c.page.keyboard.press('Enter') : tom.page.keyboard.press('Control+Enter')),
    ];
    if (race % 4 > 1) presses.reverse();
    await Promise.all(presses.map((press) => press()));
    const written = [texts[0], isCustomer ? question : texts[1]];
    if (isCustomer) {
      // Whoever came first, the reply is held with its words, or it was stored before the question.
      await ann.says(question);
      await until(async () => (await isKept(ann, texts[0])) || (await isSaid(ann, texts[0])), 'the reply or its words');
    } else {
      const isHeld = async () => (await isKept(ann, texts[0])) || (await isKept(tom, texts[1]));
      await until(isHeld, 'one of the two to be held with its words');
    }
    for (const desk of desks) await (isCustomer ? sendAfterAll : sendAsWell)(desk);
    for (const text of written) for (const desk of desks) await desk.says(text);
    for (const text of isCustomer ? [texts[0]] : texts) await c.sees(text);
  }
  const stored = await house.storedIn(ann.conversation);
  expect(stored).toHaveLength(1 + 2 * RACES);
  expect(new Set(stored).size).toBe(stored.length);
  expect(await blindIn(ann.conversation)).toEqual([]);
  expect([...ann.errors, ...tom.errors, ...c.errors]).toEqual([]);
});
