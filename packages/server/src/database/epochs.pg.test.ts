import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { startServer } from '../main.ts';
import { House, type Page } from '../testing/house.ts';
import { verifyDatabase } from '../verify/verify.ts';
import { openDatabase } from './connect.ts';

let house: House;
let customer: Page;
let desk: Page;
let chat: string;
let conversation: string;

/** A customer and ann have a conversation; a copy of the database has `one` and `two` of it, and `three` comes after. */
beforeEach(async () => {
  house = await House.build();
  customer = await house.page('widget');
  desk = await house.page('desk');
  customer.say('chat/new', 'one', { inbox: house.key });
  await customer.until(
    'begun',
    (page) => page.client.state.outbox.length === 0 && page.client.state.watched.size === 1,
  );
  chat = [...customer.client.state.watched][0] ?? '';
  conversation = chat.replace('chat', 'conversation');
  customer.say(chat, 'two');
  await both(['one', 'two']);
  await house.stop();
  house.copy();
  await house.start();
  customer.say(chat, 'three');
  await both(['one', 'two', 'three']);
});

afterEach(async () => {
  await customer.client.close();
  await desk.client.close();
  await house.close();
});

/** Both windows show exactly these, and are in step with the log. */
async function both(texts: string[]): Promise<void> {
  desk.client.watch(conversation);
  for (const [page, s] of [
    [customer, chat],
    [desk, conversation],
  ] as const) {
    const isSo = () =>
      page.texts(s).join() === texts.join() && page.client.state.replicas.get(s)?.phase.name === 'held';
    page.client.wake();
    await page.until(`showing ${texts.join()}`, isSo);
  }
}

async function lineage(): Promise<{ epoch: string; reason: string }[]> {
  return house.query('SELECT epoch, parent, reason FROM lineage ORDER BY begun_at');
}

async function isSound(): Promise<void> {
  const database = await openDatabase(house.config(), silentLog);
  const { findings, checked } = await verifyDatabase(database.pool);
  await database.close();
  expect(findings).toEqual([]);
  expect(checked.items).toBeGreaterThan(0);
}

/** What was pressed while the database was away: the customer's words are stored, ann's wait for her. */
async function goesOnInNewEpoch(): Promise<void> {
  await both(['one', 'two', 'four', 'five']);
  await customer.until('empty', (page) => page.client.state.outbox.length === 0);
  await desk.until('in review', (page) => page.client.state.outbox[0]?.state.name === 'review');
  const id = desk.client.state.outbox[0]?.id ?? '';
  desk.see(conversation);
  desk.client.again(id);
  await both(['one', 'two', 'four', 'five', 'an answer']);
  await desk.until('empty', (page) => page.client.state.outbox.length === 0);
  const epochs = await lineage();
  expect(epochs).toHaveLength(2);
  for (const page of [customer, desk]) {
    expect(page.client.state.epoch).toBe(epochs[1]?.epoch);
    for (const { epoch } of page.client.state.replicas.values()) expect(epoch).toBe(epochs[1]?.epoch);
    expect(page.client.state.counters.divergences).toBe(0);
  }
  await isSound();
}

function pressWhileAway(): void {
  desk.see(conversation);
  desk.say(conversation, 'an answer');
  customer.say(chat, 'four');
  customer.say(chat, 'five');
}

test('EPO1 EPO2 I10 an older copy put back under a running server begins an epoch, in which customers go on', async () => {
  await house.noted();
  await house.whileDown(() => {
    pressWhileAway();
    house.putBack();
  });
  await goesOnInNewEpoch();
  expect((await lineage())[1]?.reason).toBe('behind');
  expect(await house.figure('heed_epochs_begun_total')).toBe(1);
  expect(await house.figure('heed_ahead_total')).toBe(0);
});

test('EPO1 EPO2 I10 an older copy put back while the server is down is noticed by what it noted elsewhere', async () => {
  await house.stop();
  pressWhileAway();
  house.putBack();
  await house.start();
  await goesOnInNewEpoch();
  expect((await lineage())[1]?.reason).toBe('behind');
});

test('EPO1 CMP3 where the note went back too, windows that are ahead are the witnesses, and show what is there', async () => {
  await house.stop();
  house.putBack();
  rmSync(`${house.data}.witness.json`);
  await house.start();
  await both(['one', 'two']);
  expect(await lineage()).toHaveLength(1);
  expect(await house.figure('heed_ahead_total')).toBeGreaterThanOrEqual(2);
  expect(await house.figure('heed_divergences_total')).toBeGreaterThanOrEqual(2);
  customer.say(chat, 'four');
  await both(['one', 'two', 'four']);
  await isSound();
});

test('EPO1 nodes that notice at the same time agree on one new epoch', async () => {
  const beside = await startServer(
    house.config({ port: '0', 'witness-file': `${house.folder}/beside.json` }),
    silentLog,
  );
  try {
    await house.noted();
    await house.whileDown(() => house.putBack());
    await both(['one', 'two']);
    const epochs = await lineage();
    expect(epochs).toHaveLength(2);
    const ready = async (address: string) =>
      ((await (await fetch(`${address}/health/ready`)).json()) as { epoch: string }).epoch;
    for (const address of [house.address, beside.address]) expect(await ready(address)).toBe(epochs[1]?.epoch);
  } finally {
    await beside.close();
  }
});

test('EPO1 a database that was killed and came back is the same epoch', async () => {
  for (let round = 0; round < 3; round++) {
    customer.say(chat, `more ${round}`);
    const { pid } = house.embedded;
    const before = pid();
    process.kill(before, 'SIGKILL');
    await customer.until('stored', (page) => page.client.state.outbox.length === 0);
    await desk.until('back', () => pid() !== before);
  }
  await both(['one', 'two', 'three', 'more 0', 'more 1', 'more 2']);
  expect(await lineage()).toHaveLength(1);
});
