import type { Item } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type QueueSettings, setCapacity, setQueue } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
const wires: Wire[] = [];
const QUICK = { 'grace-ms': '3000', 'away-ms': '600', 'desk-beat-ms': '500', 'widget-beat-ms': '500' };

beforeEach(async () => {
  running = await startRunning(QUICK);
});
afterEach(async () => {
  for (const wire of wires.splice(0)) wire.close();
  await running.close();
});

async function tune(settings: QueueSettings): Promise<void> {
  await setQueue(running.database.pool, running.queue, settings);
  // Nodes look every two seconds; a token is given by one that has just looked.
  await agentToken(running, 'ann');
}

/** An agent's desk that answers beats, as a page does, until it is told to stop. */
async function desk(name: string): Promise<Wire & { hangs: () => void; token: string }> {
  const token = await agentToken(running, name);
  const wire = await Wire.open(running, token);
  wires.push(wire);
  const beat = setInterval(() => wire.say({ t: 'alive' }), 200);
  const hangs = () => clearInterval(beat);
  wire.socket.on('close', hangs);
  return Object.assign(wire, { hangs, token });
}

/** A customer who has written; gives the conversation. */
async function customer(): Promise<{ id: string; token: string; says: (text: string) => Promise<unknown> }> {
  const token = await customerToken(running);
  const wire = await Wire.open(running, token);
  wires.push(wire);
  const sent = await wire.send('chat/new', ulid(), 'message', { text: 'hello', inbox: running.key });
  if (sent.t !== 'sent') throw new Error(JSON.stringify(sent));
  return { id: sent.s.slice('chat/'.length), token, says: (text) => wire.send(sent.s, ulid(), 'message', { text }) };
}

async function row(id: string) {
  const { rows } = await running.database.pool.query('SELECT * FROM conversation WHERE id = $1', [id]);
  return rows[0];
}

