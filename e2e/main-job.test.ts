import { expect, test } from 'vitest';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

const ann = async () => Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
const tom = async () => Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
const customer = async () => Customer.visit(house, await newContext(browser));

/** A customer who wrote, and Ann, who took the conversation and has seen it all. */
async function begin(text: string): Promise<{ a: Desk; c: Customer }> {
  const c = await customer();
  await c.writes(text);
  await c.isStored();
  const a = await ann();
  await a.take();
  await a.says(text);
  await a.sawAll();
  return { a, c };
}

/** The same messages, in the same order and each once, in the tables and in both windows. */
async function agree(a: Desk, c: Customer, texts: string[]): Promise<void> {
  const conversation = a.conversation;
  await until(async () => (await c.messages()).length >= texts.length, 'the customer to have every message');
  expect(await house.storedIn(conversation)).toEqual(texts);
  expect((await a.messages()).map(({ text }) => text)).toEqual(texts);
  expect((await c.messages()).map(({ text }) => text)).toEqual(texts);
}

test('a customer writes, an agent takes the work order and answers', async () => {
  const { a, c } = await begin('Where is my parcel?');
  await a.reply('It leaves today.');
  await c.sees('It leaves today.');
  // Both know that the other has it: the agent's reply was seen, the customer's message too.
  await a.timeline.getByText(/^Seen/).first().waitFor();
  await (await c.frame()).getByText('Seen').first().waitFor();
  await agree(a, c, ['Where is my parcel?', 'It leaves today.']);
  expect([...a.errors, ...c.errors]).toEqual([]);
});

test('GRD2 a reply written while the page was in the background is held, the draft intact, then sent', async () => {
  const { a, c } = await begin('Do you have it in blue?');
  const draft = 'Yes, in stock.\n  Two of them, "as new" 🧵';
  await a.composer.fill(draft);
  await a.lookAway();
  await c.writes('Sorry, I meant green.');
  await a.says('Sorry, I meant green.');
  await a.page.keyboard.press('Control+Enter');
  await a.held.waitFor();
  expect(await a.held.locator('.draft').textContent()).toBe(draft);
  expect(await house.storedIn(a.conversation)).toEqual(['Do you have it in blue?', 'Sorry, I meant green.']);
  await a.lookBack();
  await a.reviewAndSend();
  await c.sees(draft);
  await agree(a, c, ['Do you have it in blue?', 'Sorry, I meant green.', draft]);
});

test('a desk that lost its network while a colleague answered misses nothing, and a blind reply is held', async () => {
  const { a, c } = await begin('Can I change the address?');
  const t = await tom();
  await t.visit(a.conversation);
  await t.says('Can I change the address?');
  await t.sawAll();
  a.link.cut();
  await t.reply('Yes, which one?');
  await c.sees('Yes, which one?');
  await c.writes('12 Quay Street');
  await t.says('12 Quay Street');
  await a.reply('I will look.');
  await a.timeline.getByText('I will look.').first().waitFor();
  a.link.mend();
  await a.says('Yes, which one?');
  await a.says('12 Quay Street');
  await a.held.waitFor();
  expect(await a.held.locator('.draft').last().textContent()).toBe('I will look.');
  const texts = ['Can I change the address?', 'Yes, which one?', '12 Quay Street'];
  await agree(a, c, texts);
  expect((await t.messages()).map(({ text }) => text)).toEqual(texts);
});

test('SND1 a widget reloaded with unsent messages sends them once', async () => {
  const { a, c } = await begin('Hello from the train');
  c.link.cut();
  await c.writes('first in the tunnel');
  await c.writes('second in the tunnel');
  const waiting = (await c.frame()).getByText('Waiting to send');
  await until(async () => (await waiting.count()) === 2, 'both messages to wait');
  await c.isKept(2);
  // The page comes from the shop; our server is within reach again for it.
  c.link.mend();
  await c.page.reload();
  await c.open();
  await a.says('second in the tunnel');
  await agree(a, c, ['Hello from the train', 'first in the tunnel', 'second in the tunnel']);
});

test('a tab that was killed with a reply in its outbox: the next one sends it once', async () => {
  const { a, c } = await begin('Is it waterproof?');
  a.link.cut();
  await a.reply('Down to ten metres.');
  await a.timeline.getByText('Down to ten metres.').first().waitFor();
  await a.isKept(1);
  const url = a.page.url();
  const context = a.page.context();
  await a.page.close();
  a.link.mend();
  const next = new Desk(await context.newPage(), a.link);
  await next.page.goto(url);
  await c.sees('Down to ten metres.');
  await next.isInStep();
  await agree(next, c, ['Is it waterproof?', 'Down to ten metres.']);
});

test('I8 a server that was killed comes back: in step again, nothing missing, nothing twice', async () => {
  const { a, c } = await begin('before the kill');
  await house.kill();
  await c.writes('while it was down');
  await a.reply('written while it was down');
  await a.timeline.getByText('written while it was down').first().waitFor();
  await house.start();
  await a.says('while it was down');
  await a.isInStepOrHeld();
  // Written blindly while the customer wrote too: it is held, and goes out after a look. Had the reply been first, it is stored.
  await a.reviewAndSend();
  await c.sees('written while it was down');
  await c.isStored();
  const texts = await house.storedIn(a.conversation);
  expect(texts.toSorted()).toEqual(['before the kill', 'while it was down', 'written while it was down']);
  await agree(a, c, texts);
  await house.verify();
});
