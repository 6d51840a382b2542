import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../packages/server/src/http/free-port.ts';
import { Flow, fairWeather, type Weather } from './flow.ts';
import { FrameSplitter } from './frame-splitter.ts';

/** `up`: from the terminal to the server; `down`: the other way. */
export type Way = 'up' | 'down';

interface Pair {
  near: Socket;
  far: Socket;
  up: Flow;
  down: Flow;
}

/** Whether this frame of the server's is to vanish. */
export type Thief = (frame: { t: string; kind?: string }) => boolean;

const ASKS_FOR_UPGRADE = /\r\nupgrade: *websocket/i;
const REFUSAL = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * The network between a terminal and the server, and everything that can be wrong with one. It knows frames, so that
 * it can swallow exactly one while the connection stays whole.
 */
export class FaultProxy {
  readonly url: string;
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  readonly #weather: Record<Way, Weather> = { up: fairWeather(), down: fairWeather() };
  #isCut = false;
  #refusesUpgrades = false;
  #thief: Thief | undefined;
  /** Frames that were swallowed. */
  swallowed = 0;
  /** Connections that were broken by force. */
  broken = 0;

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.#target = target;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A network to the server on this port of this machine. */
  static async to(target: number): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true });
    const port = await freePort();
    const proxy = new FaultProxy(server, port, target);
    server.on('connection', (near) => proxy.#join(near));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
    return proxy;
  }

  /** Whether a terminal has a connection through it now. */
  get isUsed(): boolean {
    return this.#pairs.size > 0;
  }

  #join(near: Socket): void {
    if (this.#isCut) {
      near.destroy();
      return;
    }
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    const up = new Flow(near, far, this.#weather.up);
    const down = new Flow(far, near, this.#weather.down);
    const pair: Pair = { near, far, up, down };
    this.#pairs.add(pair);
    const splitter = new FrameSplitter();
    near.on('data', (chunk: Buffer) => {
      if (this.#refusesUpgrades && ASKS_FOR_UPGRADE.test(chunk.toString('latin1'))) near.end(REFUSAL);
      else up.push(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      for (const { bytes, text } of splitter.split(chunk)) if (!this.#isStolen(text)) down.push(bytes);
    });
    near.on('end', () => up.end());
    far.on('end', () => down.end());
    near.on('close', (hadError) => this.#closed(pair, 'up', hadError));
    far.on('close', (hadError) => this.#closed(pair, 'down', hadError));
    // What went wrong shows in the close that follows.
    for (const socket of [near, far]) socket.on('error', () => undefined);
  }

  #isStolen(text: string | undefined): boolean {
    if (text === undefined || !this.#thief?.(JSON.parse(text) as { t: string })) return false;
    this.swallowed++;
    return true;
  }

  /** One end is gone: the other learns it, unless the news would have to go through a silence. */
  #closed(pair: Pair, way: Way, hadError: boolean): void {
    const flow = pair[way];
    const other = way === 'up' ? pair.far : pair.near;
    if (this.#weather[way].isSilent) flow.hasLost = true;
    else if (hadError) other.destroy();
    else flow.end();
    if (pair.near.destroyed && pair.far.destroyed) this.#pairs.delete(pair);
  }

  /** The cable is out: connections break, and new ones fail until it is mended. */
  cut(): void {
    this.#isCut = true;
    this.breakAll();
  }

  /** Breaks every connection once; the next ones are fine. */
  breakAll(): void {
    for (const pair of this.#pairs) this.#break(pair);
  }

  #break(pair: Pair): void {
    this.broken++;
    pair.near.destroy();
    pair.far.destroy();
    this.#pairs.delete(pair);
  }

  /** Half-open: nothing arrives any more that way, or either way, and nothing breaks. */
  silence(...ways: Way[]): void {
    for (const way of ways.length > 0 ? ways : (['up', 'down'] as const)) this.#weather[way].isSilent = true;
  }

  /** Worse weather, one way or both. */
  change(weather: Partial<Omit<Weather, 'isSilent'>>, ...ways: Way[]): void {
    for (const way of ways.length > 0 ? ways : (['up', 'down'] as const)) Object.assign(this.#weather[way], weather);
  }

  /** Frames of the server that fit vanish until `swallow(undefined)`. */
  swallow(thief: Thief | undefined): void {
    this.#thief = thief;
  }

  /** Exactly one frame of the server vanishes: the next one of this name. */
  swallowOne(t: string): void {
    this.#thief = (frame) => {
      if (frame.t !== t) return false;
      this.#thief = undefined;
      return true;
    };
  }

  /** As a company's proxy does that knows no WebSockets: everything else passes. */
  refuseUpgrades(refuses: boolean): void {
    this.#refusesUpgrades = refuses;
  }

  /** Whole again; connections that lost bytes break, as they can never be right again. */
  mend(): void {
    for (const pair of this.#pairs) if (pair.up.hasLost || pair.down.hasLost) this.#break(pair);
    for (const way of ['up', 'down'] as const) Object.assign(this.#weather[way], fairWeather());
    this.#isCut = false;
    this.#refusesUpgrades = false;
    this.#thief = undefined;
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
