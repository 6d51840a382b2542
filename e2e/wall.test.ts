import type { Entry } from '@heed/protocol';
import { expect, test } from 'vitest';
import { PASSWORD } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

/** Who waits, as anybody with a token reads it: in the queue in order, then with agents by when it is due. */
async function byApi(): Promise<string[]> {
  const signedIn = await fetch(`${house.address}/v1/agents/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ann@e2e.example', password: PASSWORD }),
  });
  const { token } = (await signedIn.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${house.address}/v1/conversations`, { headers });
  const { conversations } = (await answer.json()) as { conversations: Entry[] };
  const waiting = conversations.filter(({ unanswered }) => unanswered > 0);
  const inLine = waiting.filter(({ holder }) => holder.startsWith('queue:'));
  const held = waiting.filter(({ holder }) => !holder.startsWith('queue:'));
  const by = (field: 'waitingSince' | 'dueAt') => (a: Entry, b: Entry) =>
    (a[field] ?? '') < (b[field] ?? '') ? -1 : 1;
  return [...inLine.sort(by('waitingSince')), ...held.sort(by('dueAt'))].map(({ conversation }) => conversation);
}

test('the wall shows exactly who waits, in order, without a reload; says as of when; rests when nobody does', async () => {
  const customers: Customer[] = [];
  for (const text of ['First', 'Second', 'Third']) {
    const customer = await Customer.visit(house, await newContext(browser));
    await customer.writes(text);
    await customer.isStored();
    customers.push(customer);
  }
  const ann = await Desk.signIn(house, await newContext(browser), 'ann@e2e.example');
  await ann.page.getByRole('link', { name: 'Live wall' }).click();
  const rows = ann.page.locator('[data-row]');
  const onWall = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-row') ?? ''));
  const agrees = async () => JSON.stringify(await onWall()) === JSON.stringify(await byApi());
  await until(async () => (await rows.count()) === 3 && (await agrees()), 'the wall to show who waits');

  const tom = await Desk.signIn(house, await newContext(browser), 'tom@e2e.example');
  await tom.take();
  await tom.says('First');
  await ann.page.getByText('With an agent, soonest due first').waitFor();
  await until(agrees, 'the wall to show who has the first');
  await tom.sawAll();
  await tom.reply('Good day to you');
  await customers[0]?.sees('Good day to you');
  await until(async () => (await rows.count()) === 2 && (await agrees()), 'the answered one to leave the wall');
  await customers[0]?.writes('One more thing');
  await until(async () => (await rows.count()) === 3 && (await agrees()), 'the wall to have them back');

  // Figures come from the server; charts are tables too.
  const figure = (label: string) => ann.page.locator('.figs div').filter({ hasText: label }).locator('dd');
  await until(async () => (await figure('Answered today').textContent()) === '1', 'the answer to be counted');
  await ann.page.getByText('Tom Thorn').waitFor();
  await ann.page.keyboard.press('t');
  expect(await ann.page.locator('.chart__table').count()).toBe(3);

  ann.link.cut();
  await ann.page.getByText(/^As of/).waitFor();
  ann.link.mend();
  await ann.page.getByText('In step').waitFor();
  await tom.says('One more thing');
  await tom.sawAll();
  await tom.reply('Gladly');
  for (const next of ['Second', 'Third']) {
    await tom.take();
    await tom.says(next);
    await tom.sawAll();
    await tom.reply(`Good day, ${next}`);
    await tom.says(`Good day, ${next}`);
  }
  await ann.page.getByText('Nobody is waiting').waitFor();
  expect(await agrees()).toBe(true);
  expect([...ann.errors, ...tom.errors]).toEqual([]);
});
