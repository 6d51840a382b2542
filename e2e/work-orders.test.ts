import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

/** An agent with a customer's first message in front of them. */
async function taken(email: string, text: string): Promise<{ a: Desk; c: Customer }> {
  const c = await Customer.visit(house, await newContext(browser));
  await c.writes(text);
  await c.isStored();
  const a = await Desk.signIn(house, await newContext(browser), email);
  await a.take();
  await a.says(text);
  await a.sawAll();
  return { a, c };
}

test('CLK1 no reply needed: two keys, and the clock stops with a reason that everybody reads', async () => {
  const { a, c } = await taken('tom@e2e.example', 'Thank you, that is all.');
  await a.timeline.focus();
  await a.page.keyboard.press('d');
  await a.page.getByRole('dialog').waitFor();
  await a.page.keyboard.press('1');
  await a.timeline.getByText('A thank you').waitFor();
  await a.page.getByText('Nothing unanswered').waitFor();
  await until(async () => (await a.page.locator('.row .clock').count()) === 0, 'the clock to stop in the list too');
  // What is not answered may not be set aside; what is marked may.
  await a.page.keyboard.press('h');
  await a.page.getByRole('dialog').waitFor();
  await a.page.keyboard.press('3');
  await a.page.getByText('is set aside until').waitFor();
  await a.page.goto(`${a.link.url}/desk/snoozed`);
  await until(async () => (await a.rows.count()) === 1, 'it to stand among what is set aside');
  // LST7: the customer's next message brings it back.
  await c.writes('One more thing, though.');
  await until(async () => (await a.rows.count()) === 0, 'it to wake');
  expect([...a.errors, ...c.errors]).toEqual([]);
});

test('LST1 handing over: a name, a note, Enter; a supervisor takes over, and Shift Q gives it back', async () => {
  const { a: tom, c } = await taken('tom@e2e.example', 'Could you look into order 1412?');
  await tom.timeline.focus();
  await tom.page.keyboard.press('a');
  const dialog = tom.page.getByRole('dialog');
  await dialog.getByRole('combobox').fill('ard');
  await dialog.getByRole('textbox').last().fill('She asked for you.');
  await tom.page.keyboard.press('Control+Enter');
  await tom.page.getByText('is with').first().waitFor();
  const ann = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await until(async () => (await ann.rows.count()) === 1, 'it to be with Ann');
  await ann.rows.first().click();
  await ann.timeline.getByText('She asked for you.').waitFor();
  const conversation = ann.conversation;

  // Ann gives it back to Tom; who is a supervisor takes it over from him without asking.
  await ann.sawAll();
  await ann.timeline.focus();
  await ann.page.keyboard.press('a');
  await ann.page.getByRole('dialog').getByRole('combobox').fill('tom');
  await ann.page.keyboard.press('Enter');
  await ann.page.getByText('is with').first().waitFor();
  await ann.visit(conversation);
  await ann.isInStep();
  await ann.timeline.focus();
  await ann.page.keyboard.press('a');
  await ann.page.getByRole('dialog').waitFor();
  await ann.page.keyboard.press('Enter');
  await ann.timeline.getByText('took this over').waitFor();
  await ann.sawAll();
  await ann.timeline.focus();
  await ann.page.keyboard.press('Shift+Q');
  await ann.page.goto(`${ann.link.url}/desk/queue`);
  await until(async () => (await ann.rows.count()) === 1, 'it to stand in the queue again');
  await ann.page.keyboard.press('g');
  await ann.page.keyboard.press('u');
  await ann.page.getByRole('heading', { name: 'Unanswered' }).waitFor();
  await until(async () => (await ann.rows.count()) >= 1, 'it to be unanswered still');
  await ann.take();
  await ann.sawAll();
  await ann.reply('Order 1412 left today.');
  await c.sees('Order 1412 left today.');
  expect([...ann.errors, ...tom.errors, ...c.errors]).toEqual([]);
});

test('LST6 what waits goes back when its agent is away, unless taken back in time; the desk says what and why', async () => {
  const { a, c } = await taken('tom@e2e.example', 'Are you still there?');
  const goAway = async () => {
    await a.page.locator('.me').first().click();
    await a.page.getByRole('menuitemradio', { name: 'Away' }).click();
    await a.page.keyboard.press('Escape');
  };
  await a.composer.fill('Half a reply');
  await goAway();
  await a.page.getByRole('button', { name: 'Undo' }).click();
  await a.page.locator('.me').getByText('Taking chats').waitFor();
  expect(await a.page.locator('.returned').count()).toBe(0);
  await goAway();
  const told = a.page.getByRole('status', { name: 'Went back to the queue' });
  await told.getByText('went back to Orders since you were away').waitFor();
  await told.getByText('your draft is kept').waitFor();
  expect(await a.composer.inputValue()).toBe('Half a reply');
  // It is said until somebody has read it, also after a reload.
  await a.page.reload();
  await told.waitFor();
  await told.getByRole('button', { name: 'I have read it' }).click();
  await told.waitFor({ state: 'detached' });
  await a.page.reload();
  await a.page.locator('.list').waitFor();
  await a.isInStep();
  expect(await told.count()).toBe(0);
  expect([...a.errors, ...c.errors]).toEqual([]);
});
