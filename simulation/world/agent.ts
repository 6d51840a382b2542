import { conversationState, type Pending, unseen } from '@heed/client';
import type { Stream } from '@heed/protocol';
import { timeOf } from '../../packages/server/src/domain/clock.ts';
import { Person, type Surroundings } from './person.ts';

/** What an agent knows of the house. */
export interface Workplace {
  /** The queues they serve. */
  queues: readonly string[];
  colleagues: readonly string[];
  /** Queues that give their work orders themselves. */
  pushed: ReadonlySet<string>;
  /** All there are, where work orders are handed over to any of them. */
  elsewhere: readonly string[];
  /** How long something is set aside for, at most. */
  snoozeMs: readonly [from: number, to: number];
}

/** An agent at a desk: takes work orders, looks, answers, and does everything else that desks can. */
export class Agent extends Person {
  readonly #place: Workplace;
  readonly #empty = new Set<string>();

  constructor(id: string, place: Workplace, world: Surroundings, twin?: Agent) {
    super(id, 'desk', world, twin);
    this.#place = place;
  }

  get #queues(): readonly string[] {
    return this.#place.queues;
  }

  get #colleagues(): readonly string[] {
    return this.#place.colleagues;
  }

  protected opened(): void {
    this.#openLists();
    if (this.world.faults.rush > 0) this.page.client.subscribe(() => this.#rush());
  }

  /** Where a queue was empty and is no more, whoever waits for it takes at once. */
  #rush(): void {
    for (const queue of this.#queues.filter((each) => !this.#place.pushed.has(each))) {
      const isEmpty = this.#entries(`list/queue:${queue}`).length === 0;
      if (isEmpty) this.#empty.add(queue);
      else if (this.#empty.delete(queue) && this.isActing && this.chance.is(this.world.faults.rush))
        this.world.time.after(this.chance.between(1, 20), () => this.page.isAwake && this.#takeFrom(queue));
    }
  }

  #openLists(): void {
    this.page.open(`list/agent:${this.id}`);
    for (const queue of this.#queues) {
      this.page.open(`list/queue:${queue}`);
      if (this.chance.is(0.5)) this.page.open(`list/open:${queue}`);
    }
  }

  #entries(list: Stream): string[] {
    return [...(this.page.client.state.replicas.get(list)?.entries.keys() ?? [])];
  }

  protected act(): void {
    const mine = this.#entries(`list/agent:${this.id}`);
    const draw = this.chance.next();
    if (draw < 0.25) return this.#take();
    const others = this.#queues.flatMap((queue) => this.#entries(`list/open:${queue}`));
    const id = this.chance.pick(this.chance.is(0.85) ? mine : [...mine, ...others]);
    if (id === undefined) return this.#take();
    const s = `conversation/${id}`;
    if (!this.page.isWatching(s)) return this.page.open(s);
    this.#actOn(s, this.chance.next());
  }

  #take(): void {
    const queue = this.chance.pick(this.#queues.filter((each) => this.#entries(`list/queue:${each}`).length > 0));
    // Where work is given, most wait for it.
    if (queue !== undefined && this.#place.pushed.has(queue) && this.chance.is(0.8)) return;
    if (queue !== undefined) this.#takeFrom(queue);
  }

  #takeFrom(queue: string): void {
    void this.page.client.take(queue).then((answer) => {
      this.world.tell(`${this.name}: takes from ${queue}: ${answer.ok ? answer.s.slice(-3) : answer.code}`);
      if (answer.ok && this.page.isAlive) this.page.open(answer.s);
    });
  }

  #actOn(s: Stream, draw: number): void {
    const replica = this.page.client.state.replicas.get(s);
    const state = conversationState(replica);
    if (!replica || !state) return;
    const answered = replica.items.filter(
      (item) => item.kind === 'message' && item.actor.id === this.id && !item.erased,
    );
    const target = this.chance.pick(answered)?.n;
    const any = this.chance.pick(replica.items.filter((item) => item.kind === 'message'))?.n;
    // A person mostly looks before answering, and sometimes presses blindly.
    const isReady = unseen(this.page.client.state, replica).length === 0 || this.chance.is(0.3);
    if (draw < 0.45 && isReady) this.press(s, 'message', { text: this.text() }, this.#then());
    else if (draw < 0.5) this.press(s, 'note', { text: this.text(), mentions: [...this.#colleagues].slice(0, 1) });
    else if (draw < 0.58) this.#resolve(s, state.unanswered.length > 0);
    else if (draw < 0.64) this.press(s, 'transfer', { to: this.#elsewhere(), note: this.text() });
    else if (draw < 0.68 && target !== undefined) this.press(s, 'edit', { target, text: this.text() });
    else if (draw < 0.72 && target !== undefined) this.press(s, 'erase', { target });
    else if (draw < 0.75) this.press(s, 'label', { add: ['late'], remove: ['new'] });
    else if (draw < 0.78) this.press(s, 'assign', { to: `agent:${this.chance.pick(this.#colleagues) ?? this.id}` });
    else if (draw < 0.81) this.press(s, 'reopen', {});
    else if (draw < 0.84)
      this.press(s, 'snooze', { until: timeOf(Math.round(this.world.time.now + this.#snoozeMs())) });
    else if (draw < 0.87 && any !== undefined) this.press(s, 'message', { text: this.text(), replyTo: any });
    else if (draw < 0.9) this.page.close(s);
    else if (draw < 0.93) this.page.client.older(s);
    else if (draw < 0.95) this.page.client.draft(s, this.text());
    else this.page.client.presence(this.chance.is(0.3) ? 'away' : 'taking');
  }

  #then(): 'resolve' | undefined {
    return this.chance.is(0.2) ? 'resolve' : undefined;
  }

  #resolve(s: Stream, waits: boolean): void {
    const upTo = this.page.client.state.replicas.get(s)?.seen.n ?? 0;
    this.press(s, 'resolve', waits ? { noReplyNeeded: { upTo, reason: 'nothing was asked' } } : {});
  }

  #snoozeMs(): number {
    const [from, to] = this.#place.snoozeMs;
    return from === to ? from : this.chance.between(from, to);
  }

  #elsewhere(): string {
    const queue = this.chance.pick(this.#place.elsewhere);
    const agent = this.chance.pick(this.#colleagues);
    return this.chance.is(0.5) || agent === undefined ? `queue:${queue}` : `agent:${agent}`;
  }

  protected decide(pending: Pending): void {
    const { replicas } = this.page.client.state;
    const replica = replicas.get(pending.s);
    const isGone = replica?.phase.name === 'gone' || pending.state.name === 'refused';
    if (isGone || this.chance.is(0.15)) return this.takeBack(pending);
    if (!this.page.isWatching(pending.s)) return this.page.open(pending.s);
    if (replica && unseen(this.page.client.state, replica).length === 0) this.again(pending);
  }
}
