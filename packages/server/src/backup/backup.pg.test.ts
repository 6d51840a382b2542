import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../database/connect.ts';
import { testDatabase } from '../database/test-database.ts';
import { silentLog } from '../log.ts';
import { House, type Page } from '../testing/house.ts';
import { verifyDatabase } from '../verify/verify.ts';
import { type BackedUp, backUp } from './back-up.ts';
import { restore } from './restore.ts';

const NASTY = 'tab\t line\n \\N \\. "quotes" \u0001 Grüße 你好 🙂 \u202e';

let house: House;
let own: Database;
let customer: Page;
let desk: Page;
let chat: string;
let conversation: string;
let file: string;
let made: BackedUp;

beforeAll(async () => {
  house = await House.build();
  own = await openDatabase(house.config(), silentLog);
  customer = await house.page('widget');
  desk = await house.page('desk');
  customer.say('chat/new', 'one', { inbox: house.key });
  await customer.until(
    'begun',
    (page) => page.client.state.outbox.length === 0 && page.client.state.watched.size === 1,
  );
  chat = [...customer.client.state.watched][0] ?? '';
  conversation = chat.replace('chat', 'conversation');
  customer.say(chat, NASTY);
  desk.client.watch(conversation);
  await desk.until('there', (page) => page.texts(conversation).length === 2);
  desk.see(conversation);
  desk.say(conversation, 'an answer');
  await customer.until('answered', (page) => page.texts(chat).length === 3);
  file = join(house.folder, 'all.heed');
  // Somebody writes while it is made.
  const backup = backUp(own.connection, file);
  for (let n = 0; n < 20; n++) customer.say(chat, `meanwhile ${n}`);
  made = await backup;
  await customer.until('stored', (page) => page.client.state.outbox.length === 0);
});

afterAll(async () => {
  await customer.client.close();
  await desk.client.close();
  await own.close();
  await house.close();
});

async function into<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await testDatabase();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

test('EPO1 what is read in is what was written, in a new epoch, and right', () =>
  into(async ({ pool, connection }) => {
    const done = await restore(connection, file, { replace: false });
    expect(done.of.epoch).toBe(made.epoch);
    const { rows } = await pool.query('SELECT epoch, parent, reason FROM lineage ORDER BY begun_at');
    expect(rows).toHaveLength(2);
    expect(rows[1]).toEqual({ epoch: done.epoch, parent: made.epoch, reason: 'restored' });
    expect((await verifyDatabase(pool)).findings).toEqual([]);
    const again = await backUp(connection, join(house.folder, 'again.heed'));
    for (const [name, content] of Object.entries(made.tables))
      if (name !== 'lineage' && name !== 'setting') expect([name, again.tables[name]]).toEqual([name, content]);
    const body = await pool.query('SELECT json FROM body WHERE stream = $1 ORDER BY n OFFSET 1 LIMIT 1', [chat]);
    expect(JSON.parse(body.rows[0].json).text).toBe(NASTY);
    const next = await pool.query("SELECT nextval('conversation_number') > max(number) AS is_free FROM conversation");
    expect(next.rows[0].is_free).toBe(true);
  }));

test('a database that is not empty is replaced only when told', () =>
  into(async ({ pool, connection }) => {
    await restore(connection, file, { replace: false });
    await expect(restore(connection, file, { replace: false })).rejects.toMatchObject({ code: 'database_not_empty' });
    await restore(connection, file, { replace: true });
    expect((await verifyDatabase(pool)).findings).toEqual([]);
  }));

describe('a file that is not whole changes nothing', () => {
  const plain = () => gunzipSync(readFileSync(file));
  const spoiled: [name: string, content: () => Buffer, code: string][] = [
    ['cut off', () => readFileSync(file).subarray(0, -300), 'backup_damaged'],
    ['without its end', () => gzipSync(plain().subarray(0, plain().lastIndexOf('{"end"'))), 'backup_damaged'],
    [
      'with another text in it',
      () => gzipSync(Buffer.from(plain().toString('latin1').replace('an answer', 'an_answer'), 'latin1')),
      'backup_damaged',
    ],
    ['of something else', () => Buffer.from('hello'), 'not_a_backup'],
    ['of something else, zipped', () => gzipSync('hello\n'), 'not_a_backup'],
    [
      'of a later format',
      () => gzipSync(Buffer.from(plain().toString('latin1').replace('"format":1', '"format":9'), 'latin1')),
      'backup_newer',
    ],
  ];

  test.each(spoiled)('%s', (_name, content, code) =>
    into(async ({ pool, connection }) => {
      const path = join(house.folder, 'spoiled.heed');
      writeFileSync(path, content());
      await expect(restore(connection, path, { replace: false })).rejects.toMatchObject({ code });
      const { rows } = await pool.query(
        'SELECT count(*)::int AS rows FROM lineage UNION ALL SELECT count(*)::int FROM item',
      );
      expect(rows).toEqual([{ rows: 1 }, { rows: 0 }]);
    }),
  );
});

test('a file that is there is not written over, and one that is missing is named', async () => {
  await expect(backUp(own.connection, file)).rejects.toMatchObject({ code: 'file_exists' });
  await expect(backUp(own.connection, '/nowhere/x')).rejects.toMatchObject({ code: 'file_unwritable' });
  await expect(restore(own.connection, '/nowhere/x', { replace: true })).rejects.toMatchObject({ code: 'no_backup' });
});

test('EPO1 EPO2 I10 a restore under a running server is a new epoch, in which windows go on', async () => {
  const before = customer.client.state.epoch;
  const done = await restore(own.connection, file, { replace: true });
  customer.say(chat, 'after');
  for (const [page, s] of [
    [customer, chat],
    [desk, conversation],
  ] as const) {
    page.client.wake();
    await page.until('in the new epoch', ({ client }) => client.state.replicas.get(s)?.epoch === done.epoch);
    await page.until('in step', () => page.texts(s).at(-1) === 'after');
    expect(page.texts(s).slice(0, 3)).toEqual(['one', NASTY, 'an answer']);
  }
  expect(done.epoch).not.toBe(before);
  expect(await house.figure('heed_epochs_begun_total')).toBe(0);
  expect((await verifyDatabase(own.pool)).findings).toEqual([]);
});
