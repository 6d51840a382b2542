import type { Frame, Item, Snapshot } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';
import { verifyDatabase } from '../verify/verify.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({ 'widget-beat-ms': '1000' });
});
afterAll(() => running.close());

async function begun(c: Wire, text = 'Hello'): Promise<{ chat: string; s: string }> {
  const sent = await c.send('chat/new', ulid(), 'message', { text, inbox: running.key });
  const chat = (sent as Extract<Frame, { t: 'sent' }>).s;
  return { chat, s: `conversation/${chat.slice('chat/'.length)}` };
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The numbers of a stream that a wire was given, in whatever frame. */
function numbers(wire: Wire, s: string): Set<number> {
  const items = wire.frames.flatMap((frame): readonly Item[] =>
    (frame.t === 'update' || frame.t === 'snapshot') && frame.s === s ? frame.items : [],
  );
  return new Set(items.map(({ n }) => n));
}

function pointAt(wire: Wire, s: string, n: number): { n: number; h: string } {
  const items = wire.frames.flatMap((frame): readonly Item[] =>
    (frame.t === 'update' || frame.t === 'snapshot') && frame.s === s ? frame.items : [],
  );
  return { n, h: items.find((item) => item.n === n)?.h ?? '' };
}

test('CON4 a terminal that reads nothing for a while is pushed nothing more, and then all that it missed', async () => {
  const c = await Wire.open(running, await customerToken(running));
  const { chat, s } = await begun(c);
  const slow = await Wire.open(running, await agentToken(running, 'ann'));
  await slow.ask({ t: 'open', s });
  slow.socket.pause();
  const text = 'x'.repeat(16_000);
  const count = 448;
  // As many at once as one update has room for, so that no push leaves anything out for its size.
  const atOnce = 7;
  for (let i = 0; i < count; i += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => c.send(chat, ulid(), 'message', { text })));
  }
  slow.socket.resume();
  const { at } = (await c.ask({ t: 'open', s: chat })) as Snapshot;
  expect(at.n).toBe(count + 1);
  // It names the head unasked; what does not fit into one update is asked for.
  const { n: head } = (await running.database.pool.query('SELECT n FROM stream WHERE name = $1', [s])).rows[0];
  await slow.until('update', (frame) => frame.s === s && frame.head.n === head);
  const pushed = numbers(slow, s).size;
  expect(pushed).toBeLessThan(count);
  // Once something was left out nothing is pushed past it, until all of it is.
  let told = 0;
  for (const frame of slow.frames) {
    if (frame.t !== 'update' && frame.t !== 'snapshot') continue;
    if (frame.s !== s) continue;
    if (frame.t === 'update') expect(frame.prev.n).toBeLessThanOrEqual(told);
    told = Math.max(told, frame.items.at(-1)?.n ?? 0);
  }
  for (let n = 1; n < head; ) {
    if (numbers(slow, s).has(n + 1)) n++;
    else await slow.ask({ t: 'get', s, after: pointAt(slow, s, n) });
  }
  expect(slow.closed).toBeUndefined();
  for (const frame of slow.frames) expect(JSON.stringify(frame).length).toBeLessThan(160_000);
});

