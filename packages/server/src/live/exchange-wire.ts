import { MAX_DEPTH, nestsAtMost } from '@heed/protocol';
import type { Clock } from '../clock.ts';
import type { Wire, WireListener } from './wire.ts';

/** An answer with more than this in it takes no further requests: those that are left are sent again (CON4, CON8). */
const FULL_BYTES = 256 * 1024;

/** One post and its answer as a wire: what is sent is gathered, and goes out when the post is answered (CON8). */
export class ExchangeWire implements Wire {
  readonly #texts: string[] = [];
  readonly #done: (() => void)[] = [];
  #listener: WireListener | undefined;
  #bytes = 0;
  /** Something was sent that somebody waits for, or there is nothing to wait for any more. */
  #isDue = false;
  #wake: (() => void) | undefined;
  #isOver = false;
  #code: number | undefined;

  listen(listener: WireListener): void {
    this.#listener = listener;
  }

  get unsentBytes(): number {
    return this.#bytes;
  }

  send(text: string, done?: () => void): void {
    this.enclose(text);
    if (done) this.#done.push(done);
    this.end();
  }

  enclose(text: string): void {
    if (this.#isOver || this.#code !== undefined) return;
    this.#texts.push(text);
    this.#bytes += Buffer.byteLength(text);
  }

  /** Each post proves by itself that its page lives. */
  ping(): void {}

  close(code: number): void {
    this.#code ??= code;
    this.end();
  }

  /** The other side is gone, or nobody waits for the answer any more. */
  terminate(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.end();
    for (const done of this.#done) done();
    this.#listener?.closed();
  }

  /** Ends the waiting, as a newer post of the terminal does. */
  end(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  /** Hands frames over one after the other, each when the one before was answered; gives how many were left. */
  async receive(frames: readonly unknown[]): Promise<number> {
    for (const [index, frame] of frames.entries()) {
      if (this.#isOver || this.#code !== undefined) return 0;
      if (index > 0 && this.#bytes > FULL_BYTES) return frames.length - index;
      await this.#handOver(frame);
    }
    return 0;
  }

  async #handOver(frame: unknown): Promise<void> {
    // Only what is not too deep can be written again without running out of stack.
    if (!nestsAtMost(frame, MAX_DEPTH)) return this.#listener?.binary();
    const text = JSON.stringify(frame);
    await this.#listener?.text(text, Buffer.byteLength(text));
  }

  /** Waits for something to send; returns at once where there is something already. */
  async wait(ms: number, clock: Clock): Promise<void> {
    if (this.#isDue) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** The answer to the post, as JSON; with it the wire ends. */
  answer(left: number): string {
    const close = this.#code === undefined ? '' : `,"close":${this.#code}`;
    const rest = left === 0 ? '' : `,"left":${left}`;
    const text = `{"frames":[${this.#texts.join(',')}]${close}${rest}}`;
    this.terminate();
    return text;
  }
}
