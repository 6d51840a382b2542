import type { CustomerPage, Frame, SearchResults } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexSome } from '../search/indexer.ts';
import { identify } from '../store/identity.ts';
import { addAgent } from '../store/team.ts';
import { inTransaction } from '../store/transaction.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';
import { isSound, verifyDatabase } from '../verify/verify.ts';

let running: Running;
let ann: string;
let ada: string;
let ana: string;
beforeAll(async () => {
  running = await startRunning({ 'widget-beat-ms': '500' });
  const { pool } = running.database;
  const person = (name: string) => ({ name, email: `${name}@x.example`, password: 'correct horse' });
  await addAgent(pool, { ...person('ada'), role: 'admin', queues: [running.queue] });
  await addAgent(pool, { ...person('ana'), role: 'supervisor', queues: [running.queue] });
  [ann, ada, ana] = [
    await agentToken(running, 'ann'),
    await agentToken(running, 'ada'),
    await agentToken(running, 'ana'),
  ];
});
afterAll(() => running.close());

async function call(token: string, method: string, path: string, body?: object) {
  const answer = await fetch(running.server.address + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: text === '' ? undefined : JSON.parse(text), headers: answer.headers };
}

/** Somebody who wrote; the id of their row, and their conversation. */
async function visitor(text: string) {
  const wire = await Wire.open(running, await customerToken(running));
  const sent = await wire.send('chat/new', ulid(), 'message', { text, inbox: running.key });
  const conversation = (sent as Extract<Frame, { t: 'sent' }>).s.slice('chat/'.length);
  const { rows } = await running.database.pool.query('SELECT customer FROM conversation WHERE id = $1', [conversation]);
  return { wire, conversation, id: rows[0].customer as string };
}

async function audited(target: string): Promise<object[]> {
  const { rows } = await running.database.pool.query(
    'SELECT actor_type, action, detail FROM audit WHERE target = $1 ORDER BY id',
    [target],
  );
  return rows;
}

/** Every row of every table in which a word stands, by its table. */
async function tablesWith(word: string): Promise<string[]> {
  const { pool } = running.database;
  const { rows } = await pool.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname",
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const { rowCount } = await pool.query(`SELECT FROM "${name}" t WHERE t::text ILIKE $1 LIMIT 1`, [`%${word}%`]);
    if (rowCount) found.push(name);
  }
  return found;
}

async function hits(q: string): Promise<number> {
  while (await indexSome(running.database.pool));
  const { conversations, customers } = (await call(ada, 'GET', `/v1/search?q=${q}`)).body as SearchResults;
  return conversations.length + customers.length;
}

test('two customers who are one become one: conversations, notes, attributes; the old address leads to the new', async () => {
  const [one, two] = [await visitor('The first matter'), await visitor('The second matter')];
  const { pool } = running.database;
  await pool.query(`UPDATE customer SET email = 'o@x.example', attributes = '{"plan":"a","seats":2}' WHERE id = $1`, [
    one.id,
  ]);
  await pool.query(`UPDATE customer SET name = 'Orla Byrne', attributes = '{"plan":"b"}' WHERE id = $1`, [two.id]);
  await call(ann, 'POST', `/v1/customers/${one.id}/notes`, { id: ulid(), text: 'Calls back' });
  const merge = `/v1/customers/${one.id}/merge`;
  expect((await call(ann, 'POST', merge, { into: two.id })).body).toMatchObject({ code: 'forbidden' });
  expect((await call(ana, 'POST', merge, { into: one.id })).body).toMatchObject({ code: 'bad_request' });
  expect((await call(ana, 'POST', merge, { into: two.id })).status).toBe(204);
  for (const id of [two.id, one.id]) {
    const page = (await call(ann, 'GET', `/v1/customers/${id}/page`)).body as CustomerPage;
    expect(page).toMatchObject({
      id: two.id,
      name: 'Orla Byrne',
      email: 'o@x.example',
      attributes: { plan: 'b', seats: 2 },
      notes: [{ text: 'Calls back' }],
    });
    expect(page.conversations).toHaveLength(2);
  }
  // The page that was the first's is signed out: it must not see what the second wrote elsewhere.
  await one.wire.ended();
  expect((await call(ana, 'POST', merge, { into: two.id })).status).toBe(404);
  expect(await audited(two.id)).toEqual([{ actor_type: 'agent', action: 'merged', detail: { from: one.id } }]);
  expect((await call(ada, 'POST', `/v1/customers/${two.id}/merge`, { into: ulid() })).status).toBe(404);
  two.wire.close();
});

