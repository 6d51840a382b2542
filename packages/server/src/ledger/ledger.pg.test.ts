import { type AddressInfo, createServer } from 'node:net';
import type { Send, Stream } from '@heed/protocol';
import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Database, makePool } from '../database/connect.ts';
import { testDatabase } from '../database/test-database.ts';
import type { Who } from '../domain/permission.ts';
import { silentLog } from '../log.ts';
import { postgresDirectory } from '../store/directory.ts';
import { beginCustomer } from '../store/people.ts';
import { postgresLedgerStore } from '../store/pg-ledger.ts';
import { addAgent, addInbox, addQueue } from '../store/team.ts';
import { compareUnanswered } from '../verify/unanswered.ts';
import { verifyDatabase } from '../verify/verify.ts';
import type { Ground } from './batch.ts';
import type { Outcome } from './command.ts';
import { Ledger } from './ledger.ts';

let database: Database;
let pool: pg.Pool;
let ground: Ground;
let inbox: string;
let agents: string[];
/** Two nodes: a ledger each, over pools of their own. */
let pools: pg.Pool[];
let nodes: [Ledger, Ledger];

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  const { id } = await addQueue(pool, { name: 'Orders' });
  inbox = (await addInbox(pool, { name: 'Shop', queue: id })).id;
  agents = [];
  for (let i = 0; i < 8; i++) {
    const agent = { name: `Agent ${i}`, email: `a${i}@x.example`, password: 'correct horse', role: 'agent' as const };
    agents.push((await addAgent(pool, { ...agent, queues: [id] })).id);
  }
  const { rows } = await pool.query('SELECT epoch FROM lineage');
  ground = { epoch: rows[0].epoch, graceMs: 60_000, textBytes: 16_384, directory: postgresDirectory(pool) };
  await ground.directory.refresh();
  pools = [makePool(database.connection, 4, silentLog).pool, makePool(database.connection, 4, silentLog).pool];
  nodes = [ledgerOver(pools[0] as pg.Pool), ledgerOver(pools[1] as pg.Pool)];
});
afterAll(async () => {
  for (const own of pools) await own.end();
  await database.close();
});
afterEach(async () => {
  const verdict = await verifyDatabase(pool);
  expect(verdict.findings).toEqual([]);
  expect((await compareUnanswered(pool)).differences).toEqual([]);
});

function ledgerOver(own: pg.Pool, slots = 2): Ledger {
  const store = postgresLedgerStore(own);
  return new Ledger({ store, ground, log: silentLog, slots, batchMax: 400, publish: () => undefined });
}
function node(i: number): Ledger {
  return nodes[i % 2] as Ledger;
}

async function customer(): Promise<Who> {
  const { customer: begun } = await beginCustomer(pool, inbox, 'Cy', { address: '', device: '' });
  return { type: 'customer', id: begun.id, name: 'Cy', terminal: ulid(), isAdmin: false, queues: new Map(), inbox };
}
function agent(i: number, terminal = `t${i}`): Who {
  return ground.directory.who(agents[i] as string, terminal) as Who;
}
function frame(s: Stream, kind: Send['kind'], body: unknown, extra: Partial<Send> = {}): Send {
  return { t: 'send', id: ulid(), s, epoch: ground.epoch, kind, body, attempt: 1, ...extra };
}
function send(i: number, who: Who, what: Send): Promise<Outcome> {
  return node(i).submit({ do: 'send', who, send: what });
}
async function begun(i = 0): Promise<{ who: Who; id: string; chat: Stream; s: Stream }> {
  const who = await customer();
  const outcome = await send(i, who, frame('chat/new', 'message', { text: `Hello ${i}`, inbox }));
  if (outcome.do !== 'sent') throw new Error(JSON.stringify(outcome));
  const id = outcome.s.slice('chat/'.length);
  return { who, id, chat: outcome.s, s: `conversation/${id}` };
}
async function headOf(s: Stream): Promise<{ n: number; h: string }> {
  return (await pool.query('SELECT n, h FROM stream WHERE name = $1', [s])).rows[0];
}
async function stored(s: Stream, actor: string): Promise<string[]> {
  const { rows } = await pool.query('SELECT id FROM item WHERE stream = $1 AND actor = $2 ORDER BY n', [s, actor]);
  return rows.map(({ id }) => id);
}

