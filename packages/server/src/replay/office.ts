import type { Stream } from '@heed/protocol';
import type { Desk } from './desk.ts';
import { type Coming, coming } from './until.ts';

/** Work orders that an agent takes on before others are busier. */
const CAPACITY = 4;

/** Agents who look at their queue and take from it, each at their own desk. */
export class Office {
  readonly desks: readonly Desk[];
  readonly #taken = new Map<Stream, Coming<Desk>>();
  /** The list at which a desk found the queue empty: only a newer one is worth another look. */
  readonly #lookedAt = new Map<Desk, number>();
  readonly #taking = new Set<Desk>();
  readonly #failed: (error: unknown) => void;
  #isOpen = true;

  constructor(desks: readonly Desk[], failed: (error: unknown) => void) {
    this.desks = desks;
    this.#failed = failed;
    for (const desk of desks) desk.client.subscribe(() => this.#look(desk));
  }

  /** The desk whose agent took this conversation. */
  taken(s: Stream): Promise<Desk> {
    return this.#coming(s).promise;
  }

  /** The agent who has least to do, for what the team itself begins. */
  get leastBusy(): Desk {
    return this.desks.reduce((least, desk) => (desk.load < least.load ? desk : least));
  }

  /** A conversation is done with. */
  done(desk: Desk): void {
    desk.load--;
    for (const each of this.desks) this.#look(each);
  }

  close(): void {
    this.#isOpen = false;
  }

  #coming(s: Stream): Coming<Desk> {
    const known = this.#taken.get(s) ?? coming<Desk>();
    this.#taken.set(s, known);
    return known;
  }

  #look(desk: Desk): void {
    const list = desk.client.state.replicas.get(`list/queue:${desk.queue}`);
    const at = list?.at?.n ?? 0;
    if (!this.#isOpen || this.#taking.has(desk) || !list || list.entries.size === 0) return;
    if (this.#lookedAt.get(desk) === at) return;
    // Where all have their hands full the least busy one takes another.
    if (desk.load >= CAPACITY && desk.load > this.leastBusy.load) return;
    this.#taking.add(desk);
    this.#take(desk, at).catch(this.#failed);
  }

  async #take(desk: Desk, at: number): Promise<void> {
    const answer = await desk.client.take(desk.queue);
    this.#taking.delete(desk);
    if (answer.ok) {
      desk.load++;
      desk.open(answer.s);
      this.#coming(answer.s).resolve(desk);
    } else if (answer.code === 'empty') this.#lookedAt.set(desk, at);
    else throw new Error(`a take was refused: ${answer.code}`);
    this.#look(desk);
  }
}
