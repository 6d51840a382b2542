import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { basename, extname, join } from 'node:path';
import { DEMO_KEY } from '../packages/server/src/demo/seed.ts';
import { freePort } from '../packages/server/src/http/free-port.ts';
import { Installation } from '../simulation/real/installation.ts';
import { FaultProxy } from '../simulation/real/proxy.ts';

const root = join(import.meta.dirname, '..');
export const PASSWORD = 'correct horse battery';
export const INBOX = 'e2e-shop';
const shopFolder = join(root, 'packages/widget/shop');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** An item as the API gives it. */
export interface StoredItem {
  n: number;
  kind: string;
  actor: { type: string; id: string };
  body?: { text?: string; seen?: { n: number }; override?: { upTo: { n: number } } };
}

/** The whole installation as its users meet it: a server process, a shop on another origin, a network to each browser. */
export class House extends Installation {
  shopUrl = '';
  readonly #links: FaultProxy[] = [];
  #shop: Server | undefined;
  #demo = false;
  #flags: string[] = [];

  /** Starts everything, with one queue, an inbox, and two agents `ann@e2e.example` and `tom@e2e.example`. */
  static async build(...flags: string[]): Promise<House> {
    const house = new House();
    house.#flags = flags;
    await house.start();
    await house.run(['queue', 'add', '--name', 'Orders']);
    await house.run(['inbox', 'add', '--name', 'Shop', '--queue', 'Orders', '--key', INBOX]);
    for (const [email, name, role] of [
      ['ann@e2e.example', 'Ann Arden', 'supervisor'],
      ['tom@e2e.example', 'Tom Thorn', 'agent'],
    ] as const) {
      const person = ['--email', email, '--password', PASSWORD, '--name', name];
      await house.run(['agent', 'add', ...person, '--role', role, '--queue', 'Orders']);
    }
    await house.#openShop();
    return house;
  }

  /** Starts with the demo company instead: its people, its conversations, its shop page. */
  static async buildDemo(): Promise<House> {
    const house = new House();
    house.#demo = true;
    await house.start();
    await house.#openShop();
    return house;
  }

  override async start(): Promise<void> {
    const demo = ['--demo', this.#demo ? 'on' : 'off', '--shop-port', String(await freePort())];
    // What one test leaves with an agent stays there, and is not in the queue of the next.
    await super.start(...demo, '--grace-ms', '3600000', ...this.#flags);
  }

  /** The texts of all messages that the server has of a conversation, in order, each as often as it is stored. */
  async storedIn(conversation: string): Promise<string[]> {
    const items = await this.itemsOf(conversation);
    return items.filter(({ kind }) => kind === 'message').map(({ body }) => body?.text ?? '');
  }

  /** All items that the server has of a conversation. */
  async itemsOf(conversation: string): Promise<StoredItem[]> {
    const server = this.address;
    const headers = { 'content-type': 'application/json' };
    const signIn = JSON.stringify({ email: 'ann@e2e.example', password: PASSWORD });
    const signedIn = await fetch(`${server}/v1/agents/session`, { method: 'POST', headers, body: signIn });
    const { token } = (await signedIn.json()) as { token: string };
    const all: StoredItem[] = [];
    for (let before = 2 ** 31 - 1; before > 1; ) {
      const answer = await fetch(`${server}/v1/conversations/${conversation}/items?before=${before}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { items } = (await answer.json()) as { items: StoredItem[] };
      all.unshift(...items);
      before = items[0]?.n ?? 1;
    }
    return all;
  }

  /** A network of its own to the server: what a test cuts, it cuts for one browser only. */
  async link(): Promise<FaultProxy> {
    const link = await FaultProxy.to(this.port);
    this.#links.push(link);
    return link;
  }

  /** A page of a shop, on an origin of its own, with the widget from the given address. */
  shopPage(heed: string, attributes = ''): string {
    return `${this.shopUrl}/?heed=${encodeURIComponent(heed)}&attributes=${encodeURIComponent(attributes)}`;
  }

  async #openShop(): Promise<void> {
    this.#shop = createServer((request, answer) => {
      const url = new URL(request.url ?? '/', 'http://shop');
      const page = this.#demo ? demoPage(url) : plainPage(url);
      answer.writeHead(page ? 200 : 404, { 'content-type': page?.type ?? 'text/plain' }).end(page?.text);
    });
    const port = await freePort();
    await new Promise<void>((resolve) => this.#shop?.listen(port, '127.0.0.1', () => resolve()));
    this.shopUrl = `http://127.0.0.1:${port}`;
  }

  /** Ends everything and leaves nothing behind. */
  async tearDown(): Promise<void> {
    for (const link of this.#links) await link.close();
    this.#shop?.closeAllConnections();
    this.#shop?.close();
    await this.remove();
  }
}

interface Page {
  type: string;
  text: string;
}

function plainPage({ searchParams }: URL): Page {
  const tag = `<script async src="${searchParams.get('heed')}/widget.js" data-inbox="${INBOX}" ${searchParams.get('attributes') ?? ''}></script>`;
  const text = `<!doctype html><html lang="en"><head><title>Shop</title></head><body><h1>A shop</h1>${tag}</body></html>`;
  return { type: 'text/html; charset=utf-8', text };
}

/** A file of the demo's shop, its script tag pointing to the server over the link that the page's address names. */
function demoPage({ pathname, searchParams }: URL): Page | undefined {
  const name = basename(pathname) || 'index.html';
  const type = TYPES[extname(name)];
  if (!type || !existsSync(join(shopFolder, name))) return undefined;
  const text = readFileSync(join(shopFolder, name), 'utf8')
    .replaceAll('{{HEED_ORIGIN}}', searchParams.get('heed') ?? '')
    .replaceAll('"{{INBOX_KEY}}"', `"${DEMO_KEY}" ${searchParams.get('attributes') ?? ''}`);
  return { type, text };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
