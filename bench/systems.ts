import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../packages/server/src/database/embedded.ts';
import { silentLog } from '../packages/server/src/log.ts';
import { type Child, startChild, startServer } from './child.ts';
import { childrenCpuMs, cpuMs } from './cpu.ts';
import type { Shape } from './lanes/lanes.ts';
import type { Figures, Order } from './load.ts';
import { type BenchServer, startBenchServer } from './server.ts';

/** A server under load, and its load. */
export interface System {
  name: 'heed' | 'relay' | 'socket-io';
  ask<T = Figures>(order: Exclude<Order, { do: 'open' }>): Promise<T>;
  /** Processor time so far, in ms: the server's and its database's. */
  cpuMs(): number;
  close(): Promise<void>;
}

/** A PostgreSQL of the same make and settings as Heed's, for the references that store. */
export interface Postgres {
  connection: { host: string; port: number; user: string; password: string; database: string };
  folder: string;
  close(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const cluster = await openEmbedded(folder, silentLog);
  return {
    connection: cluster.connection as Postgres['connection'],
    folder,
    close: async () => {
      await cluster.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function loaded(order: Extract<Order, { do: 'open' }>): Promise<Child> {
  const load = startChild('load.ts');
  await load.ask(order);
  return load;
}

export async function openHeed(shape: Shape): Promise<System> {
  return heedOver(await startBenchServer(shape.agents), shape);
}

/** The load of a shape on a server that runs; closed together with it. */
export async function heedOver(server: BenchServer, shape: Shape): Promise<System> {
  const { url, key, agents } = server;
  const load = await loaded({ do: 'open', system: 'heed', address: { url, key, agents }, shape });
  return {
    name: 'heed',
    ask: (order) => load.ask(order),
    cpuMs: () => cpuMs(server.pid) + childrenCpuMs(server.folder),
    close: async () => {
      load.kill();
      await server.stop();
    },
  };
}

export async function openRelay(shape: Shape): Promise<System> {
  const server = await startServer('relay.ts');
  const address = { url: `http://127.0.0.1:${server.port}` };
  const load = await loaded({ do: 'open', system: 'relay', address, shape });
  return {
    name: 'relay',
    ask: (order) => load.ask(order),
    cpuMs: () => cpuMs(server.pid),
    close: async () => {
      load.kill();
      server.kill();
    },
  };
}

export async function openSocketIo(shape: Shape, postgres: Postgres): Promise<System> {
  const server = await startServer('socket-io.ts', postgres.connection);
  const load = await loaded({
    do: 'open',
    system: 'socket-io',
    address: { url: `http://127.0.0.1:${server.port}` },
    shape,
  });
  return {
    name: 'socket-io',
    ask: (order) => load.ask(order),
    cpuMs: () => cpuMs(server.pid) + childrenCpuMs(postgres.folder),
    close: async () => {
      load.kill();
      server.kill();
    },
  };
}
