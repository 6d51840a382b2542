import { connect, createServer, type Server, type Socket } from 'node:net';
import { type Client, type Clock, createClient, memoryStorage, stepOf } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { RunningServer } from '../main.ts';
import { agentToken, customerToken, type Running, startRunning } from '../testing/running.ts';
import { verifyDatabase } from '../verify/verify.ts';

let running: Running;
let nodes: RunningServer[];
beforeAll(async () => {
  running = await startRunning({ 'widget-beat-ms': '1000', 'desk-beat-ms': '1000' });
  nodes = [running.server, await running.another()];
});
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(async () => {
  await nodes[1]?.close();
  await running?.close();
});

/** A balancer before both nodes that gives each connection to the next one, and lets no socket pass while it is told so. */
class Balancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;
  blocks = true;
  upgrades = 0;
  posts = 0;
  url = '';

  private constructor() {
    this.#server = createServer((near) => this.#join(near));
  }

  static async open(): Promise<Balancer> {
    const balancer = new Balancer();
    await new Promise<void>((resolve) => balancer.#server.listen(0, '127.0.0.1', resolve));
    balancer.url = `http://127.0.0.1:${(balancer.#server.address() as { port: number }).port}`;
    closers.push(() => balancer.close());
    return balancer;
  }

  #join(near: Socket): void {
    const node = nodes[this.#turn++ % nodes.length] as RunningServer;
    const far = connect(Number(new URL(node.address).port), '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.#sockets.delete(from);
      });
    }
    far.pipe(near);
    near.on('data', (data) => {
      const head = data.toString('latin1');
      if (head.startsWith('POST /v1/exchange')) this.posts++;
      if (!/\r\nupgrade: websocket/i.test(head)) return far.write(data);
      if (this.blocks) return near.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      this.upgrades++;
      return far.write(data);
    });
  }

  /** Everything that goes through it breaks. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** What a terminal waits for passes quicker: tries of sockets come after half a second in place of ten. */
const quick: Clock = {
  now: Date.now,
  after: (ms, then) => {
    const timer = setTimeout(then, ms / 20);
    return () => clearTimeout(timer);
  },
  every: (ms, then) => {
    const timer = setInterval(then, ms / 5);
    return () => clearInterval(timer);
  },
  random: Math.random,
};

function terminal(kind: 'widget' | 'desk', url: string, token: string): Client {
  const client = createClient({
    ...{ kind, url, clock: quick, storage: memoryStorage(), terminal: ulid() },
    token: async () => token,
  });
  closers.push(() => client.close());
  return client;
}

async function customerOver(balancer: Balancer): Promise<{ c: Client; chat: Stream }> {
  const c = terminal('widget', balancer.url, await customerToken(running));
  c.press({ s: 'chat/new', kind: 'message', body: { text: 'Hello', inbox: running.key } });
  await expect.poll(() => [...c.state.replicas.keys()], { timeout: 20_000 }).toHaveLength(1);
  const chat = [...c.state.replicas.keys()][0] as Stream;
  await expect.poll(() => texts(c, chat)).toEqual(['Hello']);
  return { c, chat };
}

function texts(client: Client, s: Stream): string[] {
  const items = client.state.replicas.get(s)?.items ?? [];
  return items.filter((item) => item.kind === 'message').map((item) => (item.body as { text: string }).text);
}

async function stored(s: Stream): Promise<string[]> {
  const { rows } = await running.database.pool.query(
    "SELECT b.json FROM item i JOIN body b USING (stream, n) WHERE stream = $1 AND kind = 'message' ORDER BY n",
    [s],
  );
  return rows.map((row) => JSON.parse(row.json).text);
}

const patient = { timeout: 20_000 };

test('CON8 with sockets blocked both sides write and read over posts to any node, and go back to sockets by themselves', async () => {
  const balancer = await Balancer.open();
  const { c, chat } = await customerOver(balancer);
  const s = `conversation/${chat.slice('chat/'.length)}`;
  const a = terminal('desk', balancer.url, await agentToken(running, 'ann'));
  a.watch(s);
  await expect.poll(() => stepOf(a.state, s, Date.now()).name, patient).toBe('in-step');
  expect(balancer.upgrades).toBe(0);
  const asked = Array.from({ length: 25 }, (_, index) => `question ${index}`);
  for (const text of asked.slice(0, 10)) c.press({ s: chat, kind: 'message', body: { text } });
  await expect.poll(() => texts(a, s).length, patient).toBe(11);
  a.shown(
    s,
    (a.state.replicas.get(s)?.items ?? []).map(({ n }) => n),
  );
  a.press({ s, kind: 'message', body: { text: 'An answer' } });
  await expect.poll(() => texts(c, chat), patient).toContain('An answer');
  // The network changes its mind, in the middle of writing.
  balancer.blocks = false;
  for (const text of asked.slice(10)) {
    c.press({ s: chat, kind: 'message', body: { text } });
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await expect.poll(() => balancer.upgrades, patient).toBeGreaterThanOrEqual(2);
  await expect.poll(() => texts(a, s).length, patient).toBe(27);
  const { posts } = balancer;
  c.press({ s: chat, kind: 'message', body: { text: 'Over a socket' } });
  await expect
    .poll(() => [texts(a, s).at(-1), texts(c, chat).at(-1)], patient)
    .toEqual(['Over a socket', 'Over a socket']);
  expect(balancer.posts).toBe(posts);
  const all = ['Hello', ...asked.slice(0, 10), 'An answer', ...asked.slice(10), 'Over a socket'];
  expect(await stored(chat)).toEqual(all);
  expect(texts(c, chat)).toEqual(all);
  expect(texts(a, s)).toEqual(all);
  await expect.poll(() => [c.state.outbox.length, a.state.outbox.length], patient).toEqual([0, 0]);
  for (const client of [a, c]) expect(client.state.counters.divergences).toBe(0);
  expect((await verifyDatabase(running.database.pool)).findings).toEqual([]);
});

test('I4 I2 posts that break at any moment lose nothing and double nothing, and end in step', async () => {
  const balancer = await Balancer.open();
  const { c, chat } = await customerOver(balancer);
  const all = Array.from({ length: 40 }, (_, index) => `message ${index}`);
  let over = false;
  const cutting = (async () => {
    for (let turn = 0; !over; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 30 + ((turn * 37) % 90)));
      balancer.cut();
    }
  })();
  for (const text of all) {
    c.press({ s: chat, kind: 'message', body: { text } });
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  over = true;
  await cutting;
  await expect.poll(() => c.state.outbox.length, patient).toBe(0);
  await expect.poll(() => stepOf(c.state, chat, Date.now()).name, patient).toBe('in-step');
  expect(await stored(chat)).toEqual(['Hello', ...all]);
  expect(texts(c, chat)).toEqual(['Hello', ...all]);
  expect(c.state.counters.divergences).toBe(0);
});

test('CON8 a desk that only listens over posts stays in step, and posts no faster than there is news', async () => {
  const balancer = await Balancer.open();
  const { chat } = await customerOver(balancer);
  const s = `conversation/${chat.slice('chat/'.length)}`;
  const desk = await Balancer.open();
  const a = terminal('desk', desk.url, await agentToken(running, 'ann'));
  a.watch(s);
  a.watch(`list/queue:${running.queue}`);
  await expect.poll(() => stepOf(a.state, s, Date.now()).name, patient).toBe('in-step');
  const { posts } = desk;
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  // A beat each second ends one that waits; its place is taken at once.
  expect(desk.posts - posts).toBeLessThan(12);
  expect(stepOf(a.state, s, Date.now()).name).toBe('in-step');
});
