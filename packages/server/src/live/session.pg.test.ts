import { type Frame, type Snapshot, streamId } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addInbox } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.close());

async function customer(): Promise<Wire> {
  return Wire.open(running, await customerToken(running));
}
async function agent(name = 'ann', terminal = ulid()): Promise<Wire> {
  return Wire.open(running, await agentToken(running, name), [], terminal);
}
/** A conversation that a customer began, and the agent who sees it. */
async function begun(text = 'Hello') {
  const c = await customer();
  const first = ulid();
  const sent = (await c.send('chat/new', first, 'message', { text, inbox: running.key })) as Extract<
    Frame,
    { t: 'sent' }
  >;
  const id = sent.s.slice('chat/'.length);
  const a = await agent();
  const snapshot = (await a.ask({ t: 'open', s: `conversation/${id}` })) as Snapshot;
  return { c, a, id, chat: `chat/${id}`, s: `conversation/${id}`, first, at: snapshot.at, snapshot };
}

describe('connection', () => {
  test('CON1 another subprotocol is HTTP 400', async () => {
    const wire = new Wire(running, 'other');
    const status = await new Promise((resolve) =>
      wire.socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode)),
    );
    expect(status).toBe(400);
  });

  test('CON7 a wrong token closes 4001, another version and a second hello 4009', async () => {
    const open = async () => {
      const wire = new Wire(running);
      await new Promise((resolve) => wire.socket.once('open', resolve));
      return wire;
    };
    const wrong = await open();
    wrong.say({ t: 'hello', v: 1, token: 'x'.repeat(43), terminal: 't', streams: [] });
    expect(await wrong.ended()).toBe(4001);
    const old = await open();
    old.say({ t: 'hello', v: 2, token: await customerToken(running), terminal: 't', streams: [] });
    expect(await old.ended()).toBe(4009);
    const twice = await customer();
    twice.say({ t: 'hello', v: 1, token: 'x', terminal: 't', streams: [] });
    expect(await twice.ended()).toBe(4009);
    const rude = await open();
    rude.say({ t: 'alive' });
    expect(await rude.ended()).toBe(4009);
  });

  test('CON5 frames that cannot be read are refused, and the tenth malformed one closes 4009', async () => {
    const c = await customer();
    expect(await c.ask({ t: 'nothing' })).toMatchObject({ t: 'refused', code: 'bad_frame' });
    expect(await c.ask({ t: 'typing', s: 'chat/x', on: true, pad: 'x'.repeat(300_000) })).toMatchObject({
      t: 'refused',
      code: 'too_large',
    });
    for (let i = 0; i < 10; i++) c.socket.send(i % 2 ? Buffer.from([0xff, 0x00]) : '[]');
    expect(await c.ended()).toBe(4009);
  });

  test('CON5 a frame over 1 MB closes 1009', async () => {
    const c = await customer();
    c.socket.send('x'.repeat(1_100_000));
    expect(await c.ended()).toBe(1009);
  });

  test('§11 signing out ends the sockets of that session', async () => {
    const token = await agentToken(running, 'bob');
    const wire = await Wire.open(running, token);
    await fetch(`${running.server.address}/v1/agents/session`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await wire.ended()).toBe(4001);
  });

  test('BEAT3 a check is answered with a beat, and with what is missing', async () => {
    const { c, a, s, chat, at } = await begun();
    await c.send(chat, ulid(), 'message', { text: 'more' });
    const before = a.frames.length;
    const beat = await a.ask({ t: 'check', streams: [[s, at.n, at.h]] });
    expect(beat).toMatchObject({ t: 'beat', heads: [[s, at.n + 1, expect.any(String)]] });
    await a.until(
      'update',
      (frame) => a.frames.indexOf(frame) > before && frame.prev.n === at.n && frame.prev.h === at.h,
    );
  });
});

test('CON3 reads that changed while a page was away come when it is back', async () => {
  const { c, a, s, chat, id } = await begun();
  const token = await customerToken(running);
  expect(token).toBeTruthy();
  const seen = (await a.ask({ t: 'open', s })) as Snapshot;
  a.say({ t: 'read', s, ...seen.at });
  await c.ask({ t: 'open', s: chat });
  await c.until('signal', (frame) => frame.kind === 'read' && frame.actor === `agent:${running.ann}`);
  const again = await Wire.open(running, await agentToken(running, 'ann'), [
    [s, 2, ((await a.ask({ t: 'check', streams: [[s, 0, '']] })) as Extract<Frame, { t: 'beat' }>).heads[0]?.[2] ?? ''],
  ]);
  await again.until('signal', (frame) => frame.kind === 'read' && frame.s === `conversation/${id}` && frame.n === 2);
});