test('whom the shop has signed is not merged into another', async () => {
  const [one, two] = [await visitor('Signed'), await visitor('Not signed')];
  await running.database.pool.query("UPDATE customer SET identity = 'c-17' WHERE id = $1", [one.id]);
  const wrong = await call(ada, 'POST', `/v1/customers/${one.id}/merge`, { into: two.id });
  expect(wrong.body).toMatchObject({ code: 'bad_request', message: expect.stringContaining('signed') });
  expect((await call(ada, 'POST', `/v1/customers/${two.id}/merge`, { into: one.id })).status).toBe(204);
  one.wire.close();
});

test('everything that is held of a person in one file, for an admin', async () => {
  const { id, conversation, wire } = await visitor('Export me, please');
  await wire.ask({ t: 'visit', url: 'https://shop.example/lamps', title: 'Lamps', referrer: '' });
  const path = `/v1/customers/${id}/export`;
  expect((await call(ann, 'GET', path)).body).toMatchObject({ code: 'forbidden' });
  expect((await call(ada, 'GET', `/v1/customers/${ulid()}/export`)).status).toBe(404);
  const answer = await call(ada, 'GET', path);
  expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="customer-${id}.json"`);
  expect(answer.body).toMatchObject({
    customer: [{ id }],
    visits: [{ title: 'Lamps' }],
    notes: [],
    conversations: [{ id: conversation, items: [{ n: 1, kind: 'message', body: { text: 'Export me, please' } }, {}] }],
    changes: [{ action: 'exported' }],
  });
  wire.close();
});

test('I12 a person who is erased is nowhere: texts, files, notes, attributes, search, previews; that it was done stays', async () => {
  const secret = 'zyzzyva';
  const { id, conversation, wire } = await visitor(`My ${secret} is broken`);
  const { pool } = running.database;
  await pool.query(
    `UPDATE customer SET name = '${secret} byrne', email = '${secret}@x.example', attributes = '{"a":"${secret}"}' WHERE id = $1`,
    [id],
  );
  await pool.query('INSERT INTO visit (customer, url, title, referrer) VALUES ($1, $2, $2, $2)', [id, secret]);
  await call(ann, 'POST', `/v1/customers/${id}/notes`, { id: ulid(), text: `About ${secret}` });
  const s = `conversation/${conversation}`;
  const agent = await Wire.open(running, ann);
  await agent.ask({ t: 'open', s });
  await agent.send(s, ulid(), 'note', { text: `A note on ${secret}` });
  await agent.ask({ t: 'draft', s, text: `Dear ${secret}`, version: 1 });
  await wire.send(`chat/${conversation}`, ulid(), 'rating', { score: 4, comment: `${secret} was fine` });
  await wire.send(`chat/${conversation}`, ulid(), 'message', { text: `${secret} again` });
  expect(await hits(secret)).toBeGreaterThan(0);
  expect((await tablesWith(secret)).length).toBeGreaterThan(5);

  expect((await call(ana, 'DELETE', `/v1/customers/${id}`)).body).toMatchObject({ code: 'forbidden' });
  expect((await call(ada, 'DELETE', `/v1/customers/${id}`)).status).toBe(204);
  expect(await tablesWith(secret)).toEqual([]);
  expect(await hits(secret)).toBe(0);
  await wire.ended();
  const page = (await call(ada, 'GET', `/v1/customers/${id}/page`)).body as CustomerPage;
  expect(page).toMatchObject({ name: `#${id.slice(-5)}`, email: null, attributes: {}, visits: [], notes: [] });
  expect(page.conversations).toMatchObject([{ state: 'resolved', preview: '' }]);
  expect(await audited(id)).toMatchObject([
    { actor_type: 'agent', action: 'erasing' },
    { actor_type: 'agent', action: 'erased', detail: { conversations: 1 } },
  ]);
  // Once more changes nothing, and the log is whole.
  expect((await call(ada, 'DELETE', `/v1/customers/${id}`)).status).toBe(204);
  const verdict = await verifyDatabase(pool);
  expect(isSound(verdict), JSON.stringify(verdict)).toBe(true);
  agent.close();
});

