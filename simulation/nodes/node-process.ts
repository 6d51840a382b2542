import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './relay.ts';

const cli = join(import.meta.dirname, '../../packages/server/src/cli/main.ts');

/** A node as a process of its own, on a host of its own. */
export class NodeProcess {
  readonly place: Place;
  readonly #command: (words: string[]) => string[];
  readonly #words: string[];
  #child: ChildProcess | undefined;
  /** What it said so far, over all its lives. */
  log = '';
  /** Whether new connections are to come here: what a proxy's health check knows. */
  isReady = false;

  constructor(place: Place, command: (words: string[]) => string[], settings: Record<string, string>) {
    this.place = place;
    this.#command = command;
    const all = { ...settings, host: place.host, port: String(place.port) };
    this.#words = Object.entries(all).flatMap(([flag, value]) => [`--${flag}`, value]);
  }

  get address(): string {
    return `http://${this.place.host}:${this.place.port}`;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async start(): Promise<void> {
    const [program = '', ...words] = this.#command([process.execPath, cli, 'start', ...this.#words]);
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        this.log += data;
      });
    }
    for (const end = Date.now() + 60_000; Date.now() < end && this.isRunning; await sleep(50))
      if (await this.look()) return;
    throw new Error(`a node was not ready: ${this.log.slice(-4_000)}`);
  }

  /** Asks it as a proxy does. */
  async look(): Promise<boolean> {
    const asked = fetch(`${this.address}/health/ready`, { signal: AbortSignal.timeout(4_000) });
    const answer = await asked.catch(() => undefined);
    this.isReady = answer?.ok === true;
    return this.isReady;
  }

  /** A figure of its own, as it tells it. */
  async figure(name: string): Promise<number> {
    const text = await (await fetch(`${this.address}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(name) && !/[a-z_]/.test(line[name.length] ?? ''));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }

  /** kill -9: nothing is said to anybody. */
  kill(): Promise<number | null> {
    return this.#end('SIGKILL');
  }

  /** In order: it drains. Gives how it ended. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.isReady = false;
    if (!child || !this.isRunning) return null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    return await ended;
  }
}