test('LST5 eight takers on two nodes: each waiting conversation once, none skipped, in the order of LST4', async () => {
  const waiting = await Promise.all(Array.from({ length: 60 }, (_, i) => begun(i)));
  const queue = [...ground.directory.queues][0]?.id as string;
  // Some were taken and came back: that costs nobody their place (LST4).
  for (let i = 0; i < 4; i++) {
    const taken = await node(i).submit({ do: 'take', who: agent(i), id: ulid(), queue });
    if (taken.do !== 'sent') throw new Error(JSON.stringify(taken));
    const back = frame(taken.s, 'transfer', { to: `queue:${queue}` }, { basedOn: await headOf(taken.s) });
    expect(await send(i, agent(i), back)).toMatchObject({ do: 'sent' });
  }
  // Some are more urgent, some were answered and wait for nobody.
  await pool.query('UPDATE conversation SET priority = 2 WHERE number % 7 = 0');
  const { rows } = await pool.query(
    `SELECT id FROM conversation WHERE holder = 'queue:' || $1
      ORDER BY priority DESC, coalesce(waiting_since, 'infinity'), entered_at, id`,
    [queue],
  );
  const order: string[] = rows.map(({ id }) => id);
  expect(order).toHaveLength(waiting.length);
  const given: { taker: number; id: string; take: string }[] = [];
  const taker = async (i: number) => {
    for (;;) {
      const take = ulid();
      const outcome = await node(i).submit({ do: 'take', who: agent(i), id: take, queue });
      if (outcome.do === 'refused') return expect(outcome.code).toBe('empty');
      if (outcome.do !== 'sent') throw new Error(JSON.stringify(outcome));
      given.push({ taker: i, take, id: outcome.s.slice('conversation/'.length) });
    }
  };
  await Promise.all(agents.map((_, i) => taker(i)));
  expect(given.map(({ id }) => id).sort()).toEqual([...order].sort());
  // Each taker's own are in the order of the queue; and as they were committed, they are the queue's order itself.
  for (const [i] of agents.entries()) {
    const own = given.filter(({ taker: who }) => who === i).map(({ id }) => order.indexOf(id));
    expect(own).toEqual([...own].sort((a, b) => a - b));
  }
  const left = await pool.query(
    `SELECT conversation FROM list_point p JOIN entry e USING (list, conversation, n)
      WHERE list = 'list/queue:' || $1 AND e.kind = 'left' ORDER BY p.n`,
    [queue],
  );
  expect(left.rows.map(({ conversation }) => conversation)).toEqual(order);
  const again = given[10] as { taker: number; id: string; take: string };
  const repeat = await node(again.taker + 1).submit({ do: 'take', who: agent(again.taker), id: again.take, queue });
  expect(repeat).toMatchObject({ do: 'sent', s: `conversation/${again.id}` });
  // The priority was written past the ledger: entries are made to say it too.
  await Promise.all(given.map(({ id, taker: i }) => send(i, agent(i), frame(`conversation/${id}`, 'label', {}))));
});

