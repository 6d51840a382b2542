import type { Frame } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let agent: Wire;
let customer: Wire;
beforeAll(async () => {
  running = await startRunning();
  agent = await Wire.open(running, await agentToken(running, 'ann'));
  customer = await Wire.open(running, await customerToken(running));
});
afterAll(() => running.close());

async function begun(): Promise<{ chat: string; s: string }> {
  const sent = await customer.send('chat/new', ulid(), 'message', { text: 'Hello', inbox: running.key });
  const chat = (sent as Extract<Frame, { t: 'sent' }>).s;
  return { chat, s: chat.replace('chat', 'conversation') };
}

async function report(wire: Wire, s: string): Promise<void> {
  await wire.ask({ t: 'open', s });
  await wire.ask({ t: 'diverged', s, ours: { n: 1, h: 'a' }, theirs: { n: 1, h: 'b' } });
}

async function spoil(s: string): Promise<void> {
  const { pool } = running.database;
  await pool.query('ALTER TABLE item DISABLE TRIGGER item_never_changes');
  await pool.query("UPDATE item SET at = at - interval '1 s' WHERE stream = $1", [s]);
  await pool.query('ALTER TABLE item ENABLE TRIGGER item_never_changes');
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${running.server.address}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:{[^}]*})? (.*)$`, 'm').exec(text)?.[1] ?? 0);
}

async function isDamaged(s: string): Promise<boolean> {
  const { rows } = await running.database.pool.query('SELECT damaged_at FROM conversation WHERE id = $1', [
    s.slice(s.indexOf('/') + 1),
  ]);
  return rows[0].damaged_at !== null;
}

test("EPO3 an agent's window that differs from a broken log stops it, and no other", async () => {
  const [broken, whole] = [await begun(), await begun()];
  await spoil(broken.s);
  await report(customer, broken.chat);
  await report(agent, whole.s);
  await report(agent, broken.s);
  while (!(await isDamaged(broken.s))) await new Promise((resolve) => setTimeout(resolve, 20));
  const words = { text: 'Anybody there?' };
  for (const [wire, s] of [
    [customer, broken.chat],
    [agent, broken.s],
  ] as const)
    expect(await wire.send(s, ulid(), s === broken.s ? 'note' : 'message', words)).toMatchObject({
      t: 'refused',
      code: 'damaged',
    });
  expect(await isDamaged(whole.s)).toBe(false);
  expect(await customer.send(whole.chat, ulid(), 'message', words)).toMatchObject({ t: 'sent' });
  expect(await figure('heed_damaged_total')).toBe(1);
});

test("EPO3 a customer's report is counted, and sets nothing off", async () => {
  const { chat, s } = await begun();
  await spoil(s);
  await report(customer, chat);
  // What an agent reports afterwards is examined after whatever came before.
  const other = await begun();
  await spoil(other.s);
  await report(agent, other.s);
  while (!(await isDamaged(other.s))) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await isDamaged(s)).toBe(false);
  expect(await figure('heed_divergences_total')).toBeGreaterThan(0);
});
