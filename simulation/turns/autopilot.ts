import { setTimeout as sleep } from 'node:timers/promises';
import { conversationState, type Pending, unseen } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { Desk } from '../../packages/server/src/replay/desk.ts';
import type { Random } from '../../packages/server/src/replay/random.ts';
import { seeded } from '../../packages/server/src/replay/random.ts';
import { type Hold, Holds } from './holds.ts';

/** Where an agent works, and how. */
export interface Seat {
  url: string;
  inbox: string;
  queue: string;
  terminal: string;
  email: string;
  password: string;
  dwellMs: number;
  /** How long they think about a reply at most. */
  thinkMs: number;
  seed: number;
}

const LOOK_MS = 150;
/** So long nothing comes before a conversation is taken to be over; what comes later wakes it (LST7). */
const IDLE_MS = 3_000;

/** An agent who answers whatever is put on their list, and nothing else: what they do follows from what they are shown. */
export class Autopilot {
  readonly desk: Desk;
  readonly #thinkMs: number;
  readonly #random: Random;
  readonly #say: (conversation: string, nth: number) => string;
  readonly #serving = new Set<string>();
  #isOver = false;

  private constructor(desk: Desk, { seed, thinkMs }: Seat, say: (conversation: string, nth: number) => string) {
    this.desk = desk;
    this.#thinkMs = thinkMs;
    this.#random = seeded(seed);
    this.#say = say;
    desk.client.subscribe(() => this.#look());
    this.#look();
  }

  /** Signs in and begins. `say`: the words of a conversation's reply, by how many there were before. */
  static async begin(
    seat: Seat,
    say: (conversation: string, nth: number) => string,
    held: (hold: Hold) => void,
  ): Promise<Autopilot> {
    const holds = new Holds(seat.dwellMs, held);
    const recorder = {
      frame: (_: string, way: 'in' | 'out', text: string) => holds.frame(way, text, performance.now()),
      pressed: () => undefined,
      cast: () => undefined,
      close: async () => undefined,
    };
    return new Autopilot(await Desk.signIn({ ...seat, recorder }, seat), seat, say);
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.desk.client.close();
  }

  #has(id: string): boolean {
    return this.desk.client.state.replicas.get(`list/agent:${this.desk.id}`)?.entries.has(id) === true;
  }

  #look(): void {
    const mine = this.desk.client.state.replicas.get(`list/agent:${this.desk.id}`)?.entries.keys() ?? [];
    for (const id of mine) if (!this.#isOver && !this.#serving.has(id)) void this.#serve(id);
  }

  async #serve(id: string): Promise<void> {
    this.#serving.add(id);
    const s: Stream = `conversation/${id}`;
    this.desk.open(s);
    let busyAt = performance.now();
    while (!this.#isOver && this.#has(id)) {
      await sleep(LOOK_MS * (0.5 + this.#random()));
      if (await this.#answer(s, id, performance.now() - busyAt)) busyAt = performance.now();
    }
    // What is no longer theirs they do not answer.
    for (const pending of this.#pending(s)) this.desk.client.withdraw(pending.id);
    this.desk.close(s);
    this.#serving.delete(id);
  }

  #pending(s: Stream): Pending[] {
    return this.desk.client.state.outbox.filter((pending) => pending.s === s);
  }

  /** Does what is to be done in a conversation now; gives whether there was anything. */
  async #answer(s: Stream, id: string, idleMs: number): Promise<boolean> {
    const { client } = this.desk;
    const replica = client.state.replicas.get(s);
    const state = conversationState(replica);
    if (!replica || !state || unseen(client.state, replica).length > 0) return true;
    const [pending] = this.#pending(s);
    if (pending) return this.#decide(pending, state.unanswered.length > 0);
    if (state.unanswered.length > 0) {
      await sleep(this.#thinkMs * this.#random());
      const replies = replica.items.filter(({ kind, actor }) => kind === 'message' && actor.type !== 'customer');
      if (this.#has(id)) this.desk.reply(s, this.#say(id, replies.length), false);
      return true;
    }
    if (idleMs < IDLE_MS) return false;
    this.desk.resolve(s);
    return true;
  }

  #decide({ id, kind, state: { name } }: Pending, isWaiting: boolean): true {
    const { client } = this.desk;
    if (name === 'refused' || (name === 'held' && kind === 'resolve' && isWaiting)) client.withdraw(id);
    else if (name === 'held' || name === 'review') client.again(id);
    return true;
  }
}
