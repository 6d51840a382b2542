/**
 * For how long a node has listened without a gap (LST6). Where it could not note who is heard (the database was away,
 * the process was stopped, the clock jumped) nobody's silence means anything, and the grace begins anew.
 */
export class Listening {
  readonly #gapMs: number;
  #since: number;
  #last: number;

  /** `gapMs`: so long it may take from one note to the next. */
  constructor(now: number, gapMs: number) {
    this.#gapMs = gapMs;
    this.#since = now;
    this.#last = now;
  }

  /** Who was heard could be noted. */
  noted(now: number): void {
    if (now < this.#last || now - this.#last > this.#gapMs) this.#since = now;
    this.#last = now;
  }

  /** Who was heard could not be noted. */
  missed(now: number): void {
    this.#since = now;
    this.#last = now;
  }

  /** Whether everybody who was there for so long was heard. */
  has(ms: number, now: number): boolean {
    const isGap = now < this.#last || now - this.#last > this.#gapMs;
    return !isGap && now - this.#since >= ms;
  }
}
