import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';
import { sweep } from './sweep.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.close());

test('LST2 after old rows are dropped, a terminal still reaches the head: from nothing, and from below the floor', async () => {
  const { pool } = running.database;
  const c = await Wire.open(running, await customerToken(running));
  const a = await Wire.open(running, await agentToken(running, 'ann'));
  for (let i = 0; i < 3; i++) {
    await c.send('chat/new', ulid(), 'message', { text: `Hello ${i}`, inbox: running.key });
    await a.ask({ t: 'take', id: ulid(), queue: running.queue });
  }
  const s = `list/queue:${running.queue}`;
  const early = await a.ask({ t: 'get', s });
  const [first] = early.t === 'update' ? early.items : [];
  await pool.query("UPDATE entry SET at = at - interval '8 days'");
  await pool.query("UPDATE list_point SET at = at - interval '8 days'");
  await sweep(pool);
  const whole = await a.ask({ t: 'get', s });
  expect(whole).toMatchObject({ t: 'update', prev: { n: 0 } });
  if (whole.t !== 'update') return;
  expect(whole.items.at(-1)?.n).toBe(whole.head.n);
  expect(whole.items).toHaveLength(1);
  const below = await a.ask({ t: 'get', s, after: { n: first?.n ?? 0, h: first?.h ?? '' } });
  expect(below).toMatchObject({ t: 'snapshot', at: { n: 0 } });
});
