import type { Frame } from '@heed/protocol';
import type { Cancel, Clock } from '../clock.ts';
import type { Wire } from './wire.ts';

/** CON4: no more pushes above this, one update for each stream below that; above the last one the terminal is too slow. */
const FULL_BYTES = 256 * 1024;
const LOW_BYTES = 64 * 1024;
const SLOW_BYTES = 1024 * 1024;
const STUCK_MS = 20_000;

/** What leaves on one connection, and how much of it: answers always, the rest as there is room (CON3, CON4). */
export class Outlet {
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #tooSlow: () => void;
  #endDraining: Cancel | undefined;
  #fullSince = 0;
  #unsent = 0;
  #beatUnsent = false;
  #isClosed = false;

  constructor(wire: Wire, clock: Clock, tooSlow: () => void) {
    this.#wire = wire;
    this.#clock = clock;
    this.#tooSlow = tooSlow;
  }

  /** Whether pushes have to wait. */
  get isFull(): boolean {
    return this.#wire.unsentBytes > FULL_BYTES;
  }

  /** Control frames and answers are never dropped (CON4); who takes none of them is too slow. */
  answer(frame: Frame): void {
    if (this.#isClosed) return;
    this.#wire.send(JSON.stringify(frame));
    if (this.#wire.unsentBytes > SLOW_BYTES) this.#tooSlow();
  }

  /** The same for what the terminal may know already, and what can wait for the next frame. */
  enclose(frame: Frame): void {
    if (!this.#isClosed) this.#wire.enclose(JSON.stringify(frame));
  }

  push(text: string): void {
    this.#wire.send(text);
  }

  /** What has no number is the first to be dropped (CON3). */
  signal(text: string): void {
    if (this.#mayBeSignalled()) this.#wire.send(text);
  }

  /** The same for what is told to every connection anew, so that it must not wake anybody (CON8). */
  remind(text: string): void {
    if (this.#mayBeSignalled()) this.#wire.enclose(text);
  }

  #mayBeSignalled(): boolean {
    return !this.#isClosed && this.#wire.unsentBytes <= LOW_BYTES;
  }

  /** BEAT1: at most one beat is ever unsent. BEAT5: a ping with each. */
  beat(text: string): void {
    if (this.#isClosed || this.#beatUnsent) return;
    this.#beatUnsent = true;
    this.#wire.send(text, () => {
      this.#beatUnsent = false;
    });
    this.#wire.ping();
  }

  /** Calls `drained` as soon as there is room again, once however often it is asked. */
  whenLow(drained: () => void): void {
    this.#fullSince ||= this.#clock.now();
    this.#endDraining ??= this.#clock.every(100, () => {
      if (this.#isLow()) drained();
    });
  }

  #isLow(): boolean {
    const unsent = this.#wire.unsentBytes;
    // However slow, one that takes what it is sent is not stuck.
    if (unsent < this.#unsent) this.#fullSince = this.#clock.now();
    this.#unsent = unsent;
    if (unsent > LOW_BYTES) {
      if (this.#clock.now() - this.#fullSince > STUCK_MS) this.#tooSlow();
      return false;
    }
    this.#endDraining?.();
    this.#endDraining = undefined;
    this.#fullSince = 0;
    return true;
  }

  /** Nothing leaves from here on. */
  end(): void {
    this.#isClosed = true;
    this.#endDraining?.();
  }
}
