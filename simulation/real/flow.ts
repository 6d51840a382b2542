import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the network does to bytes that go one way. */
export interface Weather {
  /** Nothing arrives, and nobody is told. */
  isSilent: boolean;
  /** How long everything takes at least. */
  delayMs: number;
  /** Bytes a second at most; 0: as fast as they come. */
  bytesPerSecond: number;
  /** Pieces of at most this many bytes, each on its own; 0: as they come. */
  sliceBytes: number;
}

export function fairWeather(): Weather {
  return { isSilent: false, delayMs: 0, bytesPerSecond: 0, sliceBytes: 0 };
}

/** More than this on its way, and the sender has to wait, as on a real network. */
const FULL_BYTES = 64 * 1024;
/** A throttled network moves in steps of this length. */
const STEP_MS = 20;

/** Bytes on their way from one socket to another, through the weather. */
export class Flow {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weather: Weather;
  readonly #queue: { bytes: Buffer; at: number }[] = [];
  #size = 0;
  #isMoving = false;
  #isOver = false;
  /** Whether bytes were lost: such a connection cannot be mended. */
  hasLost = false;

  constructor(from: Socket, to: Socket, weather: Weather) {
    this.#from = from;
    this.#to = to;
    this.#weather = weather;
  }

  push(bytes: Buffer): void {
    if (this.#weather.isSilent) {
      this.hasLost = true;
      return;
    }
    this.#queue.push({ bytes, at: performance.now() });
    this.#size += bytes.length;
    if (this.#size > FULL_BYTES) this.#from.pause();
    if (!this.#isMoving) void this.#move();
  }

  /** The sender has ended: so does the receiver, once everything is there. A silent network carries no end either. */
  end(): void {
    if (this.#weather.isSilent) {
      this.hasLost = true;
      return;
    }
    this.#isOver = true;
    if (!this.#isMoving) this.#to.end();
  }

  async #move(): Promise<void> {
    this.#isMoving = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const early = next.at + this.#weather.delayMs - performance.now();
      if (early > 0) await sleep(early);
      await this.#write(next.bytes);
      this.#size -= next.bytes.length;
      if (this.#size <= FULL_BYTES) this.#from.resume();
    }
    this.#isMoving = false;
    if (this.#isOver) this.#to.end();
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      const { bytesPerSecond, sliceBytes } = this.#weather;
      const step = bytesPerSecond > 0 ? Math.max(1, Math.floor((bytesPerSecond * STEP_MS) / 1_000)) : bytes.length;
      const piece = bytes.subarray(from, from + Math.min(step, sliceBytes > 0 ? sliceBytes : step));
      from += piece.length;
      // What was on its way when the silence began is gone with it.
      if (this.#weather.isSilent) {
        this.hasLost = true;
        return;
      }
      if (this.#to.destroyed) return;
      const isTaken = this.#to.write(piece);
      if (bytesPerSecond > 0) await sleep(STEP_MS);
      else if (sliceBytes > 0) await new Promise((resolve) => setImmediate(resolve));
      if (!isTaken) await drained(this.#to);
    }
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });
}
