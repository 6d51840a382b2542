import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Place {
  host: string;
  port: number;
}

/** Passes connections on, each to the first place that takes it: what stands before nodes, databases and buses. */
export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `places` says where the next connection goes, the best first. */
  static async open(host: string, places: () => Place[]): Promise<Relay> {
    const server = createServer({ allowHalfOpen: true });
    const relay = new Relay(server);
    server.on('connection', (near) => relay.#join(near, places()));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, () => resolve());
    });
    return relay;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  #join(near: Socket, [place, ...others]: Place[]): void {
    this.#keep(near);
    if (!place) {
      near.destroy();
      return;
    }
    const far = connect({ ...place, allowHalfOpen: true });
    this.#keep(far);
    const next = () => this.#join(near, others);
    far.once('error', next);
    far.once('connect', () => {
      far.off('error', next);
      // What went wrong shows in the close of either, and ends the other.
      far.on('error', () => near.destroy());
      near.on('error', () => far.destroy());
      near.pipe(far);
      far.pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
  }

  #keep(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }

  /** Connections that stand go to places that are no more. */
  breakAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): Promise<void> {
    this.breakAll();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
