import type { Frame, Point } from '@heed/protocol';
import { streamId } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addBot, newBotKey } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let bot: string;
let key: string;
beforeAll(async () => {
  running = await startRunning();
  const { pool } = running.database;
  bot = (await addBot(pool, { name: 'Finder', queues: ['orders'] })).id;
  key = (await newBotKey(pool, 'finder', false)).key;
});
afterAll(() => running.close());

async function call(path: string, body?: object, token = key) {
  const answer = await fetch(running.server.address + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  // biome-ignore lint/suspicious/noExplicitAny: what it is, each test says
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as any };
}

/** A customer who writes, and waits. */
async function asks(text: string) {
  const c = await Wire.open(running, await customerToken(running));
  const first = await c.send('chat/new', ulid(), 'message', { text, inbox: running.key });
  const chat = (first as Extract<Frame, { t: 'sent' }>).s;
  return { c, chat, s: `conversation/${streamId(chat)}` };
}

async function headOf(s: string): Promise<Point> {
  return (await call(`/v1/conversations/${streamId(s)}/items`)).body.head;
}

function say(s: string, epoch: string, kind: string, body: object, basedOn: Point) {
  return call(`/v1/conversations/${streamId(s)}/send`, { id: ulid(), s, epoch, kind, body, basedOn });
}

test('LST5 GRD6 LST6 a bot takes, is held like anybody, answers, and hands over; people hand over to it', async () => {
  const { c, chat, s } = await asks('Where is my parcel?');
  expect((await call('/v1/presence', { state: 'taking' })).status).toBe(204);
  const id = ulid();
  const taken = await call(`/v1/queues/${running.queue}/take`, { id });
  expect(taken).toMatchObject({ status: 200, body: { t: 'sent', id, s } });
  expect((await call(`/v1/queues/${running.queue}/take`, { id })).body.s).toBe(s);
  expect(await call(`/v1/queues/${running.queue}/take`, { id: ulid() })).toMatchObject({
    status: 409,
    body: { code: 'empty' },
  });

  const seen = await headOf(s);
  await c.send(chat, ulid(), 'message', { text: 'It says delivered' });
  const held = await say(s, c.epoch, 'message', { text: 'On its way' }, seen);
  expect(held).toMatchObject({ status: 409, body: { t: 'held', because: [seen.n + 1], update: { prev: seen } } });
  const sent = await say(s, c.epoch, 'message', { text: 'Let me look' }, held.body.update.head);
  expect(sent).toMatchObject({ status: 200, body: { t: 'sent' } });

  const a = await Wire.open(running, await agentToken(running, 'ann'));
  await a.ask({ t: 'open', s });
  const handed = await say(
    s,
    c.epoch,
    'transfer',
    { to: `agent:${running.ann}`, note: 'Needs a person' },
    sent.body.at,
  );
  expect(handed.status).toBe(200);
  const back = { to: `agent:${bot}` };
  expect(await a.send(s, ulid(), 'transfer', back, { basedOn: handed.body.at })).toMatchObject({ t: 'sent' });
  const entries = (await call('/v1/conversations')).body.conversations;
  expect(entries).toMatchObject([{ conversation: streamId(s), holder: `agent:${bot}` }]);
});

test('CON9 a bot takes from its queues only, and a customer from none', async () => {
  const other = await newBotKey(
    running.database.pool,
    (await addBot(running.database.pool, { name: 'Other', queues: [] })).id,
    false,
  );
  for (const token of [other.key, await customerToken(running)])
    expect((await call(`/v1/queues/${running.queue}/take`, { id: ulid() }, token)).status).toBe(404);
  expect((await call('/v1/presence', { state: 'away' }, await customerToken(running))).status).toBe(403);
  expect((await call('/v1/presence', { state: 'gone' })).status).toBe(400);
});

test('CON7 a revoked key opens nothing, and closes what it had opened', async () => {
  const wire = await Wire.open(running, key);
  const closed = new Promise((resolve) => wire.socket.once('close', resolve));
  const { key: next } = await newBotKey(running.database.pool, 'Finder', true);
  expect((await call('/v1/conversations')).status).toBe(401);
  expect(await closed).toBe(4001);
  expect((await call('/v1/conversations', undefined, next)).status).toBe(200);
});
