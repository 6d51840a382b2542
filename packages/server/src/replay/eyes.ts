import { type Client, unseen } from '@heed/client';
import type { Stream } from '@heed/protocol';

/** What eyes need of a terminal. */
export type Looked = Pick<Client, 'state' | 'subscribe' | 'shown'>;

/** Looks at open windows as a person does: what came is seen after it was shown for a while (GRD1). */
export class Eyes {
  readonly #client: Looked;
  readonly #dwellMs: number;
  readonly #open = new Set<Stream>();
  readonly #looking = new Set<Stream>();

  constructor(client: Looked, dwellMs: number) {
    this.#client = client;
    this.#dwellMs = dwellMs;
    client.subscribe(() => {
      for (const s of this.#open) this.#look(s);
    });
  }

  open(s: Stream): void {
    this.#open.add(s);
    this.#look(s);
  }

  close(s: Stream): void {
    this.#open.delete(s);
  }

  #look(s: Stream): void {
    if (this.#looking.has(s) || this.#news(s).length === 0) return;
    this.#looking.add(s);
    const shown = this.#news(s);
    setTimeout(() => {
      this.#looking.delete(s);
      // Whatever that changes is told to who subscribed: the next look begins there.
      if (this.#open.has(s)) this.#client.shown(s, shown);
    }, this.#dwellMs);
  }

  #news(s: Stream): number[] {
    const replica = this.#client.state.replicas.get(s);
    return replica?.phase.name === 'held' ? unseen(this.#client.state, replica).map(({ n }) => n) : [];
  }
}
