import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient, memoryStorage, type TerminalKind } from '@heed/client';
import type { Item, Stream } from '@heed/protocol';
import pg from 'pg';
import { ulid } from 'ulid';
import { type Config, configFrom } from '../config.ts';
import { type Embedded, openEmbedded } from '../database/embedded.ts';
import { withFolderLock } from '../database/folder-lock.ts';
import { stopPostmaster } from '../database/postmaster.ts';
import { freePort } from '../http/free-port.ts';
import { type Log, silentLog } from '../log.ts';
import { type RunningServer, startServer } from '../main.ts';
import { addAgent, addInbox, addQueue } from '../store/team.ts';

const PASSWORD = 'correct horse';

/** A company on an embedded database of its own, whose folder can be copied and put back as an operator would. */
export class House {
  readonly folder: string;
  readonly #port: number;
  readonly #flags: Record<string, string>;
  #embedded: Embedded | undefined;
  #server: RunningServer | undefined;
  queue = '';
  key = '';

  private constructor(folder: string, port: number, flags: Record<string, string>) {
    this.folder = folder;
    this.#port = port;
    this.#flags = flags;
  }

  /** Makes it, with one queue, one inbox and the agent ann; its server runs. */
  static async build(flags: Record<string, string> = {}): Promise<House> {
    // Not os.tmpdir(): PostgreSQL's own account must be able to go there when the tests run as root.
    const folder = mkdtempSync('/tmp/heed-house-');
    chmodSync(folder, 0o755);
    const house = new House(folder, await freePort(), flags);
    await house.start();
    const pool = new pg.Pool({ ...house.embedded.connection, max: 1 });
    house.queue = (await addQueue(pool, { name: 'Orders' })).id;
    house.key = (await addInbox(pool, { name: 'Shop', queue: house.queue })).key;
    const ann = { name: 'ann', email: 'ann@x.example', password: PASSWORD, role: 'agent' as const };
    await addAgent(pool, { ...ann, queues: [house.queue] });
    await pool.end();
    return house;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get embedded(): Embedded {
    if (!this.#embedded) throw new Error('the house is closed');
    return this.#embedded;
  }

  /** The settings of its server, or of another node beside it. */
  config(more: Record<string, string> = {}): Config {
    const beats = { 'desk-beat-ms': '500', 'widget-beat-ms': '500' };
    const own = { data: this.data, port: String(this.#port), demo: 'off', rates: 'off', log: 'silent' };
    return configFrom({ ...own, ...beats, ...this.#flags, ...more }, {});
  }

  async start(log: Log = silentLog): Promise<void> {
    this.#embedded = await openEmbedded(this.data, silentLog);
    this.#server = await startServer(this.config(), log);
  }

  /** Ends the server and its database. */
  async stop(): Promise<void> {
    await this.#server?.close();
    await this.#embedded?.close();
    this.#server = undefined;
    this.#embedded = undefined;
  }

  get #cluster(): string {
    return join(this.data, 'postgres', 'cluster');
  }

  /** Copies the database's folder while nothing runs on it. */
  copy(): void {
    // Node's own copy does not keep the owner, who is PostgreSQL's account where the tests run as root.
    execFileSync('cp', ['-a', this.#cluster, join(this.folder, 'copy')]);
  }

  /** Puts the copy back in the place of the database. */
  putBack(): void {
    rmSync(this.#cluster, { recursive: true });
    renameSync(join(this.folder, 'copy'), this.#cluster);
  }

  /** Does something to the database's folder while the server goes on and its database is down. */
  async whileDown(work: () => Promise<void> | void): Promise<void> {
    const { place } = this.embedded;
    await withFolderLock(place.folder, async () => {
      await stopPostmaster(this.embedded.pid(), silentLog);
      await work();
    });
  }

  /** Waits until the server has noted that everything stored so far is there. */
  async noted(): Promise<void> {
    const rows = await this.query<{ ended: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS ended');
    const file = `${this.data}.witness.json`;
    const ended = () => BigInt((JSON.parse(readFileSync(file, 'utf8')) as { ended: string }).ended);
    while (ended() < BigInt(rows[0]?.ended ?? 0)) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async query<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
    const client = new pg.Client(this.embedded.connection);
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** A figure of `/metrics`, summed over its labels. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.address}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async token(path: string, body: object): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(this.address + path, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { token: string }).token;
  }

  /** A page of a customer, or ann's desk. Its tokens are those of before a copy, so they hold after one was put back. */
  async page(kind: TerminalKind): Promise<Page> {
    const token =
      kind === 'widget'
        ? await this.token('/v1/customers/session', { inbox: this.key })
        : await this.token('/v1/agents/session', { email: 'ann@x.example', password: PASSWORD });
    const client = createClient({
      kind,
      url: this.address,
      token: async () => token,
      storage: memoryStorage(),
      terminal: ulid(),
    });
    return new Page(client);
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A terminal as somebody who looks at it sees it. */
export class Page {
  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  /** The texts of the messages in a window, in order. */
  texts(s: Stream): string[] {
    const items = this.client.state.replicas.get(s)?.items ?? [];
    return items.filter(({ kind }) => kind === 'message').map((item) => (item.body as { text: string }).text);
  }

  items(s: Stream): readonly Item[] {
    return this.client.state.replicas.get(s)?.items ?? [];
  }

  say(s: Stream, text: string, more: object = {}): string {
    return this.client.press({ s, kind: 'message', body: { text, ...more } });
  }

  /** Everything in a window has been seen. */
  see(s: Stream): void {
    this.client.shown(
      s,
      this.items(s).map(({ n }) => n),
    );
  }

  /** Waits until something is so, and fails with what is there instead. */
  async until(what: string, isSo: (page: Page) => boolean): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!isSo(this)) {
      if (Date.now() > deadline) throw new Error(`never ${what}: ${this.#shown()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #shown(): string {
    const { link, epoch, outbox, replicas } = this.client.state;
    const windows = [...replicas.values()].map(({ s, phase, at, epoch }) => ({
      s,
      phase,
      at,
      epoch,
      texts: this.texts(s),
    }));
    return JSON.stringify({ link, epoch, outbox, windows });
  }
}
