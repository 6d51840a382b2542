import type { Pending } from '@heed/client';
import type { Stream, Then } from '@heed/protocol';
import type { Chance } from './chance.ts';
import { Device } from './device.ts';
import type { Faults } from './faults.ts';
import { tokenOf } from './house.ts';
import type { Net } from './net.ts';
import { Page } from './page.ts';
import type { Time } from './time.ts';

/** Something that a person pressed, and what had been on their screen by then. */
export interface Press {
  id: string;
  person: string;
  /** Whose page it was: one person may have two. */
  owner: Person;
  terminal: string;
  kind: string;
  text?: string;
  /** Ids of items. */
  shown: ReadonlySet<string>;
  /** The id of the item that it names: its author saw that, whatever has the number later. */
  target?: string;
  isTakenBack: boolean;
  /** The sends that it said it follows (SND4). */
  follows: ReadonlySet<string>;
  /** It left the page, so it was on the device. */
  isFlown?: boolean;
  /** The device was wiped since. */
  isForgotten?: boolean;
  /** The server said that it will never be stored. */
  isCancelled?: boolean;
  order: number;
}

/** What all people of a world share. */
export interface Surroundings {
  time: Time;
  chance: Chance;
  net: Net;
  faults: Faults;
  tell: (line: string) => void;
  presses: Map<string, Press>;
  record: (person: string, way: 'in' | 'out', text: string) => void;
}

/** How likely what is still under way is taken back, each time its author looks. */
const REGRETS = 0.05;

/** Somebody with a device and a page on it. */
export abstract class Person {
  readonly id: string;
  /** The person's id, with a mark where this is their second page. */
  readonly name: string;
  readonly device: Device;
  readonly chance: Chance;
  protected readonly world: Surroundings;
  readonly #kind: 'desk' | 'widget';
  page: Page;
  terminal: string;
  isActing = true;
  /** Whether somebody sits there: who left has no page that could come into step. */
  isHere = true;
  readonly #shown: Set<string>;
  readonly #regrets: Chance;
  #pages = 0;
  #texts = 0;
  #orders = 0;

  /** `twin`: the same person's other page. What is seen on one of them is seen. */
  constructor(id: string, kind: 'desk' | 'widget', world: Surroundings, twin?: Person) {
    this.id = id;
    this.name = twin ? `${id} b` : id;
    this.#kind = kind;
    this.world = world;
    this.#shown = twin ? twin.#shown : new Set();
    this.device = new Device(world.faults.deviceMs);
    this.chance = world.chance.fork(this.name);
    this.#regrets = this.chance.fork('regrets');
    this.terminal = this.#nextTerminal();
    this.page = this.#newPage();
  }

