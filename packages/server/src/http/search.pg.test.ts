import type { Frame, SearchResults, Snapshot } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { indexSome } from '../search/indexer.ts';
import { addAgent, addQueue } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let ann: string;
let agent: Wire;
let customer: Wire;
beforeAll(async () => {
  running = await startRunning();
  ann = await agentToken(running, 'ann');
  agent = await Wire.open(running, ann);
  customer = await Wire.open(running, await customerToken(running));
});
afterAll(async () => {
  agent.close();
  customer.close();
  await running.close();
});

async function begins(text: string): Promise<{ id: string; s: string; chat: string }> {
  const sent = (await customer.send('chat/new', ulid(), 'message', { text, inbox: running.key })) as Extract<
    Frame,
    { t: 'sent' }
  >;
  const id = sent.s.slice('chat/'.length);
  return { id, s: `conversation/${id}`, chat: sent.s };
}

async function headOf(s: string): Promise<Snapshot['at']> {
  return ((await agent.ask({ t: 'get', s })) as Snapshot).at;
}

/** Asks once all that was written is in the index; the server's own indexer may be at it at the same time. */
async function search(q: string, more: Record<string, string> = {}, token = ann): Promise<SearchResults> {
  await indexed();
  const path = `/v1/search?${new URLSearchParams({ q, ...more })}`;
  const answer = await fetch(running.server.address + path, { headers: { authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as SearchResults;
}

async function indexed(): Promise<void> {
  const { pool } = running.database;
  for (;;) {
    while (await indexSome(pool));
    const { rows } = await pool.query(
      `SELECT FROM stream s LEFT JOIN search_point p ON p.stream = s.name
        WHERE s.name LIKE 'conversation/%' AND s.n > coalesce(p.n, 0)
       UNION ALL SELECT FROM search_stale UNION ALL
       SELECT FROM (SELECT count(*) AS states FROM search_state WHERE customers_scanned IS NULL) x WHERE states = 0`,
    );
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const places = (found: SearchResults) =>
  found.conversations.flatMap(({ conversation, hits }) => hits.map(({ n }) => `${conversation} ${n}`));

test('messages, notes and names of files are found at their position, the nearest wording first', async () => {
  const first = await begins('The cushions came. One has a pulled thread right along the seam.');
  const second = await begins('Is the thread of the cover that I pulled on under guarantee?');
  await agent.send(first.s, ulid(), 'note', { text: 'Third pulled thread this week' });
  const found = await search('pulled thread', { where: 'messages' });
  expect(places(found)).toEqual([`${first.id} 1`, `${second.id} 1`]);
  const [hit] = found.conversations[0]?.hits ?? [];
  expect(hit?.excerpt.marks.map(([from, to]) => hit.excerpt.text.slice(from, to))).toEqual(['pulled thread']);
  expect(found.counts.where).toMatchObject({ messages: 2, notes: 1 });
  expect(found.counts.states.unanswered).toBe(3);
  expect(places(await search('third pulled', { where: 'notes' }))).toHaveLength(1);
  expect(places(await search('guaran'))).toEqual([`${second.id} 1`]);
  expect(places(await search('pulled thread', { from: 'team' }))).toHaveLength(1);
  expect(places(await search('pulled thread', { since: '2999-01-01T00:00:00.000Z' }))).toEqual([]);
});

test('words of scripts without spaces are found by their pairs', async () => {
  const { id } = await begins('请问羊毛毯可以机洗吗？标签上的字我看不清楚');
  expect(places(await search('可以机洗'))).toEqual([`${id} 1`]);
  expect(places(await search('看不清'))).toEqual([`${id} 1`]);
  expect(places(await search('机可'))).toEqual([]);
  const arabic = await begins('هل يمكنكم تغليف الطلب كهدية مع بطاقة صغيرة؟');
  expect(places(await search('كهديّة مع بطاقه'))).toEqual([`${arabic.id} 1`]);
});

test('I12 what was erased is not found, however soon it is looked for, nor what an edit replaced', async () => {
  const secret = await begins('My card number is rutabaga');
  expect(places(await search('rutabaga'))).toEqual([`${secret.id} 1`]);
  await customer.send(secret.chat, ulid(), 'erase', { target: 1 });
  expect(places(await search('rutabaga'))).toEqual([]);
  expect((await running.database.pool.query("SELECT FROM search_message WHERE words @@ 'rutabaga'")).rows).toEqual([]);
  const changed = await begins('I would like the kohlrabi');
  await search('kohlrabi');
  await customer.send(changed.chat, ulid(), 'edit', { target: 1, text: 'I would like the celeriac' });
  expect(places(await search('kohlrabi'))).toEqual([]);
  expect(places(await search('celeriac'))).toEqual([`${changed.id} 1`]);
  await customer.send(changed.chat, ulid(), 'erase', { target: 1 });
  expect(places(await search('celeriac'))).toEqual([]);
});

test('CON9 nobody finds what they may not read; a mention opens it', async () => {
  const { pool } = running.database;
  const other = await addQueue(pool, { name: 'Elsewhere' });
  const cas = { name: 'cas', email: 'cas@x.example', password: 'correct horse', role: 'agent' as const };
  const { id: casId } = await addAgent(pool, { ...cas, queues: [other.id] });
  const { id, s } = await begins('Where is the samovar?');
  const token = await agentToken(running, 'cas');
  expect(places(await search('samovar', {}, token))).toEqual([]);
  expect((await search('samovar', {}, token)).counts.where.messages).toBe(0);
  await agent.send(s, ulid(), 'note', { text: 'Ask @cas', mentions: [casId] });
  expect(places(await search('samovar', {}, token))).toEqual([`${id} 1`]);
  const answer = await fetch(`${running.server.address}/v1/search?q=samovar`, {
    headers: { authorization: `Bearer ${await customerToken(running)}` },
  });
  expect(answer.status).toBe(404);
});

test('a conversation is found by its number, a customer by what is known of them, misspelt too', async () => {
  const { pool } = running.database;
  const { id } = await begins('Number please');
  const { rows } = await pool.query('SELECT number, customer FROM conversation WHERE id = $1', [id]);
  expect((await search(`#${rows[0].number}`)).conversations[0]).toMatchObject({ conversation: id, hits: [] });
  await pool.query("UPDATE customer SET name = 'Rónán Kehoe', email = 'ronan@joinery.example' WHERE id = $1", [
    rows[0].customer,
  ]);
  for (const q of ['ronan', 'keh', 'Ronan Kehoe', 'joinery', 'Keho', 'Kehoo'])
    expect((await search(q)).customers, q).toMatchObject([{ id: rows[0].customer, name: 'Rónán Kehoe' }]);
});

test('after a crash, which empties what is not logged, everything is found again', async () => {
  await running.database.pool.query(
    'TRUNCATE search_message, search_point, search_state, search_customer, search_stale',
  );
  expect(places(await search('guarantee'))).toHaveLength(1);
  expect((await search('joinery')).customers).toHaveLength(1);
});

test('an odd question is answered', async () => {
  for (const q of ['', '   ', '?!', "'", '\\', ':*', '&', 'a'.repeat(400), '٪', '\u0001'])
    expect((await search(q)).conversations.length).toBeLessThan(60);
  expect(await headOf((await begins('still here')).s)).toBeDefined();
});