test('CON1 pages of an inbox that was added a moment ago may call at once', async () => {
  const origin = 'https://new-shop.example';
  const { pool } = running.database;
  await pool.query("UPDATE inbox SET origins = '{https://other.example}'");
  await addInbox(pool, { name: 'New', queue: running.queue, origins: [origin] });
  const url = `${running.server.address}/v1/customers/session`;
  const answer = await fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  await pool.query("UPDATE inbox SET origins = '{}'");
});

describe('sending', () => {
  test('SND3 the same id gets the same answer, another body is refused', async () => {
    const { c, chat } = await begun();
    const id = ulid();
    const first = await c.send(chat, id, 'message', { text: 'once' });
    const again = await c.send(chat, id, 'message', { text: 'once' });
    expect({ ...again, re: '' }).toEqual({ ...first, re: '' });
    expect(await c.send(chat, id, 'message', { text: 'twice' })).toMatchObject({ t: 'refused', code: 'id_reused', id });
    const { rows } = await running.database.pool.query('SELECT count(*) FROM item WHERE stream = $1 AND id = $2', [
      chat,
      id,
    ]);
    expect(Number(rows[0].count)).toBe(1);
  });

  test('SND7 the same first id leads to the same conversation, also what follows it', async () => {
    const c = await customer();
    const [one, two] = [ulid(), ulid()];
    const body = { text: 'Hello', inbox: running.key };
    const answers = await Promise.all([
      c.send('chat/new', one, 'message', body),
      c.send('chat/new', two, 'message', { ...body, text: 'and' }, { follows: one }),
      c.send('chat/new', one, 'message', body),
    ]);
    expect(new Set(answers.map((answer) => (answer as { s: string }).s)).size).toBe(1);
    const chat = (answers[0] as { s: string }).s;
    expect(await c.send(chat, two, 'message', { ...body, text: 'and' })).toMatchObject({ t: 'sent', s: chat });
  });

  test('SND9 what was cancelled is refused when a late copy comes', async () => {
    const { c, chat } = await begun();
    const id = ulid();
    expect(await c.ask({ t: 'cancel', s: chat, id })).toMatchObject({ t: 'cancelled', id });
    expect(await c.send(chat, id, 'message', { text: 'late' })).toMatchObject({ t: 'refused', code: 'cancelled' });
    const stored = ulid();
    await c.send(chat, stored, 'message', { text: 'early' });
    expect(await c.ask({ t: 'cancel', s: chat, id: stored })).toMatchObject({ t: 'sent' });
  });

  test('SND10 text is stored exactly as sent, or refused', async () => {
    const { c, chat } = await begun();
    const text = '  \u202eleft\r\n\t👩‍👩‍👧 e\u0301 \uFEFF  ';
    await c.send(chat, ulid(), 'message', { text });
    const { rows } = await running.database.pool.query(
      'SELECT json FROM body WHERE stream = $1 ORDER BY n DESC LIMIT 1',
      [chat],
    );
    expect(JSON.parse(rows[0].json)).toEqual({ text });
    expect(await c.send(chat, ulid(), 'message', { text: 'a\u0000b' })).toMatchObject({
      t: 'refused',
      code: 'bad_body',
    });
    expect(await c.send(chat, ulid(), 'message', { text: '' })).toMatchObject({ t: 'refused', code: 'bad_body' });
    expect(await c.send(chat, ulid(), 'message', { text: 'ä'.repeat(8_193) })).toMatchObject({
      t: 'refused',
      code: 'too_large',
    });
    expect(await c.send(chat, ulid(), 'message', { text: 'ä'.repeat(8_192) })).toMatchObject({ t: 'sent' });
    c.socket.send(
      `{"t":"send","id":"s1","s":"${chat}","epoch":"${c.epoch}","kind":"message","body":{"text":"\\ud83d"},"attempt":1}`,
    );
    await c.until('refused', (frame) => frame.id === 's1' && frame.code === 'bad_body');
  });

  test('SND5 a wrong epoch and an unknown predecessor may be tried again', async () => {
    const { c, chat } = await begun();
    const send = { t: 'send', id: ulid(), s: chat, epoch: 'other', kind: 'message', body: { text: 'x' }, attempt: 1 };
    expect(await c.ask(send)).toMatchObject({ t: 'refused', code: 'wrong_epoch' });
    expect(await c.send(chat, ulid(), 'message', { text: 'x' }, { follows: ulid() })).toMatchObject({
      code: 'unknown_follows',
    });
  });
});