/** Waits until a row says something. */
async function until(id: string, column: string, value: unknown): Promise<void> {
  const deadline = Date.now() + 15_000;
  while ((await row(id))[column] !== value) {
    if (Date.now() > deadline)
      throw new Error(`${column} is ${JSON.stringify((await row(id))[column])}, never ${value}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

async function items(id: string): Promise<Pick<Item, 'kind' | 'body'>[]> {
  const { rows } = await running.database.pool.query(
    `SELECT i.kind, b.json FROM item i JOIN body b USING (stream, n) WHERE i.stream = $1 ORDER BY i.n`,
    [`conversation/${id}`],
  );
  return rows.map(({ kind, json }) => ({ kind, body: JSON.parse(json) as unknown }));
}

const moves = async (id: string) =>
  (await items(id)).flatMap(({ kind, body }) => {
    const { reason } = body as { reason?: string };
    return ['message', 'note'].includes(kind) ? [] : [`${kind} ${reason ?? ''}`.trim()];
  });

describe('leases', () => {
  test('LST6 away for a moment is undone by coming back; for longer, what customers wait for returns', async () => {
    const ann = await desk('ann');
    const { id } = await customer();
    await ann.ask({ t: 'take', id: ulid(), queue: running.queue });
    await until(id, 'holder', `agent:${running.ann}`);
    await ann.ask({ t: 'presence', state: 'away' });
    await ann.ask({ t: 'presence', state: 'taking' });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await moves(id)).toEqual(['queued new', 'assigned take']);
    ann.say({ t: 'open', s: `list/agent:${running.ann}`, re: 'list' });
    await ann.until('update', ({ s }) => s.startsWith('list/'));
    await ann.ask({ t: 'presence', state: 'away' });
    await until(id, 'holder', `queue:${running.queue}`);
    expect(await moves(id)).toEqual(['queued new', 'assigned take', 'returned away']);
    const left = await ann.until('update', ({ items: all }) => all.some(({ kind }) => kind === 'left'));
    expect(left.items.at(-1)?.body).toEqual({ conversation: id, to: `queue:${running.queue}`, reason: 'away' });
  });

  test('LST6 with the last sign-out it returns at once; what nobody waits for stays until the customer writes', async () => {
    const ann = await desk('ann');
    const [waits, other] = [await customer(), await customer()];
    for (let i = 0; i < 2; i++) await ann.ask({ t: 'take', id: ulid(), queue: running.queue });
    const { rows } = await running.database.pool.query("SELECT n, h FROM stream WHERE name = 'conversation/' || $1", [
      other.id,
    ]);
    await ann.send(`conversation/${other.id}`, ulid(), 'message', { text: 'there' }, { basedOn: rows[0] });
    await fetch(`${running.server.address}/v1/agents/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${ann.token}` },
    });
    await until(waits.id, 'holder', `queue:${running.queue}`);
    expect((await moves(waits.id)).at(-1)).toBe('returned signedOut');
    expect((await row(other.id)).holder).toBe(`agent:${running.ann}`);
    await other.says('and now?');
    expect(await row(other.id)).toMatchObject({ holder: `queue:${running.queue}`, unanswered: 1 });
    expect((await moves(other.id)).at(-1)).toBe('returned signedOut');
  });

  test('LST6 a page that hangs is waited for, then what it had returns; a restart begins the grace anew', async () => {
    const ann = await desk('ann');
    const { id, token } = await customer();
    await ann.ask({ t: 'take', id: ulid(), queue: running.queue });
    ann.hangs();
    await until(id, 'holder', `queue:${running.queue}`);
    expect((await moves(id)).at(-1)).toBe('returned gone');
    const bob = await desk('bob');
    await bob.ask({ t: 'take', id: ulid(), queue: running.queue });
    await until(id, 'holder', `agent:${running.bob}`);
    bob.hangs();
    await running.server.close();
    // Nobody was listened to for longer than the grace; whoever comes up hears everybody first.
    await running.database.pool.query("UPDATE presence SET heard_at = heard_at - interval '1 hour'");
    running.server = await running.another();
    const wire = await Wire.open(running, token);
    wires.push(wire);
    await wire.send(`chat/${id}`, ulid(), 'message', { text: 'still there?' });
    expect((await row(id)).holder).toBe(`agent:${running.bob}`);
    await until(id, 'holder', `queue:${running.queue}`);
    expect((await moves(id)).at(-1)).toBe('returned gone');
  });

  test('LST7 a snooze that ran out comes back to who has it, or to the queue', async () => {
    const ann = await desk('ann');
    const [one, two] = [await customer(), await customer()];
    for (const { id } of [one, two]) {
      await ann.ask({ t: 'take', id: ulid(), queue: running.queue });
      const { rows } = await running.database.pool.query("SELECT n, h FROM stream WHERE name = 'conversation/' || $1", [
        id,
      ]);
      const then = { snooze: new Date(Date.now() + 1_500).toISOString() };
      await ann.send(`conversation/${id}`, ulid(), 'message', { text: 'later' }, { basedOn: rows[0], then });
    }
    await until(one.id, 'status', 'open');
    expect((await moves(one.id)).slice(-2)).toEqual(['snoozed', 'reopened']);
    expect((await row(one.id)).holder).toBe(`agent:${running.ann}`);
    await until(two.id, 'status', 'open');
  });
});

describe('push', () => {
  test('LST5 the backlog on sign-in, more as capacity is freed, in the order of the queue', async () => {
    await tune({ routing: 'push', capacity: 2 });
    const waiting: { id: string }[] = [];
    for (let i = 0; i < 4; i++) waiting.push(await customer());
    const [a, b, c, d] = waiting.map(({ id }) => id) as [string, string, string, string];
    expect((await row(a)).holder).toBe(`queue:${running.queue}`);
    const ann = await desk('ann');
    const mine = `agent:${running.ann}`;
    await until(a, 'holder', mine);
    await until(b, 'holder', mine);
    expect((await row(c)).holder).toBe(`queue:${running.queue}`);
    expect((await moves(a)).at(-1)).toBe('assigned push');
    const { rows } = await running.database.pool.query("SELECT n, h FROM stream WHERE name = 'conversation/' || $1", [
      a,
    ]);
    await ann.send(`conversation/${a}`, ulid(), 'message', { text: 'done' }, { basedOn: rows[0], then: 'resolve' });
    await until(c, 'holder', mine);
    expect((await row(d)).holder).toBe(`queue:${running.queue}`);
    await setCapacity(running.database.pool, running.queue, 'bob@x.example', 1);
    await desk('bob');
    await until(d, 'holder', `agent:${running.bob}`);
    const last = await customer();
    expect((await row(last.id)).holder).toBe(`queue:${running.queue}`);
  });

  test('LST5 to who has waited longest; nothing to who is away, hangs, or only signed in', async () => {
    await tune({ routing: 'push', capacity: 10 });
    const ann = await desk('ann');
    const bob = await desk('bob');
    const given = async () => {
      const { id } = await customer();
      const deadline = Date.now() + 5_000;
      while ((await row(id)).holder.startsWith('queue:') && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return (await row(id)).holder;
    };
    const turns = [await given(), await given(), await given(), await given()];
    expect(turns).toEqual([running.ann, running.bob, running.ann, running.bob].map((id) => `agent:${id}`));
    await ann.ask({ t: 'presence', state: 'away' });
    expect([await given(), await given()]).toEqual([`agent:${running.bob}`, `agent:${running.bob}`]);
    bob.hangs();
    bob.close();
    await ann.ask({ t: 'presence', state: 'taking' });
    // By now bob was not heard for 2.5 beats.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await agentToken(running, 'bob');
    expect([await given(), await given()]).toEqual([`agent:${running.ann}`, `agent:${running.ann}`]);
  });
});

describe('clocks', () => {
  test('CLK3 reminded, returned with raised priority, told: each an item; the answer ends it', async () => {
    await tune({ firstReplyMs: 500, returnAfterMs: 1_000, tellAfterMs: 2_000 });
    const ann = await desk('ann');
    const { id } = await customer();
    await ann.ask({ t: 'take', id: ulid(), queue: running.queue });
    await until(id, 'told', true);
    expect(await moves(id)).toEqual([
      ...['queued new', 'assigned take', 'escalated remind', 'escalated return'],
      ...['returned overdue', 'escalated tell'],
    ]);
    expect(await row(id)).toMatchObject({
      overdue: true,
      priority: 1,
      holder: `queue:${running.queue}`,
      next_step_at: null,
    });
    const { rows } = await running.database.pool.query("SELECT n, h FROM stream WHERE name = 'conversation/' || $1", [
      id,
    ]);
    await ann.send(`conversation/${id}`, ulid(), 'message', { text: 'sorry' }, { basedOn: rows[0] });
    expect(await row(id)).toMatchObject({ overdue: false, priority: 0, told: false, holder: `agent:${running.ann}` });
  });

  test('CLK2 closing and opening stop and start the clock, and write changed and no item', async () => {
    const { id } = await customer();
    expect((await row(id)).paused_until).toBeNull();
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    const day = days[(new Date().getUTCDay() + 2) % 7] as string;
    await tune({ hours: () => ({ zone: 'UTC', week: { [day]: [['09:00', '10:00']] }, holidays: [] }) });
    await running.database.pool.query('UPDATE conversation SET next_step_at = clock_timestamp() WHERE id = $1', [id]);
    const deadline = Date.now() + 10_000;
    while ((await row(id)).paused_until === null && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await row(id)).paused_until.toISOString()).toMatch(/T09:00:00/);
    expect(await moves(id)).toEqual(['queued new']);
    const entry = async () =>
      (
        await running.database.pool.query(
          'SELECT e.kind, c.entry AS body FROM entry e JOIN conversation c ON c.id = e.conversation WHERE c.id = $1 ORDER BY e.list',
          [id],
        )
      ).rows;
    const shown = (await entry()).map(({ kind, body }) => [
      kind,
      (JSON.parse(body) as { pausedUntil: string }).pausedUntil,
    ]);
    const pausedUntil = (await row(id)).paused_until.toISOString();
    expect(shown).toEqual([
      ['changed', pausedUntil],
      ['changed', pausedUntil],
    ]);
    await tune({ hours: () => null });
    await running.database.pool.query('UPDATE conversation SET next_step_at = clock_timestamp() WHERE id = $1', [id]);
    await until(id, 'paused_until', null);
  });
});
