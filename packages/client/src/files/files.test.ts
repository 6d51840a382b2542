import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Attachment } from '@heed/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { draftFiles } from '../selectors.ts';
import { type Client, createClient } from '../shell.ts';
import { memoryStorage, type Storage } from '../storage.ts';
import type { Connect } from '../transport.ts';
import { type Files, openFiles } from './files.ts';

const S = 'chat/c1';
const KB = 1024;

/** Waits are over at once: nothing here is about how long they are. */
const hurried: Clock = {
  now: () => Date.now(),
  after: (_ms, then) => {
    const timer = setTimeout(then, 5);
    return () => clearTimeout(timer);
  },
  every: (ms, then) => {
    const timer = setInterval(then, ms);
    return () => clearInterval(timer);
  },
  random: () => 0.5,
};

/** A connection that welcomes, and stores whatever is sent. */
function greeting(sent: object[]): Connect {
  return (_url, listener) => {
    const say = (frame: object) => queueMicrotask(() => listener.received(JSON.stringify(frame)));
    queueMicrotask(() => listener.opened());
    return {
      close: () => undefined,
      send: (text) => {
        const frame = JSON.parse(text) as { t: string; id: string; s: string };
        if (frame.t === 'hello')
          say({
            t: 'welcome',
            session: 's',
            epoch: 'e',
            now: new Date().toISOString(),
            beatMs: 25_000,
            limits: { frame: 1, text: 16_384, updateItems: 1, streams: 1, graceMs: 1, file: 3_000_000 },
            you: { type: 'customer', id: 'c', name: '', company: '' },
            streams: [],
          });
        if (frame.t !== 'send') return;
        sent.push(frame);
        say({ t: 'sent', id: frame.id, s: frame.s, at: { n: sent.length, h: 'h' } });
      },
    };
  };
}

interface Upload extends Attachment {
  bytes: Buffer;
}

/** The server's side of uploads, with faults: whether a request is lost before it was heard, or its answer after. */
class Uploads {
  readonly files = new Map<string, Upload>();
  readonly asked: string[] = [];
  readonly dropped: string[] = [];
  fault: (request: number) => 'before' | 'after' | 'refuse' | undefined = () => undefined;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    const fault = this.fault(this.asked.length);
    this.asked.push(`${request.method} ${request.url?.replace(/.*attachments/, '')}`);
    if (fault === 'before') return void request.socket.destroy();
    if (fault === 'refuse') return void response.writeHead(415).end('{"code":"bad_type","message":"Not taken."}');
    const [status, answer] = this.#take(request, body);
    if (fault === 'after') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #take(request: IncomingMessage, body: Buffer): [number, object] {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
    if (request.headers.authorization !== 'Bearer good') return [401, { code: 'signed_out' }];
    const id = pathname.split('/')[3] ?? '';
    if (request.method === 'DELETE') return [this.dropped.push(id) > 0 ? 200 : 404, {}];
    if (id === '') {
      const about = JSON.parse(body.toString()) as Attachment;
      if (!this.files.has(about.id)) this.files.set(about.id, { ...about, bytes: Buffer.alloc(0) });
      return [200, this.#state(about.id)];
    }
    const file = this.files.get(id);
    if (file && Number(searchParams.get('offset')) === file.bytes.length)
      file.bytes = Buffer.concat([file.bytes, body]);
    return [200, this.#state(id)];
  }

  #state(id: string): object {
    const { bytes, size } = this.files.get(id) as Upload;
    return { id, received: bytes.length, isWhole: bytes.length === size };
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

let uploads: Uploads;
let url: string;
let storage: Storage;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  uploads = new Uploads();
  url = await uploads.open();
  storage = memoryStorage();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  uploads.close();
});

interface Page {
  client: Client;
  files: Files;
  sent: { body: { attachments: Attachment[] } }[];
}

function open(token = async (_fresh: boolean): Promise<string | null> => 'good'): Page {
  const sent: Page['sent'] = [];
  const connect = greeting(sent);
  const client = createClient({ kind: 'widget', url, token, storage, terminal: 't', connect, clock: hurried });
  const files = openFiles({ client, url, token, name: 'n', terminal: 't', clock: hurried });
  closers.push(
    () => files.close(),
    () => client.close(),
  );
  return { client, files, sent };
}

/** Resolves when something holds of the terminal. */
function becomes(client: Client, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = client.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
    if (holds()) resolve();
  });
}

const bytesOf = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => (i * 7) % 251);
const fileOf = (length: number, name = 'a.bin') => new File([bytesOf(length)], name);

function press({ client }: Page): string {
  const attachments = draftFiles(client.state, S).map(({ id, name, type, size, sha256 }) => {
    return { id, name, type, size, sha256 };
  });
  return client.press({ s: S, kind: 'message', body: { text: '', attachments } });
}

