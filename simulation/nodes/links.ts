import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { FaultProxy } from '../real/proxy.ts';
import { type Place, Relay } from './relay.ts';

/** What a node reaches over a link of its own. */
export const LINKS = ['database', 'nats'] as const;
export type LinkName = (typeof LINKS)[number];

/** The networks between nodes and what they need, each of which can go silent without a word to anybody. */
export interface Links {
  /** How they are made, for the output of the tests. */
  readonly by: string;
  /** Where node `n` finds what is behind a link. */
  open(n: number, link: LinkName, places: () => Place[]): Promise<Place>;
  /** The address at which node `n` listens and is found. */
  addressOf(n: number): string;
  /** The words that run a program as node `n`. */
  command(n: number, words: string[]): string[];
  /** Nothing passes any more, either way. */
  cut(n: number, link: LinkName): void;
  mend(n: number, link: LinkName): void;
  close(): Promise<void>;
}

/** Hosts in network namespaces where this user may make them, else proxies on loopback. */
export function makeLinks(nodes: number): Links {
  return Namespaces.for(nodes) ?? new Proxies();
}

/** Every node on a host of its own, with a cable to each of what it needs. */
class Namespaces implements Links {
  readonly by = 'network namespaces (cables are pulled)';
  readonly #nodes: number;
  readonly #relays: Relay[] = [];

  private constructor(nodes: number) {
    this.#nodes = nodes;
  }

  static for(nodes: number): Namespaces | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
    const made = new Namespaces(nodes);
    try {
      removeLeftOver();
      for (let n = 0; n < nodes; n++) made.#make(n);
      return made;
    } catch (thrown) {
      made.#remove();
      if (thrown instanceof Error) return undefined;
      throw thrown;
    }
  }

  #make(n: number): void {
    const space = nameOf(n);
    ip('netns', 'add', space);
    ip('-n', space, 'link', 'set', 'lo', 'up');
    for (const link of ['web', ...LINKS] as const) {
      ip('link', 'add', cableOf(n, link), 'type', 'veth', 'peer', 'name', link, 'netns', space);
      ip('address', 'add', `${addressOn(n, link, 1)}/30`, 'dev', cableOf(n, link));
      ip('link', 'set', cableOf(n, link), 'up');
      ip('-n', space, 'address', 'add', `${addressOn(n, link, 2)}/30`, 'dev', link);
      ip('-n', space, 'link', 'set', link, 'up');
    }
  }

  async open(n: number, link: LinkName, places: () => Place[]): Promise<Place> {
    const host = addressOn(n, link, 1);
    const relay = await Relay.open(host, places);
    this.#relays.push(relay);
    return { host, port: relay.port };
  }

  addressOf(n: number): string {
    return addressOn(n, 'web', 2);
  }

  command(n: number, words: string[]): string[] {
    return ['ip', 'netns', 'exec', nameOf(n), ...words];
  }

  cut(n: number, link: LinkName): void {
    ip('link', 'set', cableOf(n, link), 'down');
  }

  mend(n: number, link: LinkName): void {
    ip('link', 'set', cableOf(n, link), 'up');
  }

  async close(): Promise<void> {
    for (const relay of this.#relays) await relay.close();
    this.#remove();
  }

  #remove(): void {
    const there = spaces();
    for (let n = 0; n < this.#nodes; n++) if (there.includes(nameOf(n))) ip('netns', 'delete', nameOf(n));
  }
}

const PREFIX = 'heed';

function nameOf(n: number): string {
  return `${PREFIX}-${process.pid}-${n}`;
}

/** At most 15 characters; the cable goes with the namespace that it leads to. */
function cableOf(n: number, link: 'web' | LinkName): string {
  return `h${process.pid}-${n}${link[0]}`;
}

/** A network of four addresses for each cable; others of this machine have other numbers. */
function addressOn(n: number, link: 'web' | LinkName, end: 1 | 2): string {
  const which = ['web', ...LINKS].indexOf(link);
  return `10.${77 + which}.${process.pid % 250}.${n * 4 + end}`;
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function spaces(): string[] {
  try {
    return readdirSync('/run/netns');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
}

/** Of runs that were killed. */
function removeLeftOver(): void {
  for (const name of spaces()) {
    const pid = Number(new RegExp(`^${PREFIX}-(\\d+)-\\d+$`).exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) ip('netns', 'delete', name);
  }
}

function isRunning(pid: number): boolean {
  return readdirSync('/proc').includes(String(pid));
}

/** Nodes on loopback; what is between them and what they need is a program of ours. */
class Proxies implements Links {
  readonly by = 'proxies on loopback (this user may not make network namespaces)';
  readonly #relays: Relay[] = [];
  readonly #proxies = new Map<string, FaultProxy>();

  async open(n: number, link: LinkName, places: () => Place[]): Promise<Place> {
    const relay = await Relay.open('127.0.0.1', places);
    this.#relays.push(relay);
    const proxy = await FaultProxy.to(relay.port);
    this.#proxies.set(`${n} ${link}`, proxy);
    return { host: '127.0.0.1', port: Number(new URL(proxy.url).port) };
  }

  addressOf(): string {
    return '127.0.0.1';
  }

  command(_n: number, words: string[]): string[] {
    return words;
  }

  cut(n: number, link: LinkName): void {
    this.#proxies.get(`${n} ${link}`)?.silence();
  }

  mend(n: number, link: LinkName): void {
    this.#proxies.get(`${n} ${link}`)?.mend();
  }

  async close(): Promise<void> {
    for (const proxy of this.#proxies.values()) await proxy.close();
    for (const relay of this.#relays) await relay.close();
  }
}
