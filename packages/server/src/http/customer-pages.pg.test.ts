import type { CustomerPage, Frame, Mention } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAgent, addQueue } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let ann: string;
let cas: string;
let casId: string;
let customer: { wire: Wire; id: string; conversation: string };
beforeAll(async () => {
  running = await startRunning();
  const { pool } = running.database;
  const other = await addQueue(pool, { name: 'Elsewhere' });
  const about = { name: 'cas', email: 'cas@x.example', password: 'correct horse', role: 'agent' as const };
  casId = (await addAgent(pool, { ...about, queues: [other.id] })).id;
  [ann, cas] = [await agentToken(running, 'ann'), await agentToken(running, 'cas')];
  const wire = await Wire.open(running, await customerToken(running));
  const sent = await wire.send('chat/new', ulid(), 'message', { text: 'Where is my lamp?', inbox: running.key });
  const conversation = (sent as Extract<Frame, { t: 'sent' }>).s.slice('chat/'.length);
  const { rows } = await pool.query('SELECT customer FROM conversation WHERE id = $1', [conversation]);
  customer = { wire, id: rows[0].customer, conversation };
});
afterAll(async () => {
  customer.wire.close();
  await running.close();
});

async function call(token: string, method: string, path: string, body?: object) {
  const answer = await fetch(running.server.address + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: answer.status === 204 ? undefined : ((await answer.json()) as unknown) };
}

test('CON9 a customer’s page is for those who may read one of their conversations', async () => {
  const path = `/v1/customers/${customer.id}/page`;
  const page = (await call(ann, 'GET', path)).body as CustomerPage;
  expect(page.conversations).toMatchObject([
    { conversation: customer.conversation, state: 'unanswered', mayRead: true, preview: 'Where is my lamp?' },
  ]);
  expect((await call(cas, 'GET', path)).status).toBe(404);
  expect((await call(cas, 'POST', `/v1/customers/${customer.id}/notes`, { id: ulid(), text: 'Hm' })).status).toBe(404);
  expect((await call(ann, 'GET', '/v1/customers')).body).toMatchObject({
    customers: [{ id: customer.id, isWaiting: true }],
  });
  expect((await call(cas, 'GET', '/v1/customers')).body).toEqual({ customers: [] });
});

test('a note about a customer is kept once, and erased by its author', async () => {
  const [notes, id] = [`/v1/customers/${customer.id}/notes`, ulid()];
  expect((await call(ann, 'POST', notes, { id, text: ' Prefers the evening ' })).status).toBe(204);
  expect((await call(ann, 'POST', notes, { id, text: 'Prefers the evening' })).status).toBe(204);
  const bob = await agentToken(running, 'bob');
  const seen = (await call(bob, 'GET', `/v1/customers/${customer.id}/page`)).body as CustomerPage;
  expect(seen.notes).toMatchObject([{ id, text: 'Prefers the evening', author: { name: 'ann' }, mayErase: false }]);
  expect((await call(bob, 'DELETE', `/v1/customer-notes/${id}`)).status).toBe(404);
  expect((await call(ann, 'DELETE', `/v1/customer-notes/${id}`)).status).toBe(204);
});

test('SND7 an agent begins a conversation over HTTP, once for one id', async () => {
  const page = (await call(ann, 'GET', `/v1/customers/${customer.id}/page`)).body as CustomerPage;
  const body = { customer: customer.id, inbox: page.inbox, text: 'Your lamp is on its way.' };
  const { rows } = await running.database.pool.query('SELECT epoch FROM lineage');
  const send = { id: ulid(), s: 'conversation/new', epoch: rows[0].epoch, kind: 'message', body };
  const first = await call(ann, 'POST', '/v1/conversations/new/send', send);
  expect(first.status).toBe(200);
  expect(await call(ann, 'POST', '/v1/conversations/new/send', send)).toEqual(first);
  const after = (await call(ann, 'GET', `/v1/customers/${customer.id}/page`)).body as CustomerPage;
  expect(after.conversations).toHaveLength(2);
});

test('who is named in a note finds it, until it is erased', async () => {
  const agent = await Wire.open(running, ann);
  const s = `conversation/${customer.conversation}`;
  await agent.ask({ t: 'open', s });
  const note = (await agent.send(s, ulid(), 'note', { text: 'Ask @cas', mentions: [casId] })) as Extract<
    Frame,
    { t: 'sent' }
  >;
  await agent.send(s, ulid(), 'note', { text: 'Not for them' });
  const mentions = async () => ((await call(cas, 'GET', '/v1/mentions')).body as { mentions: Mention[] }).mentions;
  expect(await mentions()).toMatchObject([
    { n: note.at.n, by: { name: 'ann' }, excerpt: { text: 'Ask @cas' }, seen: false },
  ]);
  await agent.send(s, ulid(), 'erase', { target: note.at.n });
  expect(await mentions()).toEqual([]);
  agent.close();
});
