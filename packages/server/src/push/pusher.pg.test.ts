import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, jwtVerify } from 'jose';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isPushService } from '../http/push.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

interface Push {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A push service as browsers have one, that takes what it is given. */
const pushes: Push[] = [];
let status = 201;
let service: Server;
let origin: string;
let running: Running;

beforeAll(async () => {
  service = createServer(async (request, answer) => {
    let body = '';
    for await (const part of request) body += part;
    pushes.push({ path: request.url ?? '', headers: request.headers, body });
    answer.writeHead(status).end();
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  running = await startRunning({
    'push-services': `fcm.googleapis.com, ${origin}`,
    'mail-from': 'Shop <chat@shop.example>',
  });
});
afterAll(async () => {
  await running.close();
  await new Promise<void>((resolve) => service.close(() => resolve()));
});
beforeEach(() => {
  pushes.length = 0;
  status = 201;
});

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const pushesTo = (path: string) => pushes.filter((push) => push.path === path);

async function call(token: string, method: string, path: string, body?: object) {
  const answer = await fetch(running.server.address + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return {
    status: answer.status,
    body: answer.status === 204 ? undefined : ((await answer.json()) as { publicKey?: string }),
  };
}

async function reply(agent: Wire, s: string, text: string): Promise<void> {
  const snapshot = await agent.ask({ t: 'open', s });
  const basedOn = snapshot.t === 'snapshot' ? snapshot.at : undefined;
  expect(await agent.send(s, ulid(), 'message', { text }, { basedOn })).toMatchObject({ t: 'sent' });
}

/** A customer who writes, and an agent who has their conversation. */
async function waits(): Promise<{ customer: Wire; agent: Wire; chat: string; s: string }> {
  const customer = await Wire.open(running, await customerToken(running));
  const agent = await Wire.open(running, await agentToken(running, 'ann'));
  const sent = await customer.send('chat/new', ulid(), 'message', { text: 'A secret question', inbox: running.key });
  const chat = sent.t === 'sent' ? sent.s : '';
  const s = `conversation/${chat.slice('chat/'.length)}`;
  await reply(agent, s, 'What is it?');
  await customer.send(chat, ulid(), 'message', { text: 'A secret answer' });
  return { customer, agent, chat, s };
}

test('a closed desk is told once that somebody waits, without a word of what was said, by who proves to be this installation', async () => {
  const token = await agentToken(running, 'ann');
  const { publicKey = '' } = (await call(token, 'GET', '/v1/push')).body ?? {};
  expect((await call(token, 'GET', '/v1/push')).body).toEqual({ publicKey });
  expect((await call(token, 'POST', '/v1/push', { endpoint: `${origin}/one` })).status).toBe(204);
  const { customer, agent, chat, s } = await waits();
  await expect.poll(() => pushesTo('/one').length).toBe(1);
  const [push] = pushesTo('/one');
  expect(push?.body).toBe('');
  expect(push?.headers).toMatchObject({ ttl: '3600', urgency: 'high', topic: 'waiting' });
  const [, jwt = '', key] = /^vapid t=(.+), k=(.+)$/.exec(push?.headers.authorization ?? '') ?? [];
  expect(key).toBe(publicKey);
  const point = Buffer.from(publicKey, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const { payload } = await jwtVerify(jwt, await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256'), {
    audience: origin,
  });
  expect(payload.sub).toBe('mailto:chat@shop.example');
  expect((payload.exp ?? 0) * 1_000 - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);

  // What follows in the same wait is no news; after an answer it is.
  await customer.send(chat, ulid(), 'message', { text: 'Hello?' });
  await later(5_000);
  expect(pushesTo('/one')).toHaveLength(1);
  await reply(agent, s, 'Here');
  await customer.send(chat, ulid(), 'message', { text: 'Thank you' });
  await expect.poll(() => pushesTo('/one').length).toBe(2);

  expect((await call(token, 'DELETE', '/v1/push', { endpoint: `${origin}/one` })).status).toBe(204);
  for (const wire of [customer, agent]) wire.close();
}, 60_000);

test('a subscription that its service no longer knows is dropped, one that is put off is tried again, and signing out ends it', async () => {
  const token = await agentToken(running, 'ann');
  status = 410;
  await call(token, 'POST', '/v1/push', { endpoint: `${origin}/gone` });
  const { customer, agent } = await waits();
  await expect.poll(() => pushesTo('/gone').length).toBe(1);

  status = 503;
  await call(token, 'POST', '/v1/push', { endpoint: `${origin}/busy` });
  const other = await waits();
  await expect.poll(() => pushesTo('/busy').length).toBe(1);
  status = 201;
  await expect.poll(() => pushesTo('/busy').length).toBe(2);
  expect(pushesTo('/gone')).toHaveLength(1);

  expect((await call(token, 'DELETE', '/v1/agents/session')).status).toBeLessThan(300);
  const third = await waits();
  await later(5_000);
  expect(pushesTo('/busy')).toHaveLength(2);
  for (const wire of [customer, agent, other.customer, other.agent, third.customer, third.agent]) wire.close();
}, 90_000);

test('a wait that began before another was told, and is committed after, is told too', async () => {
  const token = await agentToken(running, 'ann');
  const { pool } = running.database;
  await call(token, 'POST', '/v1/push', { endpoint: `${origin}/late` });
  const { customer, agent, s } = await waits();
  await expect.poll(() => pushesTo('/late').length).toBe(1);
  // As by a batch that began a moment after the wait that was told, and ends only now.
  const { rowCount } = await pool.query(
    `UPDATE conversation c SET waiting_since = p.told_at + interval '1 microsecond' FROM push_subscription p
      WHERE p.endpoint = $1 AND c.id = $2`,
    [`${origin}/late`, s.slice('conversation/'.length)],
  );
  expect(rowCount).toBe(1);
  await expect.poll(() => pushesTo('/late').length).toBe(2);
  const { rows } = await pool.query<{ isNewest: boolean }>(
    `SELECT p.told_at = c.waiting_since AS "isNewest" FROM push_subscription p, conversation c
      WHERE p.endpoint = $1 AND c.id = $2`,
    [`${origin}/late`, s.slice('conversation/'.length)],
  );
  expect(rows).toEqual([{ isNewest: true }]);
  await call(token, 'DELETE', '/v1/push', { endpoint: `${origin}/late` });
  for (const wire of [customer, agent]) wire.close();
}, 60_000);

test('only push services are called, and only agents subscribe', async () => {
  const services = ['fcm.googleapis.com', origin];
  expect(isPushService('https://fcm.googleapis.com/fcm/send/x', services)).toBe(true);
  expect(isPushService('https://eu.fcm.googleapis.com/x', services)).toBe(true);
  for (const other of [
    'http://fcm.googleapis.com/x',
    'https://evilfcm.googleapis.com.example/x',
    'https://notfcm.googleapis.com@10.0.0.1/',
    'http://169.254.169.254/',
  ])
    expect(isPushService(other, services), other).toBe(false);
  const token = await agentToken(running, 'ann');
  expect((await call(token, 'POST', '/v1/push', { endpoint: 'http://10.0.0.1/' })).status).toBe(403);
  expect((await call(await customerToken(running), 'POST', '/v1/push', { endpoint: `${origin}/x` })).status).toBe(404);
});
