import type { Entry } from '@heed/protocol';
import pg from 'pg';
import { expect, test } from 'vitest';
import { Postgres } from '../simulation/real/postgres.ts';
import { PASSWORD } from './house.ts';
import { Customer, Desk, newContext, until } from './people.ts';
import { browser, house, useHouse } from './set-up.ts';

useHouse();

/** What a supervisor's program reads. */
async function ask<T>(path: string): Promise<T> {
  const signedIn = await fetch(`${house.address}/v1/agents/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ann@e2e.example', password: PASSWORD }),
  });
  const { token } = (await signedIn.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  return (await (await fetch(house.address + path, { headers })).json()) as T;
}

/** Who waits, as anybody with a token reads it: in the queue in order, then with agents by when it is due. */
async function byApi(): Promise<string[]> {
  const { conversations } = await ask<{ conversations: Entry[] }>('/v1/conversations');
  const waiting = conversations.filter(({ unanswered }) => unanswered > 0);
  const inLine = waiting.filter(({ holder }) => holder.startsWith('queue:'));
  const held = waiting.filter(({ holder }) => !holder.startsWith('queue:'));
  const by = (field: 'waitingSince' | 'dueAt') => (a: Entry, b: Entry) =>
    (a[field] ?? '') < (b[field] ?? '') ? -1 : 1;
  return [...inLine.sort(by('waitingSince')), ...held.sort(by('dueAt'))].map(({ conversation }) => conversation);
}

/** The same, as the tables have it; and how many replies the log has. */
async function byTables(): Promise<{ waiting: string[]; replies: number }> {
  const client = new pg.Client(new Postgres(house.data).connection);
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM conversation WHERE unanswered > 0
        ORDER BY holder LIKE 'agent:%', CASE WHEN holder LIKE 'agent:%' THEN due_at ELSE waiting_since END`,
    );
    const counted = await client.query<{ count: number }>(
      `SELECT count(*)::int FROM item WHERE stream LIKE 'conversation/%' AND kind = 'message' AND actor_type = 'agent'`,
    );
    return { waiting: rows.map(({ id }) => id), replies: counted.rows[0]?.count ?? 0 };
  } finally {
    await client.end();
  }
}

/** What the server counted today, as a program asks for it. */
async function answeredByApi(): Promise<number> {
  const from = new Date(Date.now() - 3_600_000).toISOString();
  return (await ask<{ answered: number }>(`/v1/figures?from=${from}`)).answered;
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
  const agrees = async () => {
    const { waiting } = await byTables();
    return [await onWall(), await byApi()].every((seen) => JSON.stringify(seen) === JSON.stringify(waiting));
  };
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
  const { replies } = await byTables();
  expect(replies).toBe(4);
  // Each of them answered somebody. The server looks anew every few seconds.
  await until(async () => (await answeredByApi()) === replies, 'the program to be told of all answers');
  const shown = async () => (await figure('Answered today').textContent()) === String(replies);
  await until(shown, 'the wall to count all answers');
  expect([...ann.errors, ...tom.errors]).toEqual([]);
});