describe('two nodes', () => {
  test('STR1 SND3 sends from both into the same conversations: no gap, each id once, each author in order', async () => {
    const conversations = await Promise.all(Array.from({ length: 6 }, (_, i) => begun(i)));
    const ids = new Map<string, string[]>();
    const writers = conversations.flatMap(({ who, chat, s }, c) => [
      { who, s: chat, kind: 'message' as const, c },
      { who: agent(0, 'p'), s, kind: 'note' as const, c },
      { who: agent(1, 'q'), s, kind: 'label' as const, c },
    ]);
    await Promise.all(
      writers.map(async ({ who, s, kind, c }, w) => {
        const mine: string[] = [];
        ids.set(`${s}\n${who.id}`, mine);
        for (let i = 0; i < 30; i++) {
          const body = kind === 'label' ? { add: [`l${i % 3}`], remove: [`l${(i + 1) % 3}`] } : { text: `${c} ${i}` };
          const what = frame(s, kind, body);
          mine.push(what.id);
          // Both nodes get it at once, as after a reconnect.
          const both = await Promise.all([send(w + i, who, what), send(w + i + 1, who, what)]);
          expect(both[0]).toMatchObject({ do: 'sent' });
          expect(both[1]).toEqual(both[0]);
        }
      }),
    );
    for (const [key, mine] of ids) {
      const [s, actor] = key.split('\n') as [string, string];
      expect((await stored(s, actor)).filter((id) => mine.includes(id))).toEqual(mine);
    }
    for (const { id, s } of conversations) {
      const { rows } = await pool.query('SELECT unanswered FROM conversation WHERE id = $1', [id]);
      expect(rows[0].unanswered).toBe(31);
      expect((await headOf(s)).n).toBe(1 + 1 + 90);
    }
  });

  test('CLK1 what waits is counted from what is stored when the lock is held, not from when it was asked for', async () => {
    const { who, id, chat, s } = await begun();
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM stream WHERE name = $1 FOR UPDATE', [chat]);
    const second = send(0, who, frame(chat, 'message', { text: 'Second' }));
    await waitingForLocks(1);
    const label = send(1, agent(0), frame(s, 'label', { add: ['vip'] }));
    await waitingForLocks(2);
    await client.query('COMMIT');
    client.release();
    expect(await second).toMatchObject({ do: 'sent' });
    expect(await label).toMatchObject({ do: 'sent' });
    const { rows } = await pool.query('SELECT unanswered FROM conversation WHERE id = $1', [id]);
    expect(rows[0].unanswered).toBe(2);
  });

  async function waitingForLocks(count: number): Promise<void> {
    for (;;) {
      const { rows } = await pool.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      if (rows[0].n >= count) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  test('GRD6 of replies that race for one question exactly one is stored, the others are held', async () => {
    for (let round = 0; round < 15; round++) {
      const { s } = await begun(round);
      const basedOn = await headOf(s);
      const race = agents.slice(0, 6).map((_, i) => {
        return send(i, agent(i), frame(s, 'message', { text: `Answer ${i}` }, { basedOn }));
      });
      const outcomes = (await Promise.all(race)).map((outcome) => outcome.do);
      expect(outcomes.toSorted()).toEqual(['held', 'held', 'held', 'held', 'held', 'sent']);
    }
  });

  test('STR4 six nodes write into one conversation and onto one list: they wait for each other, and none in vain', async () => {
    const six = Array.from({ length: 6 }, () => makePool(database.connection, 2, silentLog).pool);
    const shared = await begun();
    const own = await Promise.all(six.map((_, i) => begun(i)));
    const outcomes = await Promise.all(
      six.map(async (each, i) => {
        const ledger = ledgerOver(each);
        const done: string[] = [];
        for (let n = 0; n < 20; n++) {
          const s = n % 2 === 0 ? shared.s : (own[i]?.s as Stream);
          const outcome = await ledger.submit({ do: 'send', who: agent(i), send: frame(s, 'note', { text: `${n}` }) });
          done.push(outcome.do === 'refused' ? outcome.code : outcome.do);
        }
        return done;
      }),
    );
    for (const each of six) await each.end();
    expect(new Set(outcomes.flat())).toEqual(new Set(['sent']));
    expect((await headOf(shared.s)).n).toBe(2 + 60);
  });

  test('SND7 the same first message at both nodes begins one conversation', async () => {
    for (let i = 0; i < 10; i++) {
      const who = await customer();
      const what = frame('chat/new', 'message', { text: 'Hello', inbox });
      const outcomes = await Promise.all([0, 1, 0, 1].map((at) => send(at, who, what)));
      for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
      const { rows } = await pool.query('SELECT id FROM conversation WHERE customer = $1', [who.id]);
      expect(rows).toHaveLength(1);
    }
  });
});

describe('a command that cannot be stored', () => {
  test('SND5 leaves its neighbours in the batch alone: one refused, one that the database refuses, one that nobody expects', async () => {
    const { who, chat, s } = await begun();
    const { rows } = await pool.query('SELECT count(*)::int AS n FROM customer');
    const stranger: Who = { ...(await customer()), id: 'nobody' };
    // One slot: all of it is one batch.
    const ledger = ledgerOver(pools[0] as pg.Pool, 1);
    const submit = (by: Who, what: Send) => ledger.submit({ do: 'send', who: by, send: what });
    const outcomes = await Promise.all([
      submit(who, frame(chat, 'message', { text: 'one' })),
      // The database refuses it: there is no such customer.
      submit(stranger, frame('chat/new', 'message', { text: 'x', inbox })),
      submit(agent(0), frame(s, 'resolve', {})),
      submit(who, frame(chat, 'message', { text: 'two' })),
      submit(who, frame(chat, 'message', { text: '' })),
      submit(who, frame(chat, 'message', { text: 'three' })),
    ]);
    expect(rows[0].n).toBeGreaterThan(0);
    expect(outcomes.map((outcome) => (outcome.do === 'refused' ? outcome.code : outcome.do))).toEqual([
      'sent',
      'bad_state',
      'held',
      'sent',
      'bad_body',
      'sent',
    ]);
    expect((await headOf(chat)).n).toBe(4);
  });

  test('SND5 a time that is none is refused, and nothing after it suffers', async () => {
    const { who, chat, s } = await begun();
    const basedOn = await headOf(s);
    for (const snooze of ['infinity', 'tomorrow', '2999-02-30T00:00:00Z', '2999-01-01', '\u0000']) {
      const reply = frame(s, 'message', { text: 'Later.' }, { basedOn, then: { snooze } });
      expect(await send(0, agent(0), reply)).toEqual({ do: 'refused', code: 'bad_body' });
    }
    const until = frame(s, 'snooze', { until: '2999-02-30T00:00:00Z' }, { basedOn });
    expect(await send(0, agent(0), until)).toMatchObject({ do: 'refused' });
    expect(await send(0, who, frame(chat, 'message', { text: 'still here' }))).toMatchObject({ do: 'sent' });
  });
});

test('SND3 backends that end while sends are under way: every send is stored once in the end', async () => {
  const conversations = await Promise.all(Array.from({ length: 4 }, (_, i) => begun(i)));
  let over = false;
  let killed = 0;
  const killer = async () => {
    while (!over) {
      const { rows } = await pool.query(
        'SELECT count(pg_terminate_backend(pid))::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user AND random() < 0.7',
      );
      killed += rows[0].n;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const codes = new Map<string, number>();
  const writer = async (i: number) => {
    const { who, chat } = conversations[i % conversations.length] as (typeof conversations)[0];
    const mine: string[] = [];
    for (let k = 0; k < 12 || killed <= 5; k++) {
      const what = frame(chat, 'message', { text: `${i} ${k}` });
      mine.push(what.id);
      for (let tries = 0; ; tries++) {
        const outcome = await send(i + tries, who, what);
        const code = outcome.do === 'refused' ? outcome.code : outcome.do;
        codes.set(code, (codes.get(code) ?? 0) + 1);
        if (outcome.do === 'sent') break;
      }
    }
    return { chat, actor: who.id, mine };
  };
  const killing = killer();
  const written = await Promise.all(Array.from({ length: 12 }, (_, i) => writer(i)));
  over = true;
  await killing;
  expect(killed).toBeGreaterThan(5);
  expect([...codes.keys()].filter((code) => code !== 'sent' && code !== 'unavailable')).toEqual([]);
  for (const { chat, actor, mine } of written) {
    expect((await stored(chat, actor)).filter((id) => mine.includes(id))).toEqual(mine);
  }
});

describe('what is erased', () => {
  async function previewOf(id: string): Promise<string[]> {
    const { rows } = await pool.query(
      `SELECT preview FROM conversation WHERE id = $1
       UNION SELECT entry::json->>'preview' FROM conversation WHERE id = $1`,
      [id],
    );
    return rows.map(({ preview }) => preview);
  }

  test('I12 two erasures and a message in one batch: the preview shows what is left', async () => {
    const { who, id, chat } = await begun();
    for (const text of ['card 4111', 'card 4222', 'card 4333']) await send(0, who, frame(chat, 'message', { text }));
    await Promise.all([3, 4].map((target) => send(0, who, frame(chat, 'erase', { target }))));
    expect(await previewOf(id)).toEqual(['card 4111']);
    await Promise.all([
      send(0, who, frame(chat, 'message', { text: 'newer' })),
      send(0, who, frame(chat, 'erase', { target: 2 })),
    ]);
    expect(await previewOf(id)).toEqual(['newer']);
    for (const { n } of (await pool.query('SELECT n FROM body WHERE stream = $1', [chat])).rows)
      await send(0, who, frame(chat, 'erase', { target: n }));
    expect(await previewOf(id)).toEqual(['']);
  });

  test('§11 is not edited afterwards', async () => {
    const { who, chat } = await begun();
    await send(0, who, frame(chat, 'erase', { target: 1 }));
    expect(await send(0, who, frame(chat, 'edit', { target: 1, text: 'back' }))).toEqual({
      do: 'refused',
      code: 'bad_state',
    });
  });
});

test('§11 a message answers what is there, in the numbers of its stream', async () => {
  const { who, chat, s } = await begun();
  const basedOn = await headOf(s);
  await send(0, agent(0), frame(s, 'note', { text: 'Between us' }));
  await send(0, agent(0), frame(s, 'message', { text: 'Sure' }, { basedOn }));
  // The chat has two messages and who serves; the conversation has more.
  expect(await send(0, who, frame(chat, 'message', { text: 'x', replyTo: 4 }))).toMatchObject({ code: 'bad_body' });
  expect(await send(0, who, frame(chat, 'message', { text: 'x', replyTo: 2 }))).toMatchObject({ do: 'sent' });
  expect(await send(0, who, frame(chat, 'message', { text: 'x', replyTo: 0 }))).toMatchObject({ code: 'bad_body' });
});

test('GRD2 however much the guard passes over, it holds for what comes after', async () => {
  const { who, chat, s } = await begun();
  const basedOn = await headOf(s);
  const me = agent(0);
  // Each reply to a resolved conversation reopens and assigns it: items by system that came from here.
  for (let i = 0; i < 55; i++)
    expect(await send(0, me, frame(s, 'message', { text: `${i}` }, { basedOn, then: 'resolve' }))).toMatchObject({
      do: 'sent',
    });
  await send(0, who, frame(chat, 'message', { text: 'wait' }));
  expect(await send(0, me, frame(s, 'message', { text: 'bye' }, { basedOn }))).toMatchObject({ do: 'held' });
});

test('SND5 a database that does not answer is waited for once, not once for each send', async () => {
  const deaf = createServer(() => undefined);
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as AddressInfo;
  const none = new pg.Pool({ host: '127.0.0.1', port, connectionTimeoutMillis: 300, max: 2 });
  const lost = new Ledger({
    store: postgresLedgerStore(none),
    ground,
    log: silentLog,
    slots: 1,
    batchMax: 400,
    publish: () => undefined,
  });
  const { who, chat } = await begun();
  const from = performance.now();
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, () =>
      lost.submit({ do: 'send', who, send: frame(chat, 'message', { text: 'Hello?' }) }),
    ),
  );
  expect(performance.now() - from).toBeLessThan(2_000);
  expect(new Set(outcomes.map((outcome) => (outcome as { code: string }).code))).toEqual(new Set(['unavailable']));
  await none.end();
  deaf.close();
});

describe('conversation/new', () => {
  test('SND9 what was to begin a conversation is taken back, and a late copy is refused', async () => {
    const { who } = await begun();
    const me = agent(0);
    const what = frame('conversation/new', 'message', { customer: who.id, inbox, text: 'Hello' });
    const cancel = () => node(0).submit({ do: 'cancel', who: me, s: 'conversation/new', id: what.id });
    expect(await cancel()).toEqual({ do: 'cancelled' });
    expect(await send(1, me, what)).toEqual({ do: 'refused', code: 'cancelled' });
    const other = { ...what, id: ulid() };
    const sent = await send(1, me, other);
    expect(sent).toMatchObject({ do: 'sent' });
    expect(await node(0).submit({ do: 'cancel', who: me, s: 'conversation/new', id: other.id })).toEqual(sent);
  });

  test('SND3 CON9 its repeat is answered though the permission ended; others see neither inbox nor customer', async () => {
    const { who } = await begun();
    const what = frame('conversation/new', 'message', { customer: who.id, inbox, text: 'Hello' });
    const me = agent(0);
    const sent = await send(0, me, what);
    const outsider = { ...me, queues: new Map() };
    expect(await send(1, outsider, what)).toEqual(sent);
    expect(await send(1, outsider, { ...what, id: ulid() })).toEqual({ do: 'refused', code: 'not_found' });
    const elsewhere = { ...what, id: ulid(), body: { customer: 'nobody', inbox, text: 'Hello' } };
    expect(await send(0, me, elsewhere)).toEqual({ do: 'refused', code: 'not_found' });
  });
});

test('STR4 a conversation that another node moved is written to where it stands now', async () => {
  const { who, chat, s } = await begun();
  const said = (i: number, follows = {}) => send(i, who, frame(chat, 'message', { text: 'Hello?' }, follows));
  expect(await said(0)).toMatchObject({ do: 'sent' });
  const reply = frame(s, 'message', { text: 'Yes' }, { basedOn: await headOf(s) });
  expect(await send(1, agent(1), reply)).toMatchObject({ do: 'sent' });
  const others = await Promise.all([begun(), begun()]);
  const all = [said(0), ...others.map((other) => send(0, other.who, frame(other.chat, 'message', { text: 'Hello?' })))];
  for (const outcome of await Promise.all(all)) expect(outcome).toMatchObject({ do: 'sent' });
  expect(await said(0)).toMatchObject({ do: 'sent' });
});
