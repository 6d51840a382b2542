import type { Pending } from '@heed/client';
import type { Stream, Then } from '@heed/protocol';
import type { Chance } from './chance.ts';
import { Device } from './device.ts';
import { tokenOf } from './house.ts';
import type { Net } from './net.ts';
import { Page } from './page.ts';
import type { Time } from './time.ts';

/** Something that a person pressed, and what had been on their screen by then. */
export interface Press {
  id: string;
  person: string;
  terminal: string;
  kind: string;
  text?: string;
  /** Ids of items. */
  shown: ReadonlySet<string>;
  /** The id of the item that it names: its author saw that, whatever has the number later. */
  target?: string;
  isTakenBack: boolean;
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
  tell: (line: string) => void;
  presses: Map<string, Press>;
  record: (person: string, way: 'in' | 'out', text: string) => void;
}

/** Somebody with a device and a page on it. */
export abstract class Person {
  readonly id: string;
  readonly device = new Device();
  readonly chance: Chance;
  protected readonly world: Surroundings;
  readonly #kind: 'desk' | 'widget';
  page: Page;
  terminal: string;
  isActing = true;
  readonly #shown = new Set<string>();
  #pages = 0;
  #texts = 0;
  #orders = 0;

  constructor(id: string, kind: 'desk' | 'widget', world: Surroundings) {
    this.id = id;
    this.#kind = kind;
    this.world = world;
    this.chance = world.chance.fork(id);
    this.terminal = `${id}-1`;
    this.page = this.#newPage();
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
      for (const press of this.world.presses.values()) if (press.person === this.id) press.isForgotten = true;
      this.world.tell(`${this.id} loses the device's memory`);
    }
    if (!isReload || isWiped) this.terminal = `${this.id}-${this.#pages + 1}`;
    this.world.time.after(this.chance.between(10, 5_000), () => {
      this.page = this.#newPage();
      this.opened();
      this.world.tell(`${this.id} is back as ${this.terminal}`);
    });
  }

  sleep(ms: number): void {
    this.page.wakesAt = this.world.time.now + ms;
    this.world.time.after(ms + 1, () => this.page.isAlive && this.page.client.wake());
  }

  #later(): void {
    this.world.time.after(this.chance.between(200, 6_000), () => {
      if (this.page.isAwake) {
        for (const pending of this.page.undecided) this.decide(pending);
        if (this.isActing) this.act();
      }
      this.#later();
    });
  }

  protected text(): string {
    return `${this.id} ${++this.#texts}`;
  }

  protected press(s: Stream, kind: string, body: object, then?: Then): void {
    const { tell, presses } = this.world;
    const shown = new Set(this.#shown);
    const id = this.page.client.press({ s, kind: kind as 'message', body, ...(then ? { then } : {}) });
    const { text, target: n } = body as { text?: string; target?: number };
    const target = this.page.client.state.replicas.get(s)?.items.find((item) => item.n === n)?.id;
    const press = { id, person: this.id, terminal: this.terminal, kind, shown, isTakenBack: false };
    const named = { ...(text === undefined ? {} : { text }), ...(target === undefined ? {} : { target }) };
    presses.set(id, { ...press, order: ++this.#orders, ...named });
    const seen = this.page.client.state.outbox.find((pending) => pending.id === id)?.basedOn?.n;
    const after = seen === undefined ? '' : ` basedOn ${seen}`;
    tell(`${this.id}: ${kind} ${short(id)} to ${shortStream(s)}${after} ${text === undefined ? '' : `"${text}"`}`);
  }

  /** Sends a held one again, now that its author has looked; or takes it back. */
  protected again(pending: Pending): void {
    const press = this.world.presses.get(pending.id);
    const shown = new Set(this.#shown);
    if (press) this.world.presses.set(pending.id, { ...press, shown, order: ++this.#orders });
    this.page.client.again(pending.id);
    this.world.tell(`${this.id}: again ${short(pending.id)}`);
  }

  protected takeBack(pending: Pending): void {
    const press = this.world.presses.get(pending.id);
    if (press) this.world.presses.set(pending.id, { ...press, isTakenBack: true });
    this.page.client.withdraw(pending.id);
    this.world.tell(`${this.id}: takes ${short(pending.id)} back`);
  }

  protected abstract opened(): void;
  protected abstract act(): void;
  protected abstract decide(pending: Pending): void;
}

/** The end of an id, by which a story can be followed. */
export function short(id: string): string {
  return id.slice(-4);
}

export function shortStream(s: Stream): string {
  return s.startsWith('list/') || s.endsWith('/new') ? s : `${s.slice(0, s.indexOf('/'))}/…${s.slice(-3)}`;
}
