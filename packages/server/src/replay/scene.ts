import type { Stream } from '@heed/protocol';
import type { Customer } from './customer.ts';
import type { Desk } from './desk.ts';
import type { Office } from './office.ts';
import type { Blind, Part, PlannedTurn } from './plan.ts';
import type { Recorder } from './recorder.ts';
import { type Coming, coming } from './until.ts';

/** What scenes share. */
export interface Play {
  office: Office;
  recorder: Recorder;
  /** When the play began, in milliseconds of `performance.now()`. */
  began: number;
  pressed(): void;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** One recorded conversation on the stage: both sides at once, each waiting for nothing but what it can see. */
export class Scene {
  readonly #play: Play;
  readonly #part: Part;
  readonly #customer: Customer;
  readonly #presses: Coming<string>[];
  readonly #ids: string[] = [];
  /** The customer's stream, as soon as it has a name. */
  readonly #chat = coming<Stream>();
  #numbers: number[];

  constructor(play: Play, part: Part, customer: Customer) {
    this.#play = play;
    this.#part = part;
    this.#customer = customer;
    this.#presses = part.turns.map(() => coming<string>());
    // Saved replies are no part of the record, so they have no place in it.
    let place = 0;
    this.#numbers = part.turns.map(({ saved }) => (saved ? -1 : place++));
  }

  /** Plays it; afterwards everything is stored, and the customer's page still open. */
  async play(): Promise<void> {
    await Promise.all([this.#customersSide(), this.#agentsSide()]);
    await this.#customer.hasAll(await this.#chat.promise, this.#ids);
  }

  /** Waits until a turn is to be pressed: its time, the press before it, and what its author waits to see of that. */
  async #cue(index: number, see: (blind: Blind | undefined) => Promise<void>): Promise<PlannedTurn> {
    const turn = this.#part.turns[index] as PlannedTurn;
    if (!turn.blind) await sleep(this.#play.began + turn.due - performance.now());
    await this.#presses[index - 1]?.promise;
    if (turn.blind?.when === 'crossing') await sleep(turn.blind.after);
    else await see(turn.blind);
    return turn;
  }

  #pressed(index: number, id: string): void {
    this.#ids[index] = id;
    const isSaved = this.#part.turns[index]?.saved === true;
    this.#play.recorder.pressed(this.#part.id, this.#numbers[index] ?? -1, id, isSaved);
    this.#presses[index]?.resolve(id);
    this.#play.pressed();
  }

  /** Ids of what one side said before a turn. */
  #before(index: number, from: PlannedTurn['from']): string[] {
    return this.#ids.slice(0, index).filter((_, place) => this.#part.turns[place]?.from === from);
  }

  async #customersSide(): Promise<void> {
    const customer = this.#customer;
    if (this.#part.turns[0]?.from === 'agent') {
      const first = await (this.#presses[0] as Coming<string>).promise;
      this.#chat.resolve(await customer.find(first));
    }
    const naming: Promise<void>[] = [];
    for (const [index, { from }] of this.#part.turns.entries()) {
      if (from !== 'customer') continue;
      const turn = await this.#cue(index, async () => {
        const said = this.#before(index, 'agent');
        if (said.length > 0) await customer.hasAll(await this.#chat.promise, said);
      });
      if (index > 0) this.#pressed(index, customer.write(this.#ids[0] as string, turn.text));
      else {
        const { first, s } = await customer.begin(turn.text);
        this.#pressed(index, first);
        naming.push(s.then((name) => this.#chat.resolve(name)));
      }
    }
    await Promise.all(naming);
  }

  async #agentsSide(): Promise<void> {
    const { desk, s, from } = await this.#opened();
    const { turns } = this.#part;
    const last = turns.length - 1;
    const resolvesWithLast = this.#part.resolvesWithLast && last >= from;
    for (const [index, { from: side }] of turns.entries()) {
      if (side !== 'agent' || index < from) continue;
      const turn = await this.#cue(index, (blind) => {
        const said = this.#before(index, 'customer');
        return blind ? desk.hasAll(s, said) : desk.hasSeen(s, said);
      });
      const id = desk.reply(s, turn.text, resolvesWithLast && index === last);
      this.#pressed(index, id);
      await desk.stored(s, id);
    }
    await this.#presses[last]?.promise;
    await desk.hasSeen(s, this.#ids);
    if (!resolvesWithLast) await desk.stored(s, desk.resolve(s));
    desk.close(s);
    this.#play.office.done(desk);
  }

  /** The desk that has it, and from which turn on it replies: an agent's first message begins it (SND7). */
  async #opened(): Promise<{ desk: Desk; s: Stream; from: number }> {
    const { office, recorder } = this.#play;
    const cast = (desk: Desk, s: Stream) =>
      recorder.cast(this.#part.id, s.slice(s.indexOf('/') + 1), this.#customer.terminal, desk.terminal);
    if (this.#part.turns[0]?.from === 'customer') {
      const chat = await this.#chat.promise;
      const s = chat.replace('chat/', 'conversation/');
      const desk = await office.taken(s);
      cast(desk, s);
      return { desk, s, from: 0 };
    }
    const turn = await this.#cue(0, async () => undefined);
    const desk = office.leastBusy;
    desk.load++;
    const id = desk.begin(this.#customer.id, turn.text);
    this.#pressed(0, id);
    const s = await desk.begun(id);
    cast(desk, s);
    return { desk, s, from: 1 };
  }
}
