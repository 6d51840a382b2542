import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../database/connect.ts';
import { testDatabase } from '../database/test-database.ts';
import { seedDemo } from '../demo/seed.ts';
import type { Ground } from '../ledger/batch.ts';
import { Ledger } from '../ledger/ledger.ts';
import { silentLog } from '../log.ts';
import { postgresDirectory } from '../store/directory.ts';
import { postgresLedgerStore } from '../store/pg-ledger.ts';
import { isSound, verifyDatabase } from './verify.ts';

let database: Database;
let pool: pg.Pool;
let ground: Ground;

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
  const { rows } = await pool.query('SELECT epoch FROM lineage');
  ground = { epoch: rows[0].epoch, graceMs: 60_000, textBytes: 16_384, directory: postgresDirectory(pool) };
  await ground.directory.refresh();
});
afterAll(() => database.close());

test('nothing to check is not sound', async () => {
  const verdict = await verifyDatabase(pool);
  expect(verdict.wrong).toBe(0);
  expect(isSound(verdict)).toBe(false);
});

describe('of a company at work', () => {
  /** A conversation that a customer waits in, one that was answered, with their places. */
  let waiting: string;
  let answered: string;

  beforeAll(async () => {
    await seedDemo(pool, ground);
    answered = await one("SELECT id FROM conversation WHERE replied AND status = 'open' ORDER BY number LIMIT 1");
    await act();
    waiting = await one(
      "SELECT c.id FROM conversation c JOIN stream s ON s.name = 'chat/' || c.id AND s.n = 1 WHERE c.unanswered = 1 AND c.holder LIKE 'queue:%' ORDER BY c.number LIMIT 1",
    );
  });

  beforeEach(async () => {
    const verdict = await verifyDatabase(pool);
    expect(verdict.findings).toEqual([]);
  });

  async function one(text: string, values: unknown[] = []): Promise<string> {
    const { rows } = await pool.query(text, values);
    return Object.values(rows[0])[0] as string;
  }

  /** What the story of the demo has not: a take, a note, an edit, an erasure, a quotation. */
  async function act(): Promise<void> {
    const ledger = new Ledger({
      store: postgresLedgerStore(pool),
      ground,
      log: silentLog,
      slots: 1,
      batchMax: 10,
      publish: () => undefined,
    });
    const queue = (await one('SELECT queue FROM conversation WHERE id = $1', [answered])) as string;
    const agent = await one('SELECT agent FROM membership WHERE queue = $1 LIMIT 1', [queue]);
    const who = ground.directory.who(agent, 'test');
    if (!who) throw new Error('the demo has no agent for its queue');
    const s = `conversation/${answered}`;
    const send = async (id: string, kind: 'message' | 'note' | 'edit' | 'erase', body: object) => {
      const { rows } = await pool.query('SELECT n, h FROM stream WHERE name = $1', [s]);
      const frame = { t: 'send' as const, id, s, epoch: ground.epoch, kind, body, attempt: 1, basedOn: rows[0] };
      const outcome = await ledger.submit({ do: 'send', who, send: frame });
      expect(outcome).toMatchObject({ do: 'sent' });
      return outcome.do === 'sent' ? outcome.at.n : 0;
    };
    await send('note1', 'note', { text: 'Between us.' });
    const said = await send('message1', 'message', { text: 'Answering that.', replyTo: 1 });
    await send('message3', 'message', { text: 'And to that.', replyTo: said });
    // That somebody serves them now is shown to the customer as well, and can be answered.
    const { rows } = await pool.query("SELECT shows FROM item WHERE stream = 'chat/' || $1 AND kind = 'served'", [
      answered,
    ]);
    await send('message4', 'message', { text: 'That is me.', replyTo: rows[0].shows });
    await send('edit1', 'edit', { target: said, text: 'Answering that well.' });
    const gone = await send('message2', 'message', { text: 'Not for here.' });
    await send('edit2', 'edit', { target: gone, text: 'Still not for here.' });
    await send('erase1', 'erase', { target: gone });
    await ledger.submit({ do: 'take', who, id: 'take1', queue });
  }

  test('SND7 what follows a first message before its stream has a name is stored as what was said', async () => {
    const { rows } = await pool.query('SELECT id, name, inbox FROM customer ORDER BY id LIMIT 1');
    const { id, name, inbox } = rows[0];
    const who = { type: 'customer' as const, id, name, terminal: 'test', isAdmin: false, queues: new Map(), inbox };
    const ledger = new Ledger({
      store: postgresLedgerStore(pool),
      ground,
      log: silentLog,
      slots: 1,
      batchMax: 10,
      publish: () => undefined,
    });
    const base = { t: 'send' as const, s: 'chat/new', epoch: ground.epoch, kind: 'message' as const, attempt: 1 };
    const first = { ...base, id: 'first', body: { inbox, text: 'One.' } };
    const second = { ...base, id: 'second', body: { inbox, text: 'Two.' }, follows: 'first' };
    await Promise.all([first, second].map((send) => ledger.submit({ do: 'send', who, send })));
    const bodies = await pool.query(
      "SELECT b.json FROM item i JOIN body b USING (stream, n) WHERE i.actor = $1 AND i.id IN ('first', 'second') AND i.stream LIKE 'chat/%' ORDER BY i.n",
      [id],
    );
    expect(bodies.rows.map(({ json }) => json)).toEqual(['{"text":"One."}', '{"text":"Two."}']);
  });

  test('is sound, and says what was looked at', async () => {
    const verdict = await verifyDatabase(pool);
    expect(isSound(verdict)).toBe(true);
    const { checked } = verdict;
    expect(checked.erased).toBe(4);
    expect(Math.min(...Object.values(checked))).toBeGreaterThan(0);
  });

  /** Breaks something, looks, and puts it back: in one transaction that is never committed. */
  async function broken(statements: string[], values: unknown[] = []): Promise<{ codes: string[]; streams: string[] }> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('ALTER TABLE item DISABLE TRIGGER item_never_changes');
      for (const table of ['conversation', 'entry']) {
        const { rows } = await client.query(
          "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype IN ('c', 'x', 'f')",
          [table],
        );
        for (const { conname } of rows) await client.query(`ALTER TABLE ${table} DROP CONSTRAINT ${conname} CASCADE`);
      }
      for (const statement of statements) await client.query(statement, statement.includes('$1') ? values : []);
      const { findings } = await verifyDatabase(withClient(client));
      return {
        codes: [...new Set(findings.map(({ code }) => code))].sort(),
        streams: findings.map(({ stream }) => stream),
      };
    } finally {
      client.release(true);
    }
  }

  /** The check inside the transaction that broke something. */
  function withClient(client: pg.PoolClient): pg.Pool {
    const inside = {
      connectionParameters: {},
      query: (text: string, ...rest: unknown[]) =>
        /^BEGIN/.test(text) ? undefined : (client.query as (...all: unknown[]) => unknown)(text, ...rest),
      release: () => undefined,
    };
    return { connect: async () => inside } as unknown as pg.Pool;
  }

  const breaks: [name: string, statement: string, codes: string[]][] = [
    [
      'STR2 a body that was changed',
      `UPDATE body SET json = replace(json, '"text":"', '"text":"x') WHERE stream = 'conversation/' || $1 AND n = 1`,
      ['body_wrong', 'chat_differs', 'row_differs'],
    ],
    [
      'STR2 an item that was changed',
      "UPDATE item SET kind = 'note' WHERE stream = 'chat/' || $1 AND n = 1",
      ['chat_missing', 'chat_shows_too_much', 'hash_wrong'],
    ],
    [
      'STR2 a hash that was changed',
      "UPDATE item SET h = 'AAAAAAAAAAAAAAAA' WHERE stream = 'conversation/' || $1 AND n = 1",
      ['hash_wrong'],
    ],
    [
      'STR1 an item that is gone',
      "DELETE FROM item WHERE stream = 'chat/' || $1 AND n = 1",
      ['chat_missing', 'head_wrong', 'key_point_wrong'],
    ],
    [
      'STR2 a head that was moved',
      "UPDATE stream SET n = n + 1 WHERE name = 'conversation/' || $1",
      ['entry_body_wrong', 'head_wrong'],
    ],
    [
      'STR2 a body that is gone though nobody erased it',
      "DELETE FROM body WHERE stream = 'chat/' || $1 AND n = 1",
      ['body_missing', 'chat_not_erased'],
    ],
    [
      'SND3 a send stored twice',
      `INSERT INTO item SELECT stream, n + 1000, h, id, kind, actor_type, actor, terminal, at, body_hash, shows FROM item WHERE stream = 'chat/' || $1 AND n = 1`,
      ['body_missing', 'chat_not_erased', 'gap', 'head_wrong', 'id_twice'],
    ],
    [
      'SND3 a key that leads elsewhere',
      "UPDATE send_key SET n = n + 1 WHERE stream = 'chat/' || $1",
      ['key_point_wrong'],
    ],
    ['SND3 a key that is gone', "DELETE FROM send_key WHERE stream = 'chat/' || $1", ['key_missing']],
    [
      'LST2 a list whose point was changed',
      "UPDATE list_point SET h = 'AAAAAAAAAAAAAAAA' WHERE n = 1 AND list LIKE 'list/queue:%'",
      ['hash_wrong'],
    ],
    [
      'STR2 a list whose point is of another head of its conversation',
      "UPDATE list_point SET head = 'AAAAAAAAAAAAAAAA' WHERE n = 1 AND list LIKE 'list/queue:%'",
      ['hash_wrong'],
    ],
    [
      'LST2 a list whose point is gone',
      "DELETE FROM list_point WHERE conversation = $1 AND list LIKE 'list/queue:%'",
      ['entry_point_wrong', 'gap'],
    ],
    [
      'I6 an entry that says something else',
      `UPDATE entry SET body = replace((SELECT entry FROM conversation WHERE id = $1), '"unanswered":', '"unanswered":1') WHERE conversation = $1 AND list LIKE 'list/open:%'`,
      ['entry_body_wrong'],
    ],
    [
      'I6 an entry that is gone',
      "DELETE FROM entry WHERE conversation = $1 AND list LIKE 'list/open:%'",
      ['entry_missing', 'entry_old'],
    ],
    [
      'LST1 an entry on a second list',
      `INSERT INTO entry (list, conversation, n, kind, body, at) SELECT (SELECT name FROM stream WHERE name LIKE 'list/agent:%' LIMIT 1), conversation, 999, kind, body, at FROM entry WHERE conversation = $1 AND list LIKE 'list/queue:%'`,
      ['entry_point_wrong', 'entry_too_many'],
    ],
    [
      'EPO1 an epoch that goes on from none',
      "INSERT INTO lineage (epoch, reason, begun_at) SELECT gen_random_uuid(), 'by hand', clock_timestamp() + interval '1 min' WHERE $1 <> ''",
      ['lineage_wrong'],
    ],
    [
      'CLK1 a count of what waits that was changed',
      'UPDATE conversation SET unanswered = unanswered + 1 WHERE id = $1',
      ['entry_body_wrong', 'row_differs'],
    ],
    [
      'I11 somebody who waits without a clock',
      'UPDATE conversation SET waiting_since = NULL, soon_at = NULL, due_at = NULL WHERE id = $1',
      ['entry_body_wrong', 'row_differs', 'waits_unseen'],
    ],
    [
      'I11 somebody who waits with nobody',
      "UPDATE conversation SET holder = NULL, status = 'resolved' WHERE id = $1",
      ['entry_too_many', 'row_differs', 'waits_unseen'],
    ],
    [
      'I7 a mark that was moved',
      'UPDATE conversation SET answered_up_to = 1, unanswered = 0 WHERE id = $1',
      ['entry_body_wrong', 'row_differs'],
    ],
  ];

  test.each(breaks)('%s is found', async (_name, statement, codes) => {
    const found = await broken([statement], [waiting]);
    expect(found.codes).toEqual(codes);
  });

  test.each([
    [
      'GRD7 a reply that names no true point as seen',
      `jsonb_set(b.json::jsonb, '{seen,h}', '"AAAAAAAAAAAAAAAA"')`,
      'seen_wrong',
    ],
    ['GRD7 a reply that says nothing of what was seen', "b.json::jsonb - 'seen'", 'seen_missing'],
    ['GRD7 a reply that covers more than was seen', "jsonb_set(b.json::jsonb, '{covers}', '99')", 'covers_wrong'],
    [
      'I3 a reply whose author had not seen what it answers',
      `b.json::jsonb || '{"seen": {"n": 0, "h": ""}, "covers": 0}'`,
      'answered_blindly',
    ],
  ])('%s is found', async (_name, change, code) => {
    const reply =
      "SELECT n FROM item WHERE stream = 'conversation/' || $1 AND kind = 'message' AND actor_type = 'agent' ORDER BY n LIMIT 1";
    const found = await broken(
      [`UPDATE body b SET json = (${change})::text WHERE stream = 'conversation/' || $1 AND n = (${reply})`],
      [answered],
    );
    expect(found.codes).toContain(code);
  });

  test("CON9 a colleague's note in what the customer sees is found", async () => {
    const note = `(SELECT n FROM item WHERE stream = 'conversation/' || $1 AND kind = 'note')`;
    const found = await broken(
      [
        `INSERT INTO item SELECT 'chat/' || $1, (SELECT n + 1 FROM stream WHERE name = 'chat/' || $1), h, id, kind, actor_type, actor, terminal, at, body_hash, n
           FROM item WHERE stream = 'conversation/' || $1 AND n = ${note}`,
      ],
      [answered],
    );
    expect(found.codes).toContain('chat_shows_nothing');
    expect(found.streams).toContain(`chat/${answered}`);
  });

  test('an item of no conversation is found', async () => {
    const found = await broken([
      "INSERT INTO item SELECT 'chat/NOBODY', n, h, id, kind, actor_type, actor, terminal, at, body_hash, shows FROM item LIMIT 1",
    ]);
    expect(found.codes).toEqual(['key_missing', 'orphan_item']);
  });
});
