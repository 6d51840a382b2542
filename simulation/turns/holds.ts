import type { Frame, Item, Send } from '@heed/protocol';

/** A send that was held: why, and whether its author had long been shown all of it. */
export interface Hold {
  cause: string;
  isNeedless: boolean;
}

/** A timer that runs late, and a look that began before the last item came. */
const SLACK_MS = 500;

/**
 * Judges holds by what went over a terminal's socket alone: one is needless where everything it was held for had come
 * so long before the press that its author must have seen it (GRD1).
 */
export class Holds {
  readonly #seenAfterMs: number;
  readonly #tell: (hold: Hold) => void;
  readonly #came = new Map<string, number>();
  readonly #pressed = new Map<string, number>();

  constructor(dwellMs: number, tell: (hold: Hold) => void) {
    this.#seenAfterMs = 2 * dwellMs + SLACK_MS;
    this.#tell = tell;
  }

  frame(way: 'in' | 'out', text: string, now: number): void {
    if (!/^\{"t":"(send|update|snapshot|held)"/.test(text)) return;
    const frame = JSON.parse(text) as Frame | Send;
    if (way === 'out' && frame.t === 'send') {
      const press = `${frame.id} ${frame.attempt}`;
      // What comes again is the same press.
      if (!this.#pressed.has(press)) this.#pressed.set(press, now);
    }
    if (frame.t === 'update' || frame.t === 'snapshot') this.#note(frame.s, frame.items, now);
    if (frame.t !== 'held') return;
    const pressedAt = this.#pressed.get(`${frame.id} ${frame.attempt}`) ?? now;
    const seen = frame.because.filter(
      (n) => (this.#came.get(`${frame.s} ${n}`) ?? now) < pressedAt - this.#seenAfterMs,
    );
    this.#tell({ cause: causeOf(frame), isNeedless: frame.because.length > 0 && seen.length === frame.because.length });
    this.#note(frame.s, frame.update.items, now);
  }

  #note(s: string, items: readonly Item[], now: number): void {
    if (!s.startsWith('conversation/')) return;
    for (const { n } of items) if (!this.#came.has(`${s} ${n}`)) this.#came.set(`${s} ${n}`, now);
  }
}

function causeOf({ because, update, duplicateOf }: Extract<Frame, { t: 'held' }>): string {
  if (because.length === 0) return duplicateOf === undefined ? 'nothing' : 'a repeat';
  const items = update.items.filter(({ n }) => because.includes(n));
  return [...new Set(items.map(({ actor, kind }) => `${actor.type} ${kind}`))].sort().join(', ') || 'not told';
}
