import type { Frame, Snapshot } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addAgent, addQueue } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let other: string;
beforeAll(async () => {
  running = await startRunning();
  const { pool } = running.database;
  other = (await addQueue(pool, { name: 'Returns' })).id;
  const eve = { name: 'eve', email: 'eve@x.example', password: 'correct horse', role: 'agent' as const };
  await addAgent(pool, { ...eve, queues: ['Returns'] });
});
afterAll(() => running.close());

async function customer(): Promise<Wire> {
  return Wire.open(running, await customerToken(running));
}
async function agent(name = 'ann', terminal = ulid()): Promise<Wire> {
  return Wire.open(running, await agentToken(running, name), [], terminal);
}
async function begun(text = 'Hello') {
  const c = await customer();
  const sent = await c.send('chat/new', ulid(), 'message', { text, inbox: running.key });
  const chat = (sent as Extract<Frame, { t: 'sent' }>).s;
  const id = chat.slice('chat/'.length);
  return { c, id, chat, s: `conversation/${id}` };
}
/** What a terminal was told of a stream: everything but beats. */
function told(wire: Wire, s: string): Frame[] {
  return wire.frames.filter((frame) => 's' in frame && frame.s === s);
}

describe('CON9 I14 a permission that ends', () => {
  test('who loses it is not shown even how', async () => {
    const { c, chat, s } = await begun();
    const [ann, bob] = [await agent('ann'), await agent('bob')];
    const at = ((await bob.ask({ t: 'open', s })) as Snapshot).at;
    const point = ((await ann.ask({ t: 'open', s })) as Snapshot).at;
    expect(await ann.send(s, ulid(), 'message', { text: 'Mine' }, { basedOn: point })).toMatchObject({ t: 'sent' });
    await bob.until('update', (frame) => frame.s === s && frame.head.n > at.n);
    const basedOn = ((await ann.ask({ t: 'open', s })) as Snapshot).at;
    const note = 'not for the old queue';
    const transfer = ann.send(s, ulid(), 'transfer', { to: `queue:${other}`, note }, { basedOn });
    expect(await transfer).toMatchObject({ t: 'sent' });
    await c.send(chat, ulid(), 'message', { text: 'after that' });
    await bob.until('gone', (frame) => frame.s === s);
    await ann.until('gone', (frame) => frame.s === s);
    expect(JSON.stringify(told(bob, s))).not.toContain(note);
    expect(JSON.stringify(told(bob, s))).not.toContain('after that');
    expect(await bob.ask({ t: 'get', s })).toMatchObject({ code: 'not_found' });
  });

  test('who keeps it for another reason misses nothing', async () => {
    const { c, chat, s } = await begun();
    const [ann, bob] = [await agent('ann'), await agent('bob')];
    await ann.ask({ t: 'open', s });
    await ann.send(s, ulid(), 'note', { text: 'You too', mentions: [running.bob] });
    const basedOn = ((await ann.ask({ t: 'open', s })) as Snapshot).at;
    await bob.ask({ t: 'open', s });
    await ann.send(s, ulid(), 'message', { text: 'Mine' }, { basedOn });
    const mine = ((await ann.ask({ t: 'open', s })) as Snapshot).at;
    await ann.send(s, ulid(), 'transfer', { to: `queue:${other}` }, { basedOn: mine });
    await c.send(chat, ulid(), 'message', { text: 'after that' });
    await bob.until('update', (frame) => JSON.stringify(frame.items).includes('after that'));
    const numbers = new Set(
      bob.frames.flatMap((frame) => (frame.t === 'update' && frame.s === s ? frame.items.map(({ n }) => n) : [])),
    );
    for (let n = basedOn.n + 1; n <= mine.n + 2; n++) expect([n, numbers.has(n)]).toEqual([n, true]);
    expect(bob.frames.some((frame) => frame.t === 'gone')).toBe(false);
  });

  test('nothing is heard, said or read of a stream while it is not yet known whether it may be', async () => {
    const { c, chat, s } = await begun();
    await c.ask({ t: 'open', s: chat });
    const eve = await agent('eve');
    eve.say({ t: 'open', s });
    for (let i = 0; i < 20; i++) eve.say({ t: 'typing', s, on: true });
    eve.say({ t: 'read', s, n: 1, h: 'x' });
    expect(await eve.ask({ t: 'check', streams: [[s, 0, '']] })).toMatchObject({ heads: [] });
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(c.frames.some((frame) => frame.t === 'signal' && frame.kind === 'typing')).toBe(false);
    expect(told(eve, s)).toEqual([]);
  });

  test('past conversations of other queues show no words, over HTTP either', async () => {
    const { c, id, s } = await begun('words of the first');
    const second = await c.send('chat/new', ulid(), 'message', { text: 'the second', inbox: running.key });
    const { pool } = running.database;
    const theirs = (second as { s: string }).s.slice('chat/'.length);
    const [ann, eve] = [await agent('ann'), await agentToken(running, 'eve')];
    const open = `conversation/${theirs}`;
    const at = ((await ann.ask({ t: 'open', s: open })) as Snapshot).at;
    await ann.send(open, ulid(), 'message', { text: 'Mine' }, { basedOn: at });
    const basedOn = ((await ann.ask({ t: 'open', s: open })) as Snapshot).at;
    expect(await ann.send(open, ulid(), 'transfer', { to: `queue:${other}` }, { basedOn })).toMatchObject({
      t: 'sent',
    });
    const { rows } = await pool.query('SELECT customer FROM conversation WHERE id = $1', [id]);
    const answer = await fetch(`${running.server.address}/v1/customers/${rows[0].customer}`, {
      headers: { authorization: `Bearer ${eve}` },
    });
    const text = await answer.text();
    expect(text).toContain(s.slice('conversation/'.length));
    expect(text).not.toContain('words of the first');
  });
});

