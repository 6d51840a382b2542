import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { freePort } from '../../packages/server/src/http/free-port.ts';
import { FrameSplitter } from './frame-splitter.ts';
import { FaultProxy } from './proxy.ts';

let http: Server;
let server: WebSocketServer;
let proxy: FaultProxy;
let heard: string[];
let client: WebSocket;

beforeEach(async () => {
  http = createServer((_, answer) => void answer.end('plain'));
  server = new WebSocketServer({ server: http });
  const port = await freePort();
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  proxy = await FaultProxy.to(port);
  await open();
});
afterEach(async () => {
  client.terminate();
  await proxy.close();
  server.close();
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

async function open(): Promise<void> {
  heard = [];
  client = new WebSocket(proxy.url.replace('http', 'ws'));
  client.on('message', (data) => heard.push(String(data)));
  await once(client, 'open');
}

function say(t: string): void {
  for (const socket of server.clients) socket.send(JSON.stringify({ t }));
}

const there = () => heard.map((text) => (JSON.parse(text) as { t: string }).t);
const until = (what: () => boolean) => expect.poll(what).toBe(true);
const closed = () => new Promise((resolve) => client.once('close', resolve));

describe('the network', () => {
  test('carries both ways what nothing happens to', async () => {
    const said = new Promise((resolve) => [...server.clients][0]?.once('message', (data) => resolve(String(data))));
    client.send('hello');
    expect(await said).toBe('hello');
    say('update');
    await until(() => there().includes('update'));
    expect(await (await fetch(proxy.url)).text()).toBe('plain');
  });

  test('swallows exactly one frame, and the connection stays whole', async () => {
    proxy.swallowOne('update');
    for (const t of ['beat', 'update', 'update', 'sent']) say(t);
    await until(() => there().includes('sent'));
    expect(there()).toEqual(['beat', 'update', 'sent']);
    expect(proxy.swallowed).toBe(1);
  });

  test('is silent one way while the other goes on, and breaks what lost bytes when it is mended', async () => {
    const got: string[] = [];
    [...server.clients][0]?.on('message', (data) => got.push(String(data)));
    proxy.silence('down');
    say('update');
    client.send('still heard');
    await until(() => got.includes('still heard'));
    expect(there()).toEqual([]);
    const end = closed();
    proxy.mend();
    await end;
    await open();
    say('again');
    await until(() => there().includes('again'));
  });

  test('cuts, and lets nobody in until it is mended', async () => {
    const end = closed();
    proxy.cut();
    await end;
    await expect(fetch(proxy.url)).rejects.toThrow();
    proxy.mend();
    expect((await fetch(proxy.url)).status).toBe(200);
  });

  test('refuses upgrades and carries everything else', async () => {
    proxy.refuseUpgrades(true);
    await expect(open()).rejects.toThrow(/503/);
    expect((await fetch(proxy.url)).status).toBe(200);
  });

  test('slices, delays and throttles, and every frame arrives whole and in order', async () => {
    proxy.change({ sliceBytes: 1, delayMs: 5 });
    const texts = Array.from({ length: 20 }, (_, index) => `frame ${index} ${'é'.repeat(index * 20)}`);
    for (const t of texts) say(t);
    await until(() => there().length === texts.length);
    expect(there()).toEqual(texts);
    proxy.change({ sliceBytes: 0, bytesPerSecond: 50_000 });
    say('slow');
    await until(() => there().includes('slow'));
  });
});

test('a frame is found however its bytes come', () => {
  const long = Buffer.concat([Buffer.from([0x81, 126, 0, 200]), Buffer.alloc(200, 'x')]);
  const short = Buffer.concat([Buffer.from([0x81, 2]), Buffer.from('ab')]);
  const ping = Buffer.from([0x89, 0]);
  const wire = Buffer.concat([long, ping, short]);
  const splitter = new FrameSplitter();
  const head = Buffer.from('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  expect(splitter.split(head).map(({ text }) => text)).toEqual([undefined]);
  const frames = [...wire].flatMap((byte) => splitter.split(Buffer.from([byte])));
  expect(frames.map(({ text }) => text)).toEqual(['x'.repeat(200), undefined, 'ab']);
  expect(Buffer.concat(frames.map(({ bytes }) => bytes))).toEqual(wire);
});
