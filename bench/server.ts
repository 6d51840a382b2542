import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configFrom } from '../packages/server/src/config.ts';
import { openDatabase } from '../packages/server/src/database/connect.ts';
import { freePort } from '../packages/server/src/http/free-port.ts';
import { silentLog } from '../packages/server/src/log.ts';
import { addAgent, addInbox, addQueue } from '../packages/server/src/store/team.ts';
import { nodeFlags } from '../scripts/node-flags.mjs';

const cli = join(import.meta.dirname, '../packages/server/src/cli/main.ts');

/** A real server in a process of its own, with a queue and an inbox, on a database of its own. */
export interface BenchServer {
  url: string;
  readonly pid: number;
  folder: string;
  key: string;
  agents: { email: string; password: string }[];
  /** Ends it as a power cut would (its database goes on), and starts it anew; gives how long nobody answered, in ms. */
  restart(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts it and waits until it is ready. */
export async function startBenchServer(agents = 0): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const port = await freePort();
  const place = ['--data', folder, '--witness-file', join(folder, 'witness.json'), '--port', String(port)];
  const flags = [...place, '--demo', 'off', '--rates', 'off', '--log', 'warn'];
  const url = `http://127.0.0.1:${port}`;
  const start = () =>
    spawn(process.execPath, [...nodeFlags, cli, 'start', ...flags], { stdio: ['ignore', 'inherit', 'inherit'] });
  let child = start();
  // A bench that fails leaves nothing running behind.
  const leave = () => void child.kill();
  process.once('exit', leave);
  const end = async (signal: NodeJS.Signals) => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  await ready(url, child);
  const team = Array.from({ length: agents }, (_, i) => ({
    email: `agent${i}@bench.example`,
    password: 'bench bench',
  }));
  const key = await furnish(folder, team);
  return {
    url,
    agents: team,
    get pid() {
      return child.pid ?? 0;
    },
    folder,
    key,
    restart: async () => {
      await end('SIGKILL');
      const endedAt = performance.now();
      child = start();
      await ready(url, child);
      return performance.now() - endedAt;
    },
    stop: async () => {
      process.off('exit', leave);
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error('the server ended before it was ready');
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server was not ready within a minute');
}

/** A queue, its inbox, whose key it gives, and its agents. */
async function furnish(folder: string, team: BenchServer['agents']): Promise<string> {
  const database = await openDatabase(configFrom({ data: folder }, {}), silentLog);
  try {
    const { pool } = database;
    const queue = await addQueue(pool, { name: 'Bench' });
    const inbox = await addInbox(pool, { name: 'Bench', queue: queue.id });
    for (const [i, { email, password }] of team.entries())
      await addAgent(pool, { email, password, name: `Agent ${i}`, role: 'agent', queues: ['Bench'] });
    return inbox.key;
  } finally {
    await database.close();
  }
}

/** Memory of a process that is really in use, in KB (Linux). */
export function residentKb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
}
