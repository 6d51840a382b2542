import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../packages/server/src/database/embedded.ts';
import { silentLog } from '../packages/server/src/log.ts';
import { childrenCpuMs, cpuMs } from './cpu.ts';
import type { Shape } from './lanes/lanes.ts';
import type { Figures, Order } from './load.ts';
import { startBenchServer } from './server.ts';

/** A server under load, and its load. */
export interface System {
  name: 'heed' | 'relay' | 'socket-io';
  ask(order: Exclude<Order, { do: 'open' }>): Promise<Figures>;
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

function child(file: string): ChildProcess {
  return fork(join(import.meta.dirname, file), [], { stdio: 'inherit' });
}

function ask<T>(process: ChildProcess, order: object): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the load ended'));
    process.once('exit', ended);
    process.once('message', (answer) => {
      process.off('exit', ended);
      resolve(answer as T);
    });
    process.send(order);
  });
}

function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve) => server.once('message', (answer) => resolve((answer as { port: number }).port)));
}

async function loaded(order: Extract<Order, { do: 'open' }>): Promise<ChildProcess> {
  const load = child('load.ts');
  await ask(load, order);
  return load;
}

export async function openHeed(shape: Shape): Promise<System> {
  const server = await startBenchServer(shape.agents);
  const { url, key, agents } = server;
  const load = await loaded({ do: 'open', system: 'heed', address: { url, key, agents }, shape });
  return {
    name: 'heed',
    ask: (order) => ask(load, order),
    cpuMs: () => cpuMs(server.pid) + childrenCpuMs(server.folder),
    close: async () => {
      load.kill();
      await server.stop();
    },
  };
}

export async function openRelay(shape: Shape): Promise<System> {
  const server = child('servers/relay.ts');
  const address = { url: `http://127.0.0.1:${await portOf(server)}` };
  const load = await loaded({ do: 'open', system: 'relay', address, shape });
  return {
    name: 'relay',
    ask: (order) => ask(load, order),
    cpuMs: () => cpuMs(server.pid ?? 0),
    close: async () => {
      load.kill();
      server.kill();
    },
  };
}

export async function openSocketIo(shape: Shape, postgres: Postgres): Promise<System> {
  const server = child('servers/socket-io.ts');
  const port = portOf(server);
  server.send(postgres.connection);
  const load = await loaded({
    do: 'open',
    system: 'socket-io',
    address: { url: `http://127.0.0.1:${await port}` },
    shape,
  });
  return {
    name: 'socket-io',
    ask: (order) => ask(load, order),
    cpuMs: () => cpuMs(server.pid ?? 0) + childrenCpuMs(postgres.folder),
    close: async () => {
      load.kill();
      server.kill();
    },
  };
}
