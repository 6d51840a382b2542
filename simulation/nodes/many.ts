import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, memoryStorage } from '@heed/client';
import { ulid } from '../../packages/client/src/ulid.ts';
import { ask } from '../../packages/server/src/replay/http.ts';
import type { Town } from './town.ts';

/** How many ask for a session at the same time. */
const AT_ONCE = 20;

/** Many customers' terminals in this process, all of them at the first node while it is there. */
export async function connectMany(town: Town, count: number): Promise<Many> {
  const entrance = await town.entrance([0]);
  const url = `http://${entrance.host}:${entrance.port}`;
  const tokens: string[] = [];
  while (tokens.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - tokens.length) }, () =>
      ask<{ token: string }>(url, '/v1/customers/session', { body: { inbox: town.inbox } }),
    );
    tokens.push(...(await Promise.all(some)).map(({ token }) => token));
  }
  const many = new Many(tokens.map((token) => open(url, token)));
  await many.inStep(0);
  return many;
}

function open(url: string, token: string): Client {
  return createClient({ kind: 'widget', url, token: async () => token, storage: memoryStorage(), terminal: ulid() });
}

export class Many {
  readonly #clients: Client[];
  /** When a terminal began to connect, each time. */
  readonly arrivals: number[] = [];
  readonly #openedAt = new Map<Client, number>();

  constructor(clients: Client[]) {
    this.#clients = clients;
    for (const client of clients) {
      let before = client.state.link.state;
      client.subscribe(() => {
        const { state } = client.state.link;
        if (state === before) return;
        before = state;
        if (state === 'connecting') this.arrivals.push(Date.now());
        if (state === 'open') this.#openedAt.set(client, Date.now());
      });
    }
  }

  /** Waits until each is connected again, since then. */
  async inStep(since: number): Promise<void> {
    const isBack = (client: Client) =>
      client.state.link.state === 'open' && (since === 0 || (this.#openedAt.get(client) ?? 0) >= since);
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(50)) if (this.#clients.every(isBack)) return;
    const away = this.#clients.filter((client) => !isBack(client)).length;
    throw new Error(`${away} of ${this.#clients.length} terminals did not come back`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}
