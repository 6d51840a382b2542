import type { Figures, Frame, Snapshot } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addAgent } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(async () => {
  await running.close();
});

const DAY_AGO = new Date(Date.now() - 3_600_000).toISOString();

async function figures(
  token: string,
  path = `/v1/figures?from=${DAY_AGO}`,
): Promise<{ status: number; body: Figures }> {
  const answer = await fetch(running.server.address + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: (await answer.json()) as Figures };
}

/** A conversation with one message, as the agent who answers sees it. */
async function asked(customer: Wire, agent: Wire): Promise<{ s: string; chat: string; at: Snapshot['at'] }> {
  const sent = await customer.send('chat/new', ulid(), 'message', { text: 'Hello', inbox: running.key });
  const chat = (sent as Extract<Frame, { t: 'sent' }>).s;
  const s = chat.replace('chat', 'conversation');
  return { s, chat, at: ((await agent.ask({ t: 'open', s })) as Snapshot).at };
}

test('CON9 figures are for supervisors of the queue', async () => {
  expect((await figures(await agentToken(running, 'bob'))).status).toBe(403);
  expect((await figures(await customerToken(running))).status).toBe(403);
  expect((await figures('nobody-nobody-nobody-nobody')).status).toBe(401);
});

test('CLK1 figures are what the log says: first and next replies, marks, and who waits still', async () => {
  await running.database.pool.query(`UPDATE membership SET role = 'supervisor' WHERE agent = $1`, [running.ann]);
  await running.database.pool.query(`UPDATE setting SET value = '1000' WHERE key = 'directory'`);
  const token = await agentToken(running, 'ann');
  const [customer, agent] = [await Wire.open(running, await customerToken(running)), await Wire.open(running, token)];
  const first = await asked(customer, agent);
  await agent.send(first.s, ulid(), 'message', { text: 'Good day' }, { basedOn: first.at });
  await customer.send(first.chat, ulid(), 'message', { text: 'And this?' });
  const { at } = (await agent.ask({ t: 'get', s: first.s })) as Snapshot;
  await agent.send(first.s, ulid(), 'message', { text: 'That too' }, { basedOn: at });
  const thanks = await asked(customer, agent);
  await agent.send(thanks.s, ulid(), 'noReplyNeeded', { upTo: thanks.at.n, reason: 'Thanks' }, { basedOn: thanks.at });
  const last = await asked(customer, agent);
  let answer = await figures(token);
  // The team is read again every two seconds.
  for (let tries = 0; answer.status === 403 && tries < 60; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer = await figures(token);
  }
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    queues: [running.queue],
    arrived: 4,
    answered: 2,
    inTime: 2,
    first: { count: 1 },
    next: { count: 1 },
  });
  expect(answer.body.waiting).toHaveLength(25);
  expect(answer.body.agents.find(({ id }) => id === running.ann)).toMatchObject({
    name: 'ann',
    state: 'taking',
    capacity: 1000,
    answered: 1,
    waiting: 0,
    overdue: 0,
  });
  // What is read later joins what was read before, and nothing counts twice.
  await agent.send(last.s, ulid(), 'message', { text: 'At last' }, { basedOn: last.at });
  // Who never signed in serves nobody, and is told so.
  const cy = { name: 'cy', email: 'cy@x.example', password: 'correct horse', role: 'agent' as const };
  const { id } = await addAgent(running.database.pool, { ...cy, queues: [running.queue] });
  const named = async () => (await figures(token)).body.agents.find((agent) => agent.id === id);
  for (let tries = 0; !(await named()) && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await named()).toMatchObject({ state: 'offline', signedInAt: null });
  expect((await figures(token)).body).toMatchObject({ arrived: 4, answered: 3, first: { count: 2 } });
  expect((await figures(token, `/v1/figures?from=${DAY_AGO}&queue=another`)).status).toBe(403);
  expect((await figures(token, '/v1/figures?from=yesterday')).status).toBe(400);
});
