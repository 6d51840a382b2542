import { hash } from 'node:crypto';

/** One that is forgotten may end in another slot while a command of it waits; a terminal then sends it again (SND5). */
const KEPT = 50_000;

/**
 * In which slot the commands of a conversation wait: always the same, so that they stay in order (SND4), and that of its
 * queue where that is known. All conversations of a queue write to the same lists: side by side, batches would only wait
 * for each other with everything else locked.
 */
export class Homes {
  readonly #slots: number;
  readonly #known = new Map<string, number>();

  constructor(slots: number) {
    this.#slots = slots;
  }

  slotOf(conversation: string, queue: string | undefined): number {
    const known = this.#known.get(conversation);
    if (known !== undefined) return known;
    const slot = hash('sha1', queue ?? conversation, 'buffer').readUInt32BE(0) % this.#slots;
    this.#known.set(conversation, slot);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value ?? '');
    return slot;
  }
}
