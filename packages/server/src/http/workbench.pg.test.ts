import type { OwnSession, SavedReply, SavedView } from '@heed/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let ann: string;
let bob: string;
beforeAll(async () => {
  running = await startRunning();
  const { pool } = running.database;
  await pool.query("UPDATE membership SET role = 'supervisor' WHERE agent = $1", [running.ann]);
  await pool.query("UPDATE setting SET value = '1000' WHERE key = 'directory'");
  ann = await agentToken(running, 'ann');
  bob = await agentToken(running, 'bob');
});
afterAll(() => running.close());

async function call(
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(running.server.address + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: answer.status === 204 ? undefined : await answer.json() };
}

const replies = async (token: string) =>
  ((await call(token, 'GET', '/v1/saved-replies')).body as { replies: SavedReply[] }).replies;
const reply = (id: string, shortcut: string, scope: object) => ({
  id,
  shortcut,
  folder: '',
  text: 'Hello {name}',
  scope,
});

test('a saved reply is its owner’s, a queue’s or everybody’s; supervisors change what others use', async () => {
  const save = (token: string, body: object) => call(token, 'POST', '/v1/saved-replies', body);
  expect((await save(bob, reply('b1', 'hi', { type: 'own' }))).status).toBe(204);
  expect((await save(bob, reply('b2', 'all', { type: 'all' }))).status).toBe(403);
  expect((await save(bob, reply('b3', 'q', { type: 'queue', queue: running.queue }))).status).toBe(403);
  expect((await save(ann, reply('a1', 'all', { type: 'all' }))).status).toBe(204);
  expect((await save(ann, reply('a2', 'q', { type: 'queue', queue: running.queue }))).status).toBe(204);
  expect(await save(ann, reply('a3', 'ALL', { type: 'all' }))).toMatchObject({
    status: 409,
    body: { code: 'shortcut_taken' },
  });
  expect((await replies(ann)).map(({ id }) => id)).toEqual(['a1', 'a2']);
  expect((await replies(bob)).map(({ id, mayChange }) => [id, mayChange])).toEqual([
    ['a1', false],
    ['b1', true],
    ['a2', false],
  ]);
  // Nobody takes another's by saving over it, nor drops it.
  expect((await save(ann, reply('b1', 'mine-now', { type: 'own' }))).status).toBe(403);
  expect((await call(ann, 'DELETE', '/v1/saved-replies/b1')).status).toBe(403);
  expect((await call(bob, 'DELETE', '/v1/saved-replies/a1')).status).toBe(403);
  await call(bob, 'POST', '/v1/saved-replies/a1/used');
  await call(bob, 'POST', '/v1/saved-replies/a1/used');
  expect((await replies(ann)).find(({ id }) => id === 'a1')?.used).toBe(2);
  expect((await call(ann, 'DELETE', '/v1/saved-replies/a1')).status).toBe(204);
  for (const shortcut of ['', 'two words', '/x', '-x', 'x'.repeat(41)])
    expect((await save(ann, reply('a9', shortcut, { type: 'own' }))).status, shortcut).toBe(400);
  const customer = await customerToken(running);
  expect((await call(customer, 'GET', '/v1/saved-replies')).status).toBe(404);
});

test('labels are offered to all, and taken away by supervisors', async () => {
  expect((await call(bob, 'POST', '/v1/labels', { name: 'Loom fault' })).body).toEqual({ name: 'Loom fault' });
  expect((await call(ann, 'POST', '/v1/labels', { name: 'loom FAULT' })).body).toEqual({ name: 'Loom fault' });
  expect((await call(ann, 'GET', '/v1/labels')).body).toEqual({ labels: ['Loom fault'] });
  expect((await call(bob, 'DELETE', '/v1/labels/Loom%20fault')).status).toBe(403);
  expect((await call(ann, 'DELETE', '/v1/labels/Loom%20fault')).status).toBe(204);
  expect((await call(ann, 'GET', '/v1/labels')).body).toEqual({ labels: [] });
});

test('a view is its owner’s or the team’s', async () => {
  const view = (id: string, isShared: boolean) => ({
    id,
    name: 'Gifts',
    isShared,
    filter: { labels: ['gift'], holder: 'me' },
  });
  const views = async (token: string) => ((await call(token, 'GET', '/v1/views')).body as { views: SavedView[] }).views;
  expect((await call(bob, 'POST', '/v1/views', view('v1', false))).status).toBe(204);
  expect((await call(bob, 'POST', '/v1/views', view('v2', true))).status).toBe(403);
  expect((await call(ann, 'POST', '/v1/views', view('v2', true))).status).toBe(204);
  expect((await views(bob)).map(({ id, mayChange }) => [id, mayChange])).toEqual([
    ['v1', true],
    ['v2', false],
  ]);
  expect(await views(ann)).toMatchObject([{ id: 'v2', filter: { labels: ['gift'], holder: 'me' } }]);
  expect((await call(ann, 'DELETE', '/v1/views/v1')).status).toBe(403);
  expect((await call(bob, 'DELETE', '/v1/views/v2')).status).toBe(403);
  expect((await call(bob, 'DELETE', '/v1/views/v1')).status).toBe(204);
});

test('what an agent chose is theirs on every terminal', async () => {
  expect((await call(bob, 'GET', '/v1/preferences')).body).toEqual({});
  const chosen = { keys: { next: ['n'] }, singleKeys: false };
  expect((await call(bob, 'POST', '/v1/preferences', chosen)).status).toBe(204);
  expect((await call(bob, 'GET', '/v1/preferences')).body).toEqual(chosen);
  expect((await call(ann, 'GET', '/v1/preferences')).body).toEqual({});
  expect((await call(bob, 'POST', '/v1/preferences', { much: 'x'.repeat(20_000) })).status).toBe(400);
});

test('CON7 an agent ends their other sessions, at once, and not this one', async () => {
  const other = await agentToken(running, 'bob');
  const wire = await Wire.open(running, other);
  const sessions = async () =>
    ((await call(bob, 'GET', '/v1/agents/sessions')).body as { sessions: OwnSession[] }).sessions;
  const before = await sessions();
  expect(before.filter(({ isThis }) => isThis)).toHaveLength(1);
  expect(before.length).toBeGreaterThan(1);
  expect((await call(ann, 'DELETE', `/v1/agents/sessions/${before[0]?.id}`)).status).toBe(204);
  expect(await sessions()).toHaveLength(before.length);
  expect((await call(bob, 'DELETE', '/v1/agents/sessions')).status).toBe(204);
  expect(await wire.ended()).toBe(4001);
  expect((await sessions()).map(({ isThis }) => isThis)).toEqual([true]);
  expect((await call(other, 'GET', '/v1/preferences')).status).toBe(401);
});
