import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicJwk } from '../cli/public-jwk.ts';
import { addInboxKey, removeInboxKey } from '../store/inbox-keys.ts';
import { setInbox } from '../store/team.ts';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
let key: { id: string; secret?: string };

beforeAll(async () => {
  running = await startRunning();
  key = await addInboxKey(running.database.pool, 'Shop', undefined);
});
afterAll(() => running.close());

interface Answered {
  status: number;
  token: string;
  code?: string;
  message?: string;
  customer: { id: string; name: string; verified?: true };
  inbox: Record<string, unknown>;
}

async function begin(body: object, token?: string): Promise<Answered> {
  const answer = await fetch(`${running.server.address}/v1/customers/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ inbox: running.key, ...body }),
  });
  return { ...((await answer.json()) as Answered), status: answer.status };
}

const secretOf = (text = '') => Buffer.from(text, 'base64url');
const claims = (sub: string, more: object = {}) => new SignJWT({ ...more }).setSubject(sub).setExpirationTime('5m');
const signed = (sub: string, more: object = {}, kid: string | undefined = key.id) =>
  claims(sub, more)
    .setProtectedHeader({ alg: 'HS256', ...(kid ? { kid } : {}) })
    .sign(secretOf(key.secret));

test('§11 a signed customer is the same one on every device, under the name that the shop gives', async () => {
  const laptop = await begin({ identity: await signed('u-1', { name: 'Rónán Kehoe', email: 'ronan@x.example' }) });
  expect(laptop).toMatchObject({ status: 200, customer: { name: 'Rónán Kehoe', verified: true } });
  const phone = await begin({ identity: await signed('u-1') });
  expect(phone.customer).toEqual(laptop.customer);
  expect(phone.token).not.toBe(laptop.token);
  const again = await begin({ identity: await signed('u-1') }, laptop.token);
  expect(again.token).toBe(laptop.token);
  const other = await begin({ identity: await signed('u-2', { name: 'Mette' }) }, laptop.token);
  expect(other.customer.id).not.toBe(laptop.customer.id);
});

test('§11 what was begun before signing in goes along, to whoever they turn out to be', async () => {
  const known = await begin({ identity: await signed('u-3', { name: 'Ines' }) });
  const before = await customerToken(running);
  const nobody = await Wire.open(running, before);
  const id = ulid();
  const sent = await nobody.send('chat/new', id, 'message', { text: 'Before', inbox: running.key });
  expect(sent.t).toBe('sent');
  const now = await begin({ identity: await signed('u-3') }, before);
  expect(now.customer.id).toBe(known.customer.id);
  expect(await nobody.ended()).toBe(4001);
  const them = await Wire.open(running, now.token);
  const welcome = them.frames.find((frame) => frame.t === 'welcome');
  expect(welcome?.t === 'welcome' && welcome.you.chats).toHaveLength(1);

  const fresh = await customerToken(running);
  const third = await begin({ identity: await signed('u-4', { name: 'Salma' }) }, fresh);
  expect(third.token).toBe(fresh);
  expect(third.customer.name).toBe('Salma');
});

test('LST2 lists name a customer as they are called since', async () => {
  const token = await customerToken(running);
  const wire = await Wire.open(running, token);
  await wire.send('chat/new', ulid(), 'message', { text: 'Who am I', inbox: running.key });
  await begin({ identity: await signed('u-5', { name: 'Named Now' }) }, token);
  const list = `list/queue:${running.queue}`;
  const agent = await Wire.open(running, await agentToken(running, 'ann'), [[list, 0, '']]);
  await agent.until('update', ({ s, items }) => s === list && JSON.stringify(items).includes('Named Now'));
});

test('§11 keys change without a gap, and Ed25519 signs as well', async () => {
  const pair = await generateKeyPair('EdDSA', { extractable: true });
  const jwk = await publicJwk(JSON.stringify(await exportJWK(pair.publicKey)));
  const second = await addInboxKey(running.database.pool, 'Shop', jwk);
  const byEd = await claims('u-6').setProtectedHeader({ alg: 'EdDSA', kid: second.id }).sign(pair.privateKey);
  expect((await begin({ identity: byEd })).status).toBe(200);
  expect((await begin({ identity: await signed('u-6', {}, '') })).status).toBe(200);
  await removeInboxKey(running.database.pool, second.id);
  expect(await begin({ identity: byEd })).toMatchObject({ status: 403, code: 'bad_identity' });
});

test('§11 no other token is taken for somebody', async () => {
  const past = claims('u-1').setExpirationTime(Math.floor(Date.now() / 1000) - 3_600);
  const header = { alg: 'HS256', kid: key.id };
  const bad = {
    'another secret': await claims('u-1').setProtectedHeader(header).sign(randomBytes(32)),
    expired: await past.setProtectedHeader(header).sign(secretOf(key.secret)),
    'without an end': await new SignJWT({}).setSubject('u-1').setProtectedHeader(header).sign(secretOf(key.secret)),
    'nobody named': await new SignJWT({}).setExpirationTime('5m').setProtectedHeader(header).sign(secretOf(key.secret)),
    'for another inbox': await signed('u-1', { aud: 'elsewhere' }),
    'unknown key': await signed('u-1', {}, 'no-such-key'),
    'not signed': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"u-1","exp":9999999999}').toString('base64url')}.`,
    'no token': 'hello',
  };
  for (const [name, identity] of Object.entries(bad))
    expect(await begin({ identity }), name).toMatchObject({ status: 403, code: 'bad_identity' });
  expect((await begin({ identity: await signed('u-1', { aud: running.key }) })).status).toBe(200);
});

test('§11 an inbox says what its widget shows and asks; where identities are required nobody is let in without one', async () => {
  const settings = { greeting: 'Hello there', topics: ['Where is my order?'], identity: 'required' as const };
  await setInbox(running.database.pool, 'Shop', { accent: '#115c6e', settings });
  await expect.poll(async () => (await begin({})).code, { timeout: 10_000 }).toBe('identity_needed');
  const { inbox } = await begin({ identity: await signed('u-1') });
  expect(inbox).toMatchObject({
    ...{ greeting: 'Hello there', topics: ['Where is my order?'], accent: '#115c6e' },
    opensAt: null,
  });
  await setInbox(running.database.pool, 'Shop', { settings: { identity: null } });
  await expect.poll(async () => (await begin({})).status, { timeout: 10_000 }).toBe(200);
  await expect(setInbox(running.database.pool, 'Shop', { settings: { topics: [''] } })).rejects.toThrow(/topics/);
});

test('§11 where nobody signs, customers may say who they are themselves', async () => {
  const { token, customer } = await begin({});
  const say = (body: object) =>
    fetch(`${running.server.address}/v1/customers/about`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  expect((await say({ email: 'not one' })).status).toBe(400);
  expect((await say({ name: ' Maeve ', email: 'maeve@x.example' })).status).toBe(204);
  const { rows } = await running.database.pool.query('SELECT name, email, identity FROM customer WHERE id = $1', [
    customer.id,
  ]);
  expect(rows).toEqual([{ name: 'Maeve', email: 'maeve@x.example', identity: null }]);
});