test('SND5 I15 a database whose connections end at any moment: each request is answered, and each send stored once', async () => {
  const token = await customerToken(running);
  const agent = await agentToken(running, 'bob');
  const first = await Wire.open(running, token);
  const { chat, s } = await begun(first);
  let over = false;
  let killed = 0;
  let answered = 0;
  const killing = (async () => {
    while (!over) {
      const { rows } = await running.database.pool.query(
        `SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_start < clock_timestamp() - interval '300 ms' AND state IS NOT NULL AND random() < 0.5`,
      );
      killed += rows[0].n;
      // On a machine that is busy nothing would ever be done between one blow and the next.
      const before = answered;
      do await wait(60);
      while (!over && answered === before);
    }
  })();
  const codes = new Set<string>();
  /** The answer; undefined where the connection ended first, as it does when the hello itself cannot be answered. */
  const ask = async (wire: Wire, frame: object): Promise<Frame | undefined> => {
    try {
      const answer = await wire.ask(frame);
      answered++;
      if (answer.t === 'refused') codes.add(answer.code);
      return answer;
    } catch (error) {
      if (wire.closed === undefined) throw error;
      return undefined;
    }
  };
  const open = async (good: string): Promise<Wire> => {
    for (;;) {
      try {
        return await Wire.open(running, good);
      } catch {
        await wait(20);
      }
    }
  };
  const customer = async () => {
    const mine: string[] = [];
    for (let i = 0; i < 6; i++) {
      let c = await open(token);
      for (let k = 0; k < 4; k++) {
        const frame = {
          t: 'send',
          id: ulid(),
          s: chat,
          epoch: c.epoch,
          kind: 'message',
          body: { text: `${k}` },
          attempt: 1,
        };
        mine.push(frame.id);
        for (;;) {
          const answer = await ask(c, frame);
          if (answer?.t === 'sent') break;
          if (!answer) c = await open(token);
        }
      }
      c.close();
    }
    return mine;
  };
  const desk = async () => {
    for (let i = 0; i < 10; i++) {
      const a = await open(agent);
      await ask(a, { t: 'open', s });
      await ask(a, { t: 'open', s: `list/queue:${running.queue}` });
      await ask(a, { t: 'get', s, before: 3 });
      await ask(a, { t: 'check', streams: [[s, 0, '']] });
      await ask(a, { t: 'cancel', s, id: ulid() });
      await ask(a, { t: 'draft', s, text: 'x', version: i });
      a.close();
    }
  };
  const [ids] = await Promise.all([Promise.all([customer(), customer()]), desk(), desk()]);
  over = true;
  await killing;
  expect(killed).toBeGreaterThan(5);
  expect([...codes].filter((code) => code !== 'unavailable' && code !== 'not_found')).toEqual([]);
  const { rows } = await running.database.pool.query("SELECT id FROM item WHERE stream = $1 AND kind = 'message'", [
    chat,
  ]);
  const stored = rows.map(({ id }) => id);
  for (const mine of ids) expect(stored.filter((id) => mine.includes(id))).toEqual(mine);
  expect((await verifyDatabase(running.database.pool)).findings).toEqual([]);
  // And life goes on: beats come, without anybody having started anything anew.
  const calm = await open(token);
  await calm.ask({ t: 'open', s: chat });
  await calm.until('beat', (frame) => frame.heads.some(([name]) => name === chat));
});

test('CON9 a question that fails makes nothing of the answer to another about the same stream', async () => {
  // Connections that the test before this one ended may still be in the pool, and each costs one request.
  let token = '';
  await expect
    .poll(async () => (token = await customerToken(running).catch(() => '')), { timeout: 5_000 })
    .not.toBe('');
  const c = await Wire.open(running, token);
  const { chat } = await begun(c);
  const { pool } = running.database;
  const blocker = await pool.connect();
  const waiting = async (count: number): Promise<number[]> => {
    for (;;) {
      const { rows } = await blocker.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FROM mention m%' ORDER BY query_start`,
      );
      if (rows.length >= count) return rows.map(({ pid }) => pid);
      await blocker.query('SELECT pg_stat_clear_snapshot()');
    }
  };
  try {
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE mention');
    const first = c.ask({ t: 'open', s: chat });
    const [pid] = await waiting(1);
    const second = c.ask({ t: 'open', s: chat });
    await waiting(2);
    await blocker.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await first).toMatchObject({ t: 'refused', code: 'unavailable' });
    await blocker.query('ROLLBACK');
    const answer = await second;
    expect(answer.t === 'refused' ? answer.code : answer.t).toMatch(/snapshot|unavailable/);
  } finally {
    blocker.release(true);
  }
  c.close();
});