describe('guard', () => {
  test('GRD2 a reply that had not seen the last message is held, and the answer brings it', async () => {
    const { c, a, s, chat, at } = await begun();
    await c.send(chat, ulid(), 'message', { text: 'one more thing' });
    const id = ulid();
    const held = await a.send(s, id, 'message', { text: 'Sure' }, { basedOn: at });
    expect(held).toMatchObject({ t: 'held', id, because: [at.n + 1], update: { prev: at } });
    const head = (held as Extract<Frame, { t: 'held' }>).update.head;
    expect(await a.send(s, id, 'message', { text: 'Sure' }, { basedOn: head, attempt: 2 })).toMatchObject({
      t: 'sent',
    });
  });

  test('GRD2 a colleague, and the same person on another terminal, are news; the same terminal is not', async () => {
    const { a, s, at } = await begun();
    const other = await agent('ann');
    const bob = await agent('bob');
    expect(await a.send(s, ulid(), 'message', { text: 'first' }, { basedOn: at })).toMatchObject({ t: 'sent' });
    expect(await other.send(s, ulid(), 'message', { text: 'second' }, { basedOn: at })).toMatchObject({ t: 'held' });
    expect(await bob.send(s, ulid(), 'message', { text: 'third' }, { basedOn: at })).toMatchObject({ t: 'held' });
    expect(await a.send(s, ulid(), 'message', { text: 'fourth' }, { basedOn: at })).toMatchObject({ t: 'sent' });
  });

  test('GRD2 what follows from an own reply is no news to its author', async () => {
    const { a, s, at } = await begun();
    expect(await a.send(s, ulid(), 'message', { text: 'one' }, { basedOn: at })).toMatchObject({ t: 'sent' });
    expect(await a.send(s, ulid(), 'message', { text: 'two' }, { basedOn: at })).toMatchObject({ t: 'sent' });
  });

  test('GRD1 a point that is no true one counts as nothing seen', async () => {
    const { a, s, at } = await begun();
    const held = await a.send(s, ulid(), 'message', { text: 'x' }, { basedOn: { n: at.n, h: 'made up' } });
    expect(held).toMatchObject({ t: 'held', because: [1] });
  });

  test('GRD4 an override passes what it names, and nothing that came after', async () => {
    const { c, a, s, chat, at } = await begun();
    const point = async () => ((await a.ask({ t: 'open', s })) as Snapshot).at;
    await c.send(chat, ulid(), 'message', { text: 'two' });
    const upTo = await point();
    await c.send(chat, ulid(), 'message', { text: 'three' });
    const reply = { text: 'anyway' };
    expect(await a.send(s, ulid(), 'message', reply, { basedOn: at, override: { upTo } })).toMatchObject({
      t: 'held',
      because: [upTo.n + 1],
    });
    expect(
      await a.send(s, ulid(), 'message', reply, { basedOn: at, override: { upTo: await point(), reason: 'urgent' } }),
    ).toMatchObject({ t: 'sent' });
    const state = ((await a.ask({ t: 'open', s })) as Snapshot).state;
    expect(state).toMatchObject({ answeredUpTo: at.n, unanswered: [upTo.n, upTo.n + 1] });
  });

  test('GRD5 a colleague’s words again are held as a repeat, on the socket and over HTTP; an override passes', async () => {
    const { a, s, at } = await begun();
    const bob = await agent('bob');
    await a.send(s, ulid(), 'message', { text: 'It left on Monday.' }, { basedOn: at });
    const { at: basedOn } = (await bob.ask({ t: 'open', s })) as Snapshot;
    const duplicateOf = at.n + 1;
    const repeat = { text: 'it left on monday' };
    expect(await bob.send(s, ulid(), 'message', repeat, { basedOn })).toMatchObject({
      t: 'held',
      because: [],
      duplicateOf,
    });
    const id = ulid();
    const url = `${running.server.address}/v1/conversations/${streamId(s)}/send`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await agentToken(running, 'bob')}` },
      body: JSON.stringify({ id, s, epoch: bob.epoch, kind: 'message', body: repeat, basedOn }),
    });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ t: 'held', id, because: [], duplicateOf });
    const override = { upTo: basedOn, reason: 'asked twice' };
    expect(await bob.send(s, id, 'message', repeat, { basedOn, override })).toMatchObject({ t: 'sent' });
  });

  test('SND11 send and resolve is one: held it does neither, unanswered it is refused', async () => {
    const { c, a, s, chat, at } = await begun();
    await c.send(chat, ulid(), 'message', { text: 'wait' });
    expect(await a.send(s, ulid(), 'message', { text: 'bye' }, { basedOn: at, then: 'resolve' })).toMatchObject({
      t: 'held',
    });
    const snapshot = (await a.ask({ t: 'open', s })) as Snapshot;
    expect(await a.send(s, ulid(), 'resolve', {}, { basedOn: snapshot.at })).toMatchObject({
      t: 'refused',
      code: 'unanswered',
    });
    expect(
      await a.send(s, ulid(), 'message', { text: 'bye' }, { basedOn: snapshot.at, then: 'resolve' }),
    ).toMatchObject({ t: 'sent' });
    expect(((await a.ask({ t: 'open', s })) as Snapshot).state).toMatchObject({
      status: 'resolved',
      holder: null,
      unanswered: [],
    });
  });
});

describe('lists and clocks', () => {
  test('LST5 the same take gives the same work order, nobody twice; an empty queue is refused', async () => {
    const mine = await Promise.all([begun('a'), begun('b'), begun('c')]);
    const [ann, bob] = [await agent('ann'), await agent('bob')];
    const id = ulid();
    const takes = [
      ann.ask({ t: 'take', id, queue: running.queue }),
      bob.ask({ t: 'take', id: ulid(), queue: running.queue }),
    ];
    const [first, second] = (await Promise.all(takes)) as { s: string }[];
    expect(first?.s).not.toBe(second?.s);
    expect(await ann.ask({ t: 'take', id, queue: running.queue })).toMatchObject({ t: 'sent', s: first?.s });
    for (let left = 0; left < 1_000; left++) {
      const answer = await ann.ask({ t: 'take', id: ulid(), queue: running.queue });
      if (answer.t === 'refused') {
        expect(answer.code).toBe('empty');
        break;
      }
    }
    const { rows } = await running.database.pool.query(
      "SELECT count(*) FROM conversation WHERE holder = 'queue:' || $1",
      [running.queue],
    );
    expect(Number(rows[0].count)).toBe(0);
    expect(mine).toHaveLength(3);
  });

  test('CLK1 what waits has a holder and a clock; a reply stops it; the table refuses anything else', async () => {
    const { a, s, id, at } = await begun();
    const row = async () =>
      (await running.database.pool.query('SELECT * FROM conversation WHERE id = $1', [id])).rows[0];
    const before = await row();
    expect(before).toMatchObject({ unanswered: 1, holder: `queue:${running.queue}`, status: 'open' });
    expect(before.due_at - before.waiting_since).toBe(300_000);
    await a.send(s, ulid(), 'message', { text: 'Here' }, { basedOn: at });
    expect(await row()).toMatchObject({ unanswered: 0, due_at: null, holder: `agent:${running.ann}` });
    const { pool } = running.database;
    await expect(
      pool.query('UPDATE conversation SET unanswered = 1, last_customer_n = 99 WHERE id = $1', [id]),
    ).rejects.toThrow(/unanswered_has_holder_and_clock/);
    await expect(
      pool.query('UPDATE conversation SET holder = $2 WHERE id = $1', [id, `queue:${running.queue}`]),
    ).rejects.toThrow(/stands/);
    await expect(
      pool.query("UPDATE entry SET kind = 'left', body = '{}' WHERE conversation = $1", [id]),
    ).rejects.toThrow(/stands/);
    await expect(pool.query('DELETE FROM item WHERE stream = $1', [s])).rejects.toThrow();
  });

  test('LST7 a customer wakes what was resolved, back to who had it', async () => {
    const { c, a, s, chat, at } = await begun();
    await a.send(s, ulid(), 'message', { text: 'done' }, { basedOn: at, then: 'resolve' });
    await c.send(chat, ulid(), 'message', { text: 'not quite' });
    const { state, items } = (await a.ask({ t: 'open', s })) as Snapshot;
    expect(state).toMatchObject({ status: 'open', holder: `agent:${running.ann}` });
    expect(items.slice(-3).map((item) => item.kind)).toEqual(['message', 'reopened', 'assigned']);
  });
});

describe('permission', () => {
  test('CON9 I14 nobody opens what is not theirs, and it looks like nothing', async () => {
    const { chat, s } = await begun();
    const stranger = await customer();
    const outsider = await agent('bob');
    for (const [wire, stream] of [
      [stranger, chat],
      [stranger, s],
      [outsider, chat],
      [stranger, `list/queue:${running.queue}`],
      [outsider, `list/agent:${running.ann}`],
    ] as const) {
      expect(await wire.ask({ t: 'open', s: stream })).toMatchObject({ t: 'refused', code: 'not_found' });
      expect(await wire.ask({ t: 'get', s: stream })).toMatchObject({ t: 'refused', code: 'not_found' });
    }
    expect(await stranger.send(chat, ulid(), 'message', { text: 'x' })).toMatchObject({
      t: 'refused',
      code: 'not_found',
    });
    expect(await stranger.send('chat/none', ulid(), 'message', { text: 'x' })).toMatchObject({
      t: 'refused',
      code: 'not_found',
    });
    expect(await outsider.send(chat, ulid(), 'message', { text: 'x' })).toMatchObject({
      t: 'refused',
      code: 'not_found',
    });
  });

  test('I14 a customer never gets notes, or what the team keeps with a reply', async () => {
    const { c, a, s, chat, at } = await begun();
    await a.send(s, ulid(), 'note', { text: 'secret' });
    await a.send(s, ulid(), 'label', { add: ['vip'] });
    await a.send(s, ulid(), 'message', { text: 'Hello' }, { basedOn: at });
    const { items } = (await c.ask({ t: 'open', s: chat })) as Snapshot;
    expect(items.map((item) => item.kind)).toEqual(['message', 'message', 'served']);
    expect(items[1]?.body).toEqual({ text: 'Hello' });
    expect(JSON.stringify(c.frames)).not.toContain('secret');
  });

  test('I12 an erased text is nowhere, and what remains still follows', async () => {
    const { c, a, s, chat, at } = await begun('first words');
    await c.send(chat, ulid(), 'message', { text: 'my card is 4111' });
    expect(await c.send(chat, ulid(), 'erase', { target: 2 })).toMatchObject({ t: 'sent' });
    const { items, state } = (await a.ask({ t: 'open', s })) as Snapshot;
    expect(items.find((item) => item.n === at.n + 1)).toMatchObject({ erased: true });
    expect(state).toMatchObject({ unanswered: [1] });
    for (const table of ['body', 'item', 'send_key', 'entry', 'conversation']) {
      const { rows } = await running.database.pool.query(
        `SELECT count(*) FROM ${table} t WHERE t::text LIKE '%my card%'`,
      );
      expect([table, Number(rows[0].count)]).toEqual([table, 0]);
    }
  });
});

test('CON9 CON7 who leaves a queue loses its windows at once, and who leaves the team the connection', async () => {
  const own = await startRunning();
  try {
    const c = await Wire.open(own, await customerToken(own));
    const sent = (await c.send('chat/new', ulid(), 'message', { text: 'x', inbox: own.key })) as { s: string };
    const s = `conversation/${sent.s.slice('chat/'.length)}`;
    const a = await Wire.open(own, await agentToken(own, 'ann'));
    await a.ask({ t: 'open', s });
    await a.ask({ t: 'open', s: `list/queue:${own.queue}` });
    const { pool } = own.database;
    const changed = `INSERT INTO setting (key, value) VALUES ('directory', to_json(1))
      ON CONFLICT (key) DO UPDATE SET value = to_json((setting.value #>> '{}')::int + 1)`;
    await pool.query('DELETE FROM membership WHERE agent = $1', [own.ann]);
    await pool.query(changed);
    await a.until('gone', (frame) => frame.s === s);
    await a.until('gone', (frame) => frame.s === `list/queue:${own.queue}`);
    await pool.query('UPDATE agent SET disabled_at = clock_timestamp() WHERE id = $1', [own.ann]);
    await pool.query(changed);
    const code = await new Promise((resolve) => a.socket.once('close', resolve));
    expect(code).toBe(4001);
  } finally {
    await own.close();
  }
});