  #nextTerminal(): string {
    return `${this.name.replace(' ', '-')}${this.name === this.id ? '-' : ''}${this.#pages + 1}`;
  }

  /** Opens the first windows, and goes on acting. */
  begin(): void {
    this.opened();
    this.#later();
  }

  #newPage(): Page {
    const { time, net, record } = this.world;
    return new Page({
      kind: this.#kind,
      time,
      chance: this.chance.fork(`page ${++this.#pages}`),
      net,
      device: this.device,
      terminal: this.terminal,
      token: tokenOf(this.id),
      record: (way, text) => record(this.id, way, text),
      seen: (id) => this.#shown.add(id),
    });
  }

  /** The page is gone and comes back: with what the device kept or without, as the same terminal or as a new one. */
  crash(isWiped: boolean, isReload: boolean): void {
    this.page.crash();
    if (isWiped) {
      this.device.wipe();
      for (const press of this.world.presses.values()) if (press.owner === this) press.isForgotten = true;
      this.world.tell(`${this.name} loses the device's memory`);
    }
    if (!isReload || isWiped) this.terminal = this.#nextTerminal();
    this.world.time.after(this.chance.between(10, 5_000), () => {
      if (!this.isHere || this.page.isAlive) return;
      this.page = this.#newPage();
      this.opened();
      this.world.tell(`${this.name} is back as ${this.terminal}`);
    });
  }

  /** The page is gone, and nobody opens another one. */
  leave(): void {
    this.isHere = false;
    this.page.crash();
  }

  /** Sits down again, at a page of its own. */
  comeBack(): void {
    if (this.isHere) return;
    this.isHere = true;
    this.terminal = this.#nextTerminal();
    this.page = this.#newPage();
    this.opened();
  }

  sleep(ms: number): void {
    this.page.isHung = false;
    this.page.wakesAt = this.world.time.now + ms;
    this.world.time.after(ms + 1, () => this.page.isAlive && this.page.client.wake());
  }

  /** As asleep, but for the browser, which answers pings all the same (BEAT5). */
  hang(ms: number): void {
    this.sleep(ms);
    this.page.isHung = true;
  }

  #later(): void {
    this.world.time.after(this.chance.between(200, 6_000), () => {
      if (this.page.isAwake) {
        for (const pending of this.page.undecided) this.decide(pending);
        if (this.isActing) this.act();
        this.#regret();
      }
      this.#later();
    });
  }

  /** Now and then somebody takes back what is still under way: it may arrive all the same, before or after (SND9). */
  #regret(): void {
    const flying = this.page.client.state.outbox.filter(({ state }) => state.name === 'flying');
    for (const pending of flying) if (this.#regrets.is(REGRETS)) this.takeBack(pending);
  }

  protected text(): string {
    return `${this.name} ${++this.#texts}`;
  }

  protected press(s: Stream, kind: string, body: object, then?: Then): void {
    const { tell, presses } = this.world;
    const shown = new Set(this.#shown);
    const id = this.page.client.press({ s, kind: kind as 'message', body, ...(then ? { then } : {}) });
    const { text } = body as { text?: string };
    const n = namedIn(body);
    const target = this.page.client.state.replicas.get(s)?.items.find((item) => item.n === n)?.id;
    const press = { id, person: this.id, owner: this, terminal: this.terminal, kind, shown, isTakenBack: false };
    const named = { ...(text === undefined ? {} : { text }), ...(target === undefined ? {} : { target }) };
    presses.set(id, { ...press, follows: new Set(), order: ++this.#orders, ...named });
    const seen = this.page.client.state.outbox.find((pending) => pending.id === id)?.basedOn?.n;
    const after = seen === undefined ? '' : ` basedOn ${seen}`;
    tell(`${this.name}: ${kind} ${short(id)} to ${shortStream(s)}${after} ${text === undefined ? '' : `"${text}"`}`);
  }

  /** Sends a held one again, now that its author has looked; or takes it back. */
  protected again(pending: Pending): void {
    const press = this.world.presses.get(pending.id);
    const shown = new Set(this.#shown);
    if (press) this.world.presses.set(pending.id, { ...press, shown, order: ++this.#orders });
    this.page.client.again(pending.id);
    this.world.tell(`${this.name}: again ${short(pending.id)}`);
  }

  protected takeBack(pending: Pending): void {
    const press = this.world.presses.get(pending.id);
    if (press) this.world.presses.set(pending.id, { ...press, isTakenBack: true });
    this.page.client.withdraw(pending.id);
    this.world.tell(`${this.name}: takes ${short(pending.id)} back`);
  }

  protected abstract opened(): void;
  protected abstract act(): void;
  protected abstract decide(pending: Pending): void;
}

/** The number in a body by which it names an item (§11). */
export function namedIn(body: object): number | undefined {
  const { target, replyTo, upTo, noReplyNeeded } = body as Record<'target' | 'replyTo' | 'upTo', number | undefined> & {
    noReplyNeeded?: { upTo: number };
  };
  return target ?? replyTo ?? upTo ?? noReplyNeeded?.upTo;
}

/** The end of an id, by which a story can be followed. */
export function short(id: string): string {
  return id.slice(-4);
}

export function shortStream(s: Stream): string {
  return s.startsWith('list/') || s.endsWith('/new') ? s : `${s.slice(0, s.indexOf('/'))}/…${s.slice(-3)}`;
}
