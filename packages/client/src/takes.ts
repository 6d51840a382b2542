import type { Frame, Request } from '@heed/protocol';
import type { Clock } from './clock.ts';
import type { TakeAnswer } from './state.ts';

interface Take {
  id: string;
  queue: string;
  answer: (answer: TakeAnswer) => void;
}

/** What an agent takes from queues, each until it is answered (LST5). A widget takes nothing and gets no-takes.ts. */
export class Takes {
  readonly #open = new Map<string, Take>();
  readonly #say: (frame: Request) => void;
  readonly #clock: Clock;

  constructor(say: (frame: Request) => void, clock: Clock) {
    this.#say = say;
    this.#clock = clock;
  }

  begin(id: string, queue: string): Promise<TakeAnswer> {
    return new Promise((answer) => {
      this.#open.set(`t${id}`, { id, queue, answer });
      this.#sayOne(`t${id}`);
    });
  }

  #sayOne(re: string): void {
    const take = this.#open.get(re);
    if (take) this.#say({ t: 'take', id: take.id, queue: take.queue, re });
  }

  /** The same id gives the same work order, so an answer that was lost is asked for again (LST5). */
  again(): void {
    for (const re of this.#open.keys()) this.#sayOne(re);
  }

  hear(frame: Frame): void {
    const re = 're' in frame ? (frame.re ?? '') : '';
    const take = this.#open.get(re);
    if (!take) return;
    if (frame.t === 'sent') take.answer({ ok: true, s: frame.s, at: frame.at });
    else if (frame.t !== 'refused') return;
    else if (frame.code === 'unavailable' || frame.code === 'rate_limited') {
      this.#clock.after(frame.retryAfterMs ?? 1_000, () => this.#sayOne(re));
      return;
    } else take.answer({ ok: false, code: frame.code, message: frame.message });
    this.#open.delete(re);
  }
}