test('I12 whom the shop signs and who is erased does not come back as the same: the page begins as somebody new', async () => {
  const { id, wire } = await visitor('I am signed');
  const { pool } = running.database;
  await pool.query("UPDATE customer SET identity = 'c-99' WHERE id = $1", [id]);
  expect((await call(ada, 'DELETE', `/v1/customers/${id}`)).status).toBe(204);
  await wire.ended();
  const { rows } = await pool.query('SELECT inbox FROM customer WHERE id = $1', [id]);
  const page = { name: '#NEW', address: '::1', device: 'd' };
  const again = await identify(pool, rows[0].inbox, { sub: 'c-99', name: 'Signed again' }, page);
  expect(again.customer.id).not.toBe(id);
  const read = (await call(ada, 'GET', `/v1/customers/${id}/page`)).body as CustomerPage;
  expect(read).toMatchObject({ name: `#${id.slice(-5)}`, email: null });
});

test('I12 a conversation that was on its way while its customer was merged is exported and erased with them', async () => {
  const [one, two] = [await visitor('Late'), await visitor('Merged into')];
  const { pool } = running.database;
  expect((await call(ada, 'POST', `/v1/customers/${one.id}/merge`, { into: two.id })).status).toBe(204);
  // As a first message commits that waited for the merge: under the id that it knew.
  await pool.query('UPDATE conversation SET customer = $2 WHERE id = $1', [one.conversation, one.id]);
  const exported = (await call(ada, 'GET', `/v1/customers/${two.id}/export`)).body as { conversations: object[] };
  expect(exported.conversations).toHaveLength(2);
  expect((await call(ada, 'DELETE', `/v1/customers/${two.id}`)).status).toBe(204);
  const { rows } = await pool.query('SELECT FROM body WHERE stream = $1 AND n = 1', [
    `conversation/${one.conversation}`,
  ]);
  expect(rows).toEqual([]);
});

test('CON2 a draft that a desk tells again after the erasure is answered with a newer empty one', async () => {
  const { conversation, id, wire } = await visitor('Draft about me');
  const s = `conversation/${conversation}`;
  const agent = await Wire.open(running, ann);
  await agent.ask({ t: 'open', s });
  const draft = { t: 'draft', s, text: 'Dear quokka', version: 7 };
  await agent.ask(draft);
  expect(await tablesWith('quokka')).toEqual(['draft']);
  expect((await call(ada, 'DELETE', `/v1/customers/${id}`)).status).toBe(204);
  await agent.ask(draft);
  await agent.ask({ ...draft, version: 8 });
  expect(await tablesWith('quokka')).toEqual([]);
  agent.close();
  await wire.ended();
});

test('CON7 I14 whose page is connected to another node is signed out there too when they are merged or erased', async () => {
  const two = await visitor('I stay');
  const node = await running.another();
  const there = { ...running, server: node };
  for (const how of ['merge', 'erase']) {
    const token = await customerToken(running);
    const wire = await Wire.open(there, token);
    const sent = await wire.send('chat/new', ulid(), 'message', { text: 'From afar', inbox: running.key });
    const chat = (sent as Extract<Frame, { t: 'sent' }>).s.slice('chat/'.length);
    const { rows } = await running.database.pool.query('SELECT customer FROM conversation WHERE id = $1', [chat]);
    const path = `/v1/customers/${rows[0].customer}`;
    const done = how === 'merge' ? call(ada, 'POST', `${path}/merge`, { into: two.id }) : call(ada, 'DELETE', path);
    expect((await done).status).toBe(204);
    expect(await wire.ended()).toBe(4001);
  }
  two.wire.close();
  await node.close();
});

test('STR4 a merge that a batch deadlocks with begins again', async () => {
  const [one, two] = [await visitor('Busy'), await visitor('Busy too')];
  const { pool } = running.database;
  await inTransaction(pool, async (client) => {
    await client.query('SELECT FROM conversation WHERE id = $1 FOR UPDATE', [one.conversation]);
    const merged = call(ada, 'POST', `/v1/customers/${one.id}/merge`, { into: two.id });
    const waits = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while ((await pool.query(waits)).rowCount === 0);
    // The merge has waited longer, so it is the first that looks whether this can ever end.
    await client.query('SELECT FROM customer WHERE id = $1 FOR KEY SHARE', [one.id]);
    await client.query('COMMIT');
    expect((await merged).status).toBe(204);
  });
  await one.wire.ended();
  two.wire.close();
});
