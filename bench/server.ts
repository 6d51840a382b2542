import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../packages/server/src/http/free-port.ts';
import { nodeFlags } from '../scripts/node-flags.mjs';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'packages/server/src/cli/main.ts');

/** A real server in a process of its own, with a queue and an inbox, on a database of its own. */
export interface BenchServer {
  url: string;
  pid: number;
  folder: string;
  key: string;
  agents: { email: string; password: string }[];
  stop(): Promise<void>;
}

/** Starts it and waits until it is ready. */
export async function startBenchServer(agents = 0): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'heed-bench-'));
  const port = await freePort();
  const common = ['--data', folder, '--witness-file', join(folder, 'witness.json'), '--port', String(port)];
  const flags = [...common, '--demo', 'off', '--rates', 'off', '--log', 'warn'];
  const child = spawn(process.execPath, [...nodeFlags, cli, 'start', ...flags], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await ready(url, child);
  await command(['queue', 'add', '--name', 'Bench', ...common]);
  const inbox = JSON.parse(
    await command(['inbox', 'add', '--name', 'Bench', '--queue', 'Bench', '--json', ...common]),
  ) as { key: string };
  const team = Array.from({ length: agents }, (_, i) => ({
    email: `agent${i}@bench.example`,
    password: 'bench bench',
  }));
  for (const [i, { email, password }] of team.entries())
    await command([
      'agent',
      'add',
      '--email',
      email,
      '--password',
      password,
      '--name',
      `Agent ${i}`,
      '--queue',
      'Bench',
      ...common,
    ]);
  return {
    url,
    agents: team,
    pid: child.pid ?? 0,
    folder,
    key: inbox.key,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error('the server ended before it was ready');
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server was not ready within 30 s');
}

function command(words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`${words.join(' ')} failed`))));
  });
}

/** Memory of a process that is really in use, in KB (Linux). */
export function residentKb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN);
}
