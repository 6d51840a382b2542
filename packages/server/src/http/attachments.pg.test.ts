import { createHash, randomBytes } from 'node:crypto';
import { type Frame, streamId } from '@heed/protocol';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { agentToken, customerToken, type Running, startRunning, Wire } from '../testing/running.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({ 'file-bytes': '3000000', 'loose-bytes': '6000000' });
});
afterAll(() => running.close());

interface File {
  id: string;
  name: string;
  type: string;
  bytes: Buffer;
}
const fileOf = (bytes: Buffer, name = 'photo.png', type = 'image/png'): File => ({ id: ulid(), name, type, bytes });
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
/** As a message names it. */
const named = ({ id, name, type, bytes }: File) => ({ id, name, type, size: bytes.length, sha256: sha256(bytes) });
const picture = async () =>
  fileOf(
    await sharp({ create: { width: 900, height: 300, channels: 3, background: '#115c6e' } })
      .png()
      .toBuffer(),
  );

async function post(path: string, token: string, body: Buffer | object) {
  const isBytes = Buffer.isBuffer(body);
  const answer = await fetch(running.server.address + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': isBytes ? 'application/octet-stream' : 'application/json',
    },
    body: isBytes ? new Uint8Array(body) : JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: what it is, each test says
  return { status: answer.status, body: (await answer.json()) as any };
}

function get(path: string, token: string): Promise<Response> {
  return fetch(running.server.address + path, { headers: { authorization: `Bearer ${token}` } });
}

async function upload(token: string, file: File, piece = 1024 * 1024) {
  let state = await post('/v1/attachments', token, named(file));
  while (state.status === 200 && !state.body.isWhole) {
    const { received } = state.body;
    state = await post(
      `/v1/attachments/${file.id}/bytes?offset=${received}`,
      token,
      file.bytes.subarray(received, received + piece),
    );
  }
  return state;
}

/** A customer's first message, with files. */
async function asks(token: string, files: File[]) {
  const c = await Wire.open(running, token);
  const body = { text: '', inbox: running.key, attachments: files.map(named) };
  const answer = await c.send('chat/new', ulid(), 'message', body);
  return { c, answer, chat: answer.t === 'sent' ? answer.s : '' };
}

