import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Seat } from './autopilot.ts';
import type { Told } from './autopilot-process.ts';
import type { Hold } from './holds.ts';

/** An agent who goes without a word, and may come back. */
export interface Mortal {
  name: string;
  die(): Promise<void>;
  revive?: () => Promise<void>;
  /** Ends it, whatever state it is in. */
  remove(): Promise<void>;
}

/** A desk in a process of its own, that is killed with -9, or stopped: it hangs then, its socket open. */
export class ProcessDesk implements Mortal {
  readonly name: string;
  readonly #seat: Seat;
  readonly #words: readonly string[];
  readonly #how: 'SIGKILL' | 'SIGSTOP';
  readonly #held: (hold: Hold) => void;
  #child: ChildProcess | undefined;

  private constructor(seat: Seat, words: readonly string[], how: 'SIGKILL' | 'SIGSTOP', held: (hold: Hold) => void) {
    this.name = `${seat.terminal} by ${how}`;
    this.#seat = seat;
    this.#words = words;
    this.#how = how;
    this.#held = held;
  }

  static async begin(
    seat: Seat,
    words: readonly string[],
    how: 'SIGKILL' | 'SIGSTOP',
    held: (hold: Hold) => void,
  ): Promise<ProcessDesk> {
    const desk = new ProcessDesk(seat, words, how, held);
    await desk.#begin();
    return desk;
  }

  #begin(): Promise<void> {
    const order = JSON.stringify({ seat: this.#seat, words: this.#words });
    const child = fork(join(import.meta.dirname, 'autopilot-process.ts'), [order], { execArgv: [] });
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error(`${this.name} ended by itself`)));
      child.on('message', (told: Told) => {
        if ('hold' in told) this.#held(told.hold);
        else resolve();
      });
    });
  }

  async die(): Promise<void> {
    this.#child?.kill(this.#how);
  }

  /** Goes on where it hung; one that was killed signs in again, at a page that remembers nothing. */
  readonly revive = async (): Promise<void> => {
    if (this.#how === 'SIGSTOP') this.#child?.kill('SIGCONT');
    else await this.#begin();
  };

  async remove(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}