test('SND1 §11 a file goes up in pieces while its message waits, and leaves the device when that is stored', async () => {
  const page = open();
  await page.files.add(S, [fileOf(1_200 * KB)]);
  press(page);
  expect(page.sent).toEqual([]);
  await becomes(page.client, () => page.client.state.files.size === 0);
  const [{ body } = { body: { attachments: [] } }] = page.sent;
  const [named] = body.attachments;
  const stored = uploads.files.get(named?.id ?? '');
  expect(stored?.bytes.equals(bytesOf(1_200 * KB))).toBe(true);
  expect(named?.sha256).toBe(
    createHash('sha256')
      .update(bytesOf(1_200 * KB))
      .digest('hex'),
  );
  expect(uploads.asked.map((line) => line.replace(/\w{26}/, 'id'))).toEqual([
    'POST ',
    'POST /id/bytes?offset=0',
    `POST /id/bytes?offset=${512 * KB}`,
    `POST /id/bytes?offset=${1024 * KB}`,
  ]);
});

describe('§11 an upload goes on', () => {
  for (const fault of ['before', 'after'] as const)
    test(`wherever it was interrupted: ${fault} the server heard`, async () => {
      const page = open();
      for (let at = 0; at < 4; at++) {
        const first = uploads.asked.length;
        uploads.fault = (request) => (request === first + at ? fault : undefined);
        await page.files.add(S, [fileOf(1_200 * KB)]);
        const id = press(page);
        await becomes(page.client, () => !page.client.state.outbox.some((pending) => pending.id === id));
        const named = page.sent.at(-1)?.body.attachments[0];
        expect(uploads.files.get(named?.id ?? '')?.bytes.equals(bytesOf(1_200 * KB))).toBe(true);
        const sentTwice = uploads.asked.slice(first).filter((line) => line.endsWith('offset=0'));
        expect(sentTwice.length).toBeLessThanOrEqual(at === 1 && fault === 'before' ? 2 : 1);
      }
      expect(page.sent).toHaveLength(4);
    });

  test('with another token where the first is not good any more', async () => {
    const page = open(async (fresh) => (fresh ? 'good' : 'old'));
    await page.files.add(S, [fileOf(10)]);
    await becomes(page.client, () => draftFiles(page.client.state, S)[0]?.state.name === 'whole');
  });
});

test('SND5 what is not taken, too large, empty or unreadable is refused on its chip; the rest is not held up', async () => {
  const page = open();
  await becomes(page.client, () => page.client.state.limits.file !== undefined);
  uploads.fault = (request) => (request === 1 ? 'refuse' : undefined);
  const gone = new File([], 'gone.txt');
  Object.defineProperties(gone, {
    size: { value: 5 },
    arrayBuffer: { value: () => Promise.reject(new DOMException('gone', 'NotFoundError')) },
  });
  await page.files.add(S, [
    fileOf(20, 'x.exe'),
    fileOf(3_000_001, 'huge.bin'),
    fileOf(0, 'none.txt'),
    gone,
    fileOf(30),
  ]);
  await becomes(page.client, () => draftFiles(page.client.state, S)[4]?.state.name === 'whole');
  expect(draftFiles(page.client.state, S).map(({ state }) => ('code' in state ? state.code : state.name))).toEqual([
    'bad_type',
    'too_large',
    'empty',
    'unreadable',
    'whole',
  ]);
});

test('a file that is taken off its draft is taken off the server too', async () => {
  const page = open();
  await page.files.add(S, [fileOf(20)]);
  await becomes(page.client, () => draftFiles(page.client.state, S)[0]?.state.name === 'whole');
  const [{ id } = { id: '' }] = draftFiles(page.client.state, S);
  page.files.remove(id);
  expect(page.client.state.files.size).toBe(0);
  await new Promise<void>((resolve) => {
    const look = (): unknown => (uploads.dropped.length > 0 ? resolve() : setTimeout(look, 5));
    look();
  });
  expect(uploads.dropped).toEqual([id]);
});

test('pasted pictures get names that differ, and any name becomes one that is taken', async () => {
  const page = open();
  await page.files.add(S, [new File([bytesOf(3)], 'image.png')], 'pasted');
  await page.files.add(S, [fileOf(3, `a\u0007\n${'b'.repeat(300)}.jpeg`), fileOf(3, '')]);
  const names = draftFiles(page.client.state, S).map(({ name }) => name);
  expect(names[0]).toMatch(/^screenshot-\d{4}-\d\d-\d\d-\d{6}\.png$/);
  expect(names[1]).toMatch(/^a b+….jpeg$/);
  expect(names[1]).toHaveLength(120);
  expect(names[2]).toBe('file');
});
