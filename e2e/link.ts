import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../packages/server/src/http/free-port.ts';

/** A network between a browser and the server that can be cut, and can go silent without anybody being told. */
export class Link {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  readonly url: string;
  #state: 'whole' | 'cut' | 'silent' = 'whole';

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A link to the server on this port of this machine. */
  static async to(target: number): Promise<Link> {
    const server = createServer();
    const port = await freePort();
    const link = new Link(server, port);
    server.on('connection', (near) => link.#join(near, target));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
    return link;
  }

  #join(near: Socket, target: number): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const pair: [Socket, Socket] = [near, far];
    this.#pairs.add(pair);
    const end = () => {
      near.destroy();
      far.destroy();
      this.#pairs.delete(pair);
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('error', end);
      from.on('close', end);
      from.on('data', (data) => {
        // Silent: what was on its way is gone, and both ends believe in the connection still.
        if (this.#state !== 'silent') to.write(data);
      });
    }
  }

  /** The cable is out: connections break, and new ones fail. */
  cut(): void {
    this.#state = 'cut';
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Half-open: nothing arrives any more, and nothing breaks. */
  silence(): void {
    this.#state = 'silent';
  }

  /** Whole again; connections that lived through a silence have lost bytes, so they break. */
  mend(): void {
    if (this.#state === 'silent') this.cut();
    this.#state = 'whole';
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
