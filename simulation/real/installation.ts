import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../packages/server/src/http/free-port.ts';
import { SetClock } from './set-clock.ts';

const cli = join(import.meta.dirname, '../../packages/server/src/cli/main.ts');

/** Not os.tmpdir(), and open: when we run as root PostgreSQL's own account must be able to go through it. */
function temporaryFolder(): string {
  const folder = mkdtempSync('/tmp/heed-real-');
  chmodSync(folder, 0o711);
  return folder;
}

/** The program as it is installed: a server process of its own, on a data folder of its own. */
export class Installation {
  readonly folder = temporaryFolder();
  readonly data = join(this.folder, 'data');
  readonly pidFile = join(this.folder, 'server.pid');
  /** The server's and its database's, where one of their own is asked for and can be had. */
  readonly clock: SetClock | undefined;
  port = 0;
  log = '';
  #child: ChildProcess | undefined;

  constructor({ ownClock = false } = {}) {
    this.clock = ownClock ? SetClock.in(this.folder) : undefined;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The server's process, while it runs. */
  get pid(): number | undefined {
    const isOver = this.#child?.exitCode !== null || this.#child.signalCode !== null;
    return isOver ? undefined : this.#child?.pid;
  }

  get #flags(): string[] {
    return ['--data', this.data, '--port', String(this.port)];
  }

  /** Starts the server and waits until it is ready; short beats, so that what a beat repairs is repaired soon. */
  async start(...more: string[]): Promise<void> {
    if (this.port === 0) this.port = await freePort();
    const flags = [...this.#flags, '--pid-file', this.pidFile, '--rates', 'off', '--log', 'warn'];
    const beats = ['--desk-beat-ms', '2000', '--widget-beat-ms', '2000'];
    const child = spawn(process.execPath, [cli, 'start', ...flags, ...beats, ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.clock?.environment },
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        this.log += data;
      });
    }
    for (let tries = 0; tries < 600; tries++) {
      const answer = await fetch(`${this.address}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      if (child.exitCode !== null) throw new Error(`the server ended: ${this.log.slice(-4_000)}`);
      await sleep(50);
    }
    throw new Error(`the server was not ready: ${this.log.slice(-4_000)}`);
  }

  /** kill -9, as a power cut would: nothing is said to anybody. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || this.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** A command of the program on the same data folder; gives what it printed as JSON. */
  async run(words: string[]): Promise<unknown> {
    const { code, output } = await this.tryRun(words);
    if (code !== 0) throw new Error(`heed ${words.join(' ')} ended with ${code}: ${output}`);
    return JSON.parse(output);
  }

  async tryRun(words: string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [cli, ...words, '--json', ...this.#flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  /** Recomputes everything from the tables; throws what is wrong. */
  async verify(): Promise<void> {
    const { code, output } = await this.tryRun(['verify']);
    if (code !== 0) throw new Error(`verify ended with ${code}: ${output.slice(0, 4_000)}`);
  }

  /** Ends the server in order, and its database with it. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || this.pid === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // One that was stopped hears nothing.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await ended;
  }

  /** Ends everything, and leaves nothing behind. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
