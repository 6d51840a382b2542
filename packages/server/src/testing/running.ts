import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame, Request } from '@heed/protocol';
import { ulid } from 'ulid';
import { WebSocket } from 'ws';
import { configFrom } from '../config.ts';
import type { Database } from '../database/connect.ts';
import { freePort, testDatabase } from '../database/test-database.ts';
import { type RunningServer, startServer } from '../main.ts';
import { addAgent, addInbox, addQueue } from '../store/team.ts';

const PASSWORD = 'correct horse';

/** A real server on a database of its own, with one queue, an inbox and two agents. */
export interface Running {
  server: RunningServer;
  database: Database;
  queue: string;
  key: string;
  ann: string;
  bob: string;
  /** Starts one more node over the same database; their buses do not hear each other. */
  another(): Promise<RunningServer>;
  close(): Promise<void>;
}

/** Starts it; `flags` are settings by flag name. */
export async function startRunning(flags: Record<string, string> = {}): Promise<Running> {
  const database = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'heed-running-'));
  const queue = (await addQueue(database.pool, { name: 'Orders' })).id;
  // Room for every conversation of a test file in one agent's hands.
  await database.pool.query('UPDATE queue SET capacity = 1000');
  const { key } = await addInbox(database.pool, { name: 'Shop', queue });
  const member = (name: string) =>
    addAgent(database.pool, { name, email: `${name}@x.example`, password: PASSWORD, role: 'agent', queues: [queue] });
  const [ann, bob] = [(await member('ann')).id, (await member('bob')).id];
  const { host = '', port = 0, user = '', password, database: name = '' } = database.connection;
  const url = `postgresql://${user}:${password}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  const settings = {
    'database-url': url,
    port: String(await freePort()),
    demo: 'off',
    rates: 'off',
    log: 'silent',
    'witness-file': join(folder, 'witness.json'),
    ...flags,
  };
  const start = async (port: number) => startServer(configFrom({ ...settings, port: String(port) }, {}));
  const server = await start(Number(settings.port));
  const running: Running = {
    server,
    database,
    queue,
    key,
    ann,
    bob,
    another: async () => start(await freePort()),
    close: async () => {
      await running.server.close();
      await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return running;
}

async function call(running: Running, path: string, body: object): Promise<{ token: string }> {
  const answer = await fetch(running.server.address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { token: string };
}

export const customerToken = async (running: Running) =>
  (await call(running, '/v1/customers/session', { inbox: running.key })).token;
export const agentToken = async (running: Running, name: string) =>
  (await call(running, '/v1/agents/session', { email: `${name}@x.example`, password: PASSWORD })).token;

/** What a post to `/v1/exchange` was answered (CON8). */
export interface Answer {
  status: number;
  frames: Frame[];
  close?: number;
  left?: number;
  code?: string;
}

/** Posts to `/v1/exchange`; a text goes as it is. */
export async function post(server: RunningServer, body: object | string, headers: object = {}): Promise<Answer> {
  const answer = await fetch(`${server.address}/v1/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { frames: [], ...((await answer.json()) as object), status: answer.status };
}

/** A peer that speaks frames by hand, so that tests see what is on the wire. */
export class Wire {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;
  epoch = '';
  #heard: (() => void)[] = [];

  constructor(running: Running, protocol = 'heed.1') {
    this.socket = new WebSocket(`${running.server.address.replace('http', 'ws')}/v1/socket`, protocol);
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.#wake();
    });
    this.socket.on('close', (code) => {
      this.closed = code;
      this.#wake();
    });
    this.socket.on('error', () => this.#wake());
  }

  /** Connects and says hello. */
  static async open(
    running: Running,
    token: string,
    streams: [string, number, string][] = [],
    terminal = ulid(),
  ): Promise<Wire> {
    const wire = new Wire(running);
    await new Promise((resolve) => wire.socket.once('open', resolve));
    wire.say({ t: 'hello', v: 1, token, terminal, streams });
    wire.epoch = (await wire.until('welcome')).epoch;
    return wire;
  }

  #wake(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const wake of heard) wake();
  }

  say(frame: Request | object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** The next frame of this name, from `after` on, that fits; fails when the connection ends first. */
  async until<T extends Frame['t']>(
    t: T,
    fits: (frame: Extract<Frame, { t: T }>) => boolean = () => true,
  ): Promise<Extract<Frame, { t: T }>> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = this.frames.find((frame) => frame.t === t && fits(frame as Extract<Frame, { t: T }>));
      if (found) return found as Extract<Frame, { t: T }>;
      if (this.closed !== undefined || Date.now() > deadline) {
        throw new Error(`no ${t}; closed ${this.closed}; got ${JSON.stringify(this.frames).slice(0, 2_000)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.#heard.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Sends, and gives the one answer to it. */
  async ask(frame: object): Promise<Frame> {
    const re = ulid();
    this.say({ ...frame, re });
    const isAnswer = (answer: Frame) => 're' in answer && answer.re === re;
    const names = ['sent', 'held', 'refused', 'cancelled', 'update', 'snapshot', 'beat', 'done'] as const;
    return Promise.any(names.map((name) => this.until(name, isAnswer)));
  }

  send(s: string, id: string, kind: string, body: unknown, extra: object = {}): Promise<Frame> {
    return this.ask({ t: 'send', id, s, epoch: this.epoch, kind, body, attempt: 1, ...extra });
  }

  async ended(): Promise<number> {
    while (this.closed === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    return this.closed;
  }

  close(): void {
    this.socket.close();
  }
}