describe('numbers and lists that nobody sends in good faith', () => {
  const FAR = 3_000_000_000;

  test('CMP8 a point that no stream can have is answered with a snapshot', async () => {
    const { c, chat } = await begun();
    expect(await c.ask({ t: 'get', s: chat, after: { n: FAR, h: 'x' } })).toMatchObject({ t: 'snapshot' });
    expect(await c.ask({ t: 'open', s: chat, at: { n: FAR, h: 'x' } })).toMatchObject({ t: 'snapshot' });
    const ann = await agent('ann');
    const list = `list/queue:${running.queue}`;
    expect(await ann.ask({ t: 'get', s: list, after: { n: FAR, h: 'x' } })).toMatchObject({ t: 'snapshot' });
  });

  test('CON3 nobody has read what was not told to them, whatever they claim to hold; the reads of others are kept', async () => {
    const { c, chat } = await begun();
    const token = await customerToken(running);
    const liar = await Wire.open(running, token);
    const sent = await liar.send('chat/new', ulid(), 'message', { text: 'x', inbox: running.key });
    const own = (sent as { s: string }).s;
    const again = await Wire.open(running, token, [[own, FAR, 'x']]);
    again.say({ t: 'read', s: own, n: FAR, h: 'x' });
    const first = ((await c.ask({ t: 'open', s: chat })) as Snapshot).items[0];
    c.say({ t: 'read', s: chat, n: 1, h: first?.h ?? '' });
    await new Promise((resolve) => setTimeout(resolve, 800));
    const { rows } = await running.database.pool.query('SELECT stream, n FROM read_mark WHERE stream = ANY($1)', [
      [chat, own],
    ]);
    expect(rows).toEqual([{ stream: chat, n: 1 }]);
  });

  test('CON5 I13 one check brings each stream once, and no more streams than may be open', async () => {
    const { c, chat } = await begun();
    const once = await c.ask({ t: 'check', streams: Array.from({ length: 250 }, () => [chat, 0, '']) });
    expect(once).toMatchObject({ t: 'beat' });
    await c.ask({ t: 'check', streams: [] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(c.frames.filter((frame) => frame.t === 'snapshot')).toHaveLength(1);
    const many = await c.ask({ t: 'check', streams: Array.from({ length: 301 }, (_, i) => [`chat/c${i}`, 0, '']) });
    expect(many).toMatchObject({ t: 'refused', code: 'too_large' });
    const token = await customerToken(running);
    const twice = await Wire.open(running, token, [
      [chat, 0, ''],
      [chat, 0, ''],
    ]);
    expect(twice.frames[0]).toMatchObject({ t: 'welcome', streams: [[chat, 'forbidden', 0, '']] });
  });

  test('CON2 I13 attributes are bounded, the newest are kept', async () => {
    const { c, id } = await begun();
    const some = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${from + i}`, 'x'.repeat(100)]));
    for (let i = 0; i < 10; i++)
      expect(await c.ask({ t: 'attributes', attributes: some(i * 20, 20) })).toMatchObject({ t: 'done' });
    const { rows } = await running.database.pool.query(
      'SELECT attributes FROM customer u JOIN conversation c ON c.customer = u.id WHERE c.id = $1',
      [id],
    );
    const kept = Object.keys(rows[0].attributes);
    expect(kept.length).toBeLessThanOrEqual(50);
    expect(kept).toContain('k199');
    expect(await c.ask({ t: 'attributes', attributes: some(0, 51) })).toMatchObject({ code: 'too_large' });
  });
});

test('CON1 who said hello in time is not sent away for the time that the database takes', async () => {
  const token = await customerToken(running);
  const client = await running.database.pool.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE session IN ACCESS EXCLUSIVE MODE');
  const wire = new Wire(running);
  await new Promise((resolve) => wire.socket.once('open', resolve));
  wire.say({ t: 'hello', v: 1, token, terminal: 't', streams: [] });
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  await client.query('COMMIT');
  client.release();
  await wire.until('welcome');
});

test('CON6 sends over HTTP count like those on the socket', async () => {
  const limited = await startRunning({ rates: 'on' });
  try {
    const token = await customerToken(limited);
    const c = await Wire.open(limited, token);
    const sent = await c.send('chat/new', ulid(), 'message', { text: 'x', inbox: limited.key });
    const s = (sent as { s: string }).s;
    const statuses = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const frame = { id: ulid(), s, epoch: c.epoch, kind: 'message', body: { text: 'x' } };
        const answer = await fetch(`${limited.server.address}/v1/conversations/${s.slice(5)}/send`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(frame),
        });
        return answer.status;
      }),
    );
    expect(statuses.filter((status) => status === 200).length).toBeLessThan(20);
    expect(statuses).toContain(429);
  } finally {
    await limited.close();
  }
});