test('§11 a picture comes in pieces, is what its bytes say, has a preview, and is read by who may read the conversation', async () => {
  const token = await customerToken(running);
  const file = { ...(await picture()), name: 'Größe "1".exe', type: 'application/x-made-up' };
  const done = await upload(token, file, 500);
  expect(done).toMatchObject({ status: 200, body: { isWhole: true, type: 'image/png', width: 900, height: 300 } });
  const { answer, chat, c } = await asks(token, [file]);
  expect(answer).toMatchObject({ t: 'sent' });
  const agent = await agentToken(running, 'ann');
  const a = await Wire.open(running, agent);
  const snapshot = await a.ask({ t: 'open', s: `conversation/${streamId(chat)}` });
  const [item] = (snapshot as Extract<Frame, { t: 'snapshot' }>).items;
  expect(item?.body).toMatchObject({ attachments: [{ ...named(file), type: 'image/png', width: 900, height: 300 }] });

  const whole = await get(`/v1/attachments/${file.id}`, agent);
  expect(Buffer.from(await whole.arrayBuffer()).equals(file.bytes)).toBe(true);
  expect(Object.fromEntries(whole.headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': `attachment; filename="Gr__e _1_.exe"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.exe`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  });
  const preview = await get(`/v1/attachments/${file.id}/preview`, token);
  expect((await sharp(Buffer.from(await preview.arrayBuffer())).metadata()).width).toBe(640);

  const stranger = await customerToken(running);
  for (const path of [`/v1/attachments/${file.id}`, `/v1/attachments/${file.id}/preview`]) {
    expect((await get(path, stranger)).status).toBe(404);
    expect((await get(path, 'x'.repeat(40))).status).toBe(401);
  }
  c.close();
  a.close();
});

test('I12 a file is gone with the message that was erased', async () => {
  const token = await customerToken(running);
  const file = await picture();
  await upload(token, file);
  const { c, chat } = await asks(token, [file]);
  expect(await c.send(chat, ulid(), 'erase', { target: 1 })).toMatchObject({ t: 'sent' });
  expect((await get(`/v1/attachments/${file.id}`, token)).status).toBe(404);
  const { rows } = await running.database.pool.query('SELECT 1 FROM attachment_part WHERE attachment = $1', [file.id]);
  expect(rows).toEqual([]);
  c.close();
});

describe('an upload', () => {
  test('that was interrupted goes on where it was, and pieces that come twice or out of place change nothing', async () => {
    const token = await customerToken(running);
    const file = fileOf(Buffer.from('plain text, '.repeat(200)), 'notes.txt', 'text/plain');
    await post('/v1/attachments', token, named(file));
    const send = (from: number, to: number) =>
      post(`/v1/attachments/${file.id}/bytes?offset=${from}`, token, file.bytes.subarray(from, to));
    expect((await send(0, 1000)).body.received).toBe(1000);
    expect((await send(0, 1000)).body.received).toBe(1000);
    expect((await send(1500, 2000)).body.received).toBe(1000);
    expect((await post('/v1/attachments', token, named(file))).body.received).toBe(1000);
    expect((await send(1000, 2400)).body).toMatchObject({ received: 2400, isWhole: true, type: 'text/plain' });
    expect((await send(0, 1000)).body).toMatchObject({ received: 2400, isWhole: true });
    const read = await get(`/v1/attachments/${file.id}`, token);
    expect(await read.text()).toBe(file.bytes.toString());
  });

  test('that is not what was announced, too large, or of a type that is not taken is refused with a sentence', async () => {
    const token = await customerToken(running);
    const file = await picture();
    await post('/v1/attachments', token, named(file));
    const other = Buffer.alloc(file.bytes.length, 1);
    const differs = await post(`/v1/attachments/${file.id}/bytes?offset=0`, token, other);
    expect(differs).toMatchObject({ status: 422, body: { code: 'hash_differs' } });
    expect((await upload(token, file)).body.isWhole).toBe(true);

    const program = fileOf(Buffer.concat([Buffer.from('7f454c460201010000', 'hex'), randomBytes(500)]), 'x.png');
    expect(await upload(token, program)).toMatchObject({ status: 415, body: { code: 'bad_type' } });
    const huge = { ...named(file), id: ulid(), size: 3_000_001 };
    expect(await post('/v1/attachments', token, huge)).toMatchObject({ status: 413, body: { code: 'too_large' } });
    for (let i = 0; i < 2; i++) await post('/v1/attachments', token, { ...huge, id: ulid(), size: 2_900_000 });
    expect((await post('/v1/attachments', token, { ...huge, id: ulid(), size: 2_900_000 })).status).toBe(413);
    expect((await post('/v1/attachments', token, { ...huge, id: 'no' })).status).toBe(400);
  });

  test('that its author does not want is gone; what a message names is not', async () => {
    const token = await customerToken(running);
    const drop = async ({ id }: File, by = token) =>
      (
        await fetch(`${running.server.address}/v1/attachments/${id}`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${by}` },
        })
      ).status;
    const [loose, named] = [await picture(), await picture()];
    await upload(token, loose);
    await upload(token, named);
    const { c } = await asks(token, [named]);
    expect(await drop(loose, await customerToken(running))).toBe(404);
    expect(await drop(loose)).toBe(200);
    expect(await drop(named)).toBe(404);
    expect((await get(`/v1/attachments/${loose.id}`, token)).status).toBe(404);
    expect((await get(`/v1/attachments/${named.id}`, token)).status).toBe(200);
    c.close();
  });

  test('belongs to who began it', async () => {
    const [mine, other] = [await customerToken(running), await customerToken(running)];
    const file = await picture();
    await post('/v1/attachments', mine, named(file));
    expect(await post('/v1/attachments', other, named(file))).toMatchObject({
      status: 409,
      body: { code: 'id_reused' },
    });
    expect((await post(`/v1/attachments/${file.id}/bytes?offset=0`, other, file.bytes)).status).toBe(404);
    await upload(mine, file);
    expect((await get(`/v1/attachments/${file.id}`, other)).status).toBe(404);
    expect((await asks(other, [file])).answer).toMatchObject({ t: 'refused', code: 'no_attachment' });
    // What never was uploaded is refused as well, and the same send is stored once it is there.
    const late = await picture();
    const c = await Wire.open(running, mine);
    const id = ulid();
    const body = { text: 'Look', inbox: running.key, attachments: [named(late)] };
    expect(await c.send('chat/new', id, 'message', body)).toMatchObject({ t: 'refused', code: 'no_attachment' });
    await upload(mine, late);
    expect(await c.send('chat/new', id, 'message', body, { attempt: 2 })).toMatchObject({ t: 'sent' });
    c.close();
  });
});
