import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Violation } from '../world/check.ts';
import { NO_FIGURES, type Outcome } from '../world/world.ts';

/** A world that broke a rule. */
export interface Broken {
  seed: number;
  violations: Violation[];
}

/** What a process that plays worlds says. */
export interface WorldsLine {
  played: number;
  figures: Outcome['figures'];
  broken?: Broken;
}

export interface WorldsOptions {
  /** The tree whose program is played. */
  root: string;
  from: number;
  count: number;
  processes: number;
  /** Worlds whose networks never become whole. */
  partitions?: boolean;
  /** Whether whatever else runs goes first: what is real waits for moments, worlds have time. */
  givesWay?: boolean;
  /** Whether one broken world is enough. */
  stopsAtFirst?: boolean;
  /** Ends sooner, with what was played by then. */
  mostMs?: number;
  tell?: (played: number, broken: readonly Broken[]) => void;
}

export interface WorldsResult {
  played: number;
  seconds: number;
  figures: Outcome['figures'];
  broken: Broken[];
  /** Why a process ended that should have played on. */
  crashed?: string;
}

/** Plays worlds in processes side by side: the seeds are dealt out in turn, so that the result is that of one process. */
export async function playWorlds(options: WorldsOptions): Promise<WorldsResult> {
  const { from, count, processes } = options;
  const began = Date.now();
  const lines: WorldsLine[] = [];
  const broken: Broken[] = [];
  const children: ChildProcess[] = [];
  const stop = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  let isStopped = false;
  const heard = (index: number, line: WorldsLine) => {
    lines[index] = line;
    if (line.broken) broken.push(line.broken);
    options.tell?.(playedIn(lines), broken);
    if (!line.broken || !options.stopsAtFirst) return;
    isStopped = true;
    stop();
  };
  const timer = setTimeout(
    () => {
      isStopped = true;
      stop();
    },
    options.mostMs ?? 2 ** 31 - 1,
  );
  const ends = await Promise.all(
    Array.from({ length: Math.min(processes, count) }, (_, index) => {
      const share = { from: from + index, count: Math.ceil((count - index) / processes), step: processes };
      const child = start(options.root, share, options.partitions === true);
      if (options.givesWay && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
      children.push(child);
      return until(child, (line) => heard(index, line));
    }),
  );
  clearTimeout(timer);
  const crashed = isStopped ? undefined : ends.find((end) => end !== undefined);
  const figures = lines.reduce((sum, line) => added(sum, line.figures), NO_FIGURES);
  broken.sort((a, b) => a.seed - b.seed);
  const seconds = (Date.now() - began) / 1_000;
  return { played: playedIn(lines), seconds, figures, broken, ...(crashed === undefined ? {} : { crashed }) };
}

function start(root: string, share: Record<string, number>, partitions: boolean): ChildProcess {
  const numbers = Object.entries(share).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const words = [...numbers, ...(partitions ? ['--partitions'] : [])];
  const program = join(root, 'simulation/prove/worlds-process.ts');
  return spawn(process.execPath, [program, ...words], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Until it ended; gives why, if it should not have. */
async function until(child: ChildProcess, heard: (line: WorldsLine) => void): Promise<string | undefined> {
  let words = '';
  child.stderr?.on('data', (data: Buffer) => {
    words = (words + data.toString()).slice(-2_000);
  });
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => heard(JSON.parse(line) as WorldsLine));
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}: ${words}`));
  });
}

function playedIn(lines: WorldsLine[]): number {
  return lines.reduce((sum, line) => sum + line.played, 0);
}

function added(a: Outcome['figures'], b: Outcome['figures']): Outcome['figures'] {
  const names = Object.keys(a) as (keyof Outcome['figures'])[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as Outcome['figures'];
}
