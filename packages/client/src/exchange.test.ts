import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { deviceClock } from './clock.ts';
import { openExchange } from './exchange.ts';
import { socketsOrPosts } from './fallback.ts';
import type { Connect, Connection, Listener } from './transport.ts';

/** What a post brought, and how the test answers it. */
interface Post {
  frames: { t: string; re?: string }[];
  waitMs?: number;
  answer(body: { frames: object[]; close?: number; left?: number }): void;
  /** Whether its connection is free again. */
  isOver(): boolean;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server whose answers a test gives by hand. */
class PostOffice {
  readonly posts: Post[] = [];
  readonly #server: Server;
  url = '';
  #next: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((request, reply) => {
      let text = '';
      request.on('data', (data) => {
        text += data;
      });
      request.on('end', () => {
        const answer = (body: object) => void reply.end(JSON.stringify(body));
        if (request.url === '/health/live') return answer({});
        this.posts.push({ ...JSON.parse(text), answer, isOver: () => reply.closed });
        for (const wake of this.#next.splice(0)) wake();
      });
    });
  }

  static async open(): Promise<PostOffice> {
    const office = new PostOffice();
    await new Promise<void>((resolve) => office.#server.listen(0, '127.0.0.1', resolve));
    office.url = `http://127.0.0.1:${(office.#server.address() as AddressInfo).port}`;
    closers.push(() => {
      office.#server.closeAllConnections();
      office.#server.close();
    });
    return office;
  }

  async post(number: number): Promise<Post> {
    while (this.posts.length < number) await new Promise<void>((resolve) => this.#next.push(resolve));
    return this.posts[number - 1] as Post;
  }
}

/** Whoever is connected, and what they were told. */
class Ear implements Listener {
  readonly heard: string[] = [];
  readonly ends: number[] = [];
  connection: Connection | undefined;
  hellos = 0;
  opened(): void {
    this.connection?.send(this.#hello());
  }
  received(text: string): void {
    this.heard.push(JSON.parse(text).t);
  }
  closed(code: number): void {
    this.ends.push(code);
  }
  async hello(): Promise<string> {
    return this.#hello();
  }
  #hello(): string {
    this.hellos++;
    return `{"t":"hello","re":"${this.hellos}"}`;
  }
  say(t: string, re: string): void {
    this.connection?.send(JSON.stringify({ t, re }));
  }
}

/** Runs a hundred times as fast. */
const fast: Clock = { ...deviceClock, after: (ms, then) => deviceClock.after(ms / 100, then) };

/** What a proxy does to sockets that it does not let pass. */
const blocked: Connect = (_url, listener) => {
  queueMicrotask(() => listener.closed(1006));
  return { send: () => undefined, close: () => undefined };
};

async function begun(openSocket: Connect = blocked) {
  const office = await PostOffice.open();
  const ear = new Ear();
  let returns = 0;
  ear.connection = openExchange(office.url, ear, fast, openSocket, () => returns++);
  closers.push(() => ear.connection?.close());
  const first = await office.post(1);
  return { office, ear, first, returned: () => returns };
}

const welcome = { frames: [{ t: 'welcome' }] };

test('CON8 the hello goes alone and is answered at once; then a post waits, and what is said goes at once in another', async () => {
  const { office, ear, first } = await begun();
  expect([first.frames.map(({ t }) => t), first.waitMs]).toEqual([['hello'], undefined]);
  first.answer(welcome);
  const waiting = await office.post(2);
  expect([waiting.frames, waiting.waitMs]).toEqual([[{ t: 'hello', re: '2' }], 25_000]);
  ear.say('send', 'a');
  ear.say('get', 'b');
  const asking = await office.post(3);
  expect(asking.frames.map(({ t }) => t)).toEqual(['hello', 'send', 'get']);
  expect(asking.waitMs).toBeUndefined();
  // What the older post brings now is in no order with the newer: the newer hello asked for it again.
  waiting.answer({ frames: [{ t: 'update' }] });
  asking.answer({ frames: [{ t: 'sent' }, { t: 'snapshot' }] });
  expect((await office.post(4)).waitMs).toBe(25_000);
  expect(ear.heard).toEqual(['welcome', 'sent', 'snapshot']);
});

test('CON8 what is sent waits for no connection: the post that stands leaves its own first', async () => {
  const { office, ear, first } = await begun();
  first.answer(welcome);
  const waiting = await office.post(2);
  ear.say('send', 'a');
  await office.post(3);
  await expect.poll(() => waiting.isOver()).toBe(true);
});

test('CON8 at most 100 frames a post, one post with requests at a time, and what was left goes again, in order', async () => {
  const { office, ear, first } = await begun();
  for (let i = 0; i < 250; i++) ear.say('get', `${i}`);
  first.answer(welcome);
  const got: string[] = [];
  for (let number = 2; got.length < 250; number++) {
    const { frames, answer } = await office.post(number);
    expect(office.posts).toHaveLength(number);
    expect(frames.length).toBeLessThanOrEqual(100);
    const [, ...requests] = frames.map(({ re = '' }) => re);
    const left = number % 2 ? 0 : 40;
    got.push(...requests.slice(0, requests.length - left));
    answer({ frames: [], left: Math.min(left, requests.length) });
  }
  expect(got).toEqual(Array.from({ length: 250 }, (_, index) => `${index}`));
});

test('CON8 what is long goes in several posts, each below what a server takes', async () => {
  const { office, ear, first } = await begun();
  for (let i = 0; i < 6; i++) ear.say('send', 'ü'.repeat(100_000));
  first.answer(welcome);
  for (let number = 2, seen = 0; seen < 6; number++) {
    const { frames, answer } = await office.post(number);
    expect(Buffer.byteLength(JSON.stringify(frames))).toBeLessThan(1024 * 1024);
    seen += frames.length - 1;
    answer({ frames: [] });
  }
});

test('BEAT5 a sign of life needs no post of its own', async () => {
  const { office, ear, first } = await begun();
  first.answer(welcome);
  (await office.post(2)).answer({ frames: [{ t: 'beat' }] });
  ear.connection?.send('{"t":"alive"}');
  expect((await office.post(3)).frames.map(({ t }) => t)).toEqual(['hello']);
});

test('CON7 a close code ends it once, after what came with it; so does a server that is gone', async () => {
  const { office, ear, first } = await begun();
  first.answer({ frames: [{ t: 'welcome' }, { t: 'sent' }], close: 4012 });
  await expect.poll(() => ear.ends).toEqual([4012]);
  expect(ear.heard).toEqual(['welcome', 'sent']);
  expect(office.posts).toHaveLength(1);
  const gone = new Ear();
  gone.connection = openExchange('http://127.0.0.1:9', gone, fast, blocked, () => undefined);
  await expect.poll(() => gone.ends).toEqual([1006]);
});

/** Sockets that a test opens and answers by hand. */
function sockets() {
  const tried: { listener: Listener; said: string[]; isClosed: boolean }[] = [];
  const open: Connect = (_url, listener) => {
    const socket = { listener, said: [] as string[], isClosed: false };
    tried.push(socket);
    return {
      send: (text) => socket.said.push(JSON.parse(text).t),
      close: () => {
        socket.isClosed = true;
      },
    };
  };
  return { tried, open };
}

test('CON8 a socket that opens and is welcomed takes over; what is said meanwhile goes over it, after the welcome', async () => {
  const { tried, open } = sockets();
  const { office, ear, first, returned } = await begun(open);
  first.answer(welcome);
  const waiting = await office.post(2);
  await expect.poll(() => tried.length).toBe(1);
  tried[0]?.listener.opened();
  await expect.poll(() => tried[0]?.said).toEqual(['hello']);
  ear.say('send', 'a');
  waiting.answer({ frames: [{ t: 'update' }] });
  expect(tried[0]?.said).toEqual(['hello']);
  tried[0]?.listener.received('{"t":"welcome"}');
  expect([tried[0]?.said, returned()]).toEqual([['hello', 'send'], 1]);
  ear.connection?.send('{"t":"alive"}');
  expect(tried[0]?.said).toEqual(['hello', 'send', 'alive']);
  expect(office.posts).toHaveLength(2);
  expect(ear.heard).toEqual(['welcome', 'welcome']);
  tried[0]?.listener.closed(4012);
  expect(ear.ends).toEqual([4012]);
});

test('CON8 a socket that opens and carries nothing is left, and posts go on with what was said', async () => {
  const { tried, open } = sockets();
  const { office, ear, first, returned } = await begun(open);
  first.answer(welcome);
  await office.post(2);
  await expect.poll(() => tried.length).toBe(1);
  tried[0]?.listener.opened();
  await expect.poll(() => tried[0]?.said).toEqual(['hello']);
  ear.say('send', 'a');
  const asking = await office.post(3);
  expect(asking.frames.map(({ t }) => t)).toEqual(['hello', 'send']);
  expect([tried[0]?.isClosed, returned()]).toEqual([true, 0]);
  asking.answer({ frames: [] });
  // And it is tried again, later.
  await expect.poll(() => tried.length).toBe(2);
});

/** Connects as the shell does: anew whenever it ended. */
function reconnecting(connect: Connect, url: string): { ear: Ear; attempts: () => number } {
  const ear = new Ear();
  let attempts = 0;
  const again = () => {
    attempts++;
    ear.connection = connect(url, ear);
  };
  ear.closed = () => void deviceClock.after(20, again);
  again();
  closers.push(() => {
    ear.closed = () => undefined;
    ear.connection?.close();
  });
  return { ear, attempts: () => attempts };
}

test('CON8 after two sockets that carried nothing, while the server answers, posts are used', async () => {
  const office = await PostOffice.open();
  const { ear, attempts } = reconnecting(socketsOrPosts(blocked, fast), office.url);
  (await office.post(1)).answer(welcome);
  await expect.poll(() => ear.heard).toEqual(['welcome']);
  expect(attempts()).toBeGreaterThan(2);
});

test('CON8 a server that is gone is no reason for posts, nor is one that closes with a word of its own', async () => {
  let opened = 0;
  const counted: Connect = (url, listener) => {
    opened++;
    return blocked(url, listener);
  };
  const nobody = reconnecting(socketsOrPosts(counted, fast), 'http://127.0.0.1:9');
  await expect.poll(() => nobody.attempts()).toBeGreaterThan(6);
  expect(opened).toBe(nobody.attempts());
  const office = await PostOffice.open();
  const draining: Connect = (_url, listener) => {
    queueMicrotask(() => listener.closed(4012));
    return { send: () => undefined, close: () => undefined };
  };
  const { attempts } = reconnecting(socketsOrPosts(draining, fast), office.url);
  await expect.poll(() => attempts()).toBeGreaterThan(6);
  expect(office.posts).toEqual([]);
});
