import type { Stream } from '@heed/protocol';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../log.ts';
import { type Bus, type Hint, localBus, type Whisper } from './bus.ts';

export interface NatsOptions {
  /** `nats://user:password@host:port`, or `tls://…`; several with commas between. */
  url: string;
  log: Log;
  /** Told whenever the connection comes or goes. */
  connected?: (isConnected: boolean) => void;
}

/** What NATS takes in one message where it says nothing else. */
const PAYLOAD = 1024 * 1024;
const SUBJECT = { news: 'heed.news', whisper: 'heed.whisper' } as const;

/**
 * The bus of many processes, over NATS. What this process tells is heard by its own watchers at once, and by others when
 * NATS brings it; a server that is away costs the others' watchers a beat and nothing else (NOD1). Each stream has a
 * subject, so that a node looks into nothing that nobody there watches. Gives the bus and how to leave it.
 */
export function natsBus({ url, log, connected }: NatsOptions): { bus: Bus; close(): Promise<void> } {
  const own = localBus();
  const link = new Link(optionsOf(url), log, connected ?? (() => undefined));
  const bus: Bus = {
    get state() {
      return link.isUp ? 'connected' : 'away';
    },
    publish: (hints) => {
      own.publish(hints);
      for (const hint of hints) link.tell(SUBJECT.news, hint.s, hint);
    },
    whisper: (whisper) => {
      own.whisper(whisper);
      link.tell(SUBJECT.whisper, whisper.s, whisper);
    },
    listen: (onNews, onWhisper, isWatched) => {
      const endOwn = own.listen(onNews, onWhisper, isWatched);
      const endLink = link.listen((subject, data) => {
        const [kind, s] = partsOf(subject);
        if (s === undefined || !isWatched(s)) return;
        if (kind === SUBJECT.news) onNews(JSON.parse(data()) as Hint);
        else onWhisper(JSON.parse(data()) as Whisper);
      });
      return () => {
        endOwn();
        endLink();
      };
    },
  };
  return { bus, close: () => link.close() };
}

function optionsOf(url: string): ConnectionOptions {
  const addresses = url.split(',').map((each) => new URL(each.trim()));
  const [first] = addresses;
  const text = (value: string | undefined) => (value ? { value: decodeURIComponent(value) } : undefined);
  const [user, pass] = [text(first?.username), text(first?.password)];
  const who = user && pass ? { user: user.value, pass: pass.value } : user ? { token: user.value } : {};
  return {
    servers: addresses.map(({ host }) => host),
    ...who,
    ...(first?.protocol === 'tls:' ? { tls: {} } : {}),
    name: 'heed',
    noEcho: true,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
  };
}

/** Names of streams have no dots once they are escaped, which is what separates the words of a subject. */
function subjectOf(kind: string, s: Stream): string {
  return `${kind}.${encodeURIComponent(s).replaceAll('.', '%2E').replaceAll('*', '%2A')}`;
}

function partsOf(subject: string): [string, Stream | undefined] {
  const at = subject.lastIndexOf('.');
  return [subject.slice(0, at), decodeURIComponent(subject.slice(at + 1))];
}

type Heard = (subject: string, data: () => string) => void;

/** One connection, which comes back by itself for ever. What is told while it is away is told to nobody. */
class Link {
  readonly #log: Log;
  readonly #connected: (isConnected: boolean) => void;
  readonly #listeners = new Set<Heard>();
  #connection: NatsConnection | undefined;
  isUp = false;
  #isClosed = false;

  constructor(options: ConnectionOptions, log: Log, connected: (isConnected: boolean) => void) {
    this.#log = log;
    this.#connected = connected;
    connected(false);
    void this.#open(options);
  }

  async #open(options: ConnectionOptions): Promise<void> {
    try {
      const connection = await connect(options);
      if (this.#isClosed) return await connection.close();
      this.#connection = connection;
      for (const kind of Object.values(SUBJECT))
        connection.subscribe(`${kind}.>`, { callback: (error, message) => this.#hear(error, message) });
      this.#turn(true);
      void this.#watch(connection);
    } catch (error) {
      // Not reachable is no error here; this is an address, a name or a password that no waiting will mend.
      this.#log.error(
        { error: String(error) },
        'NATS refuses the connection; other nodes are heard with each beat only.',
      );
    }
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'reconnect') this.#turn(type === 'reconnect');
    }
  }

  #turn(isUp: boolean): void {
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    this.#connected(isUp);
    if (isUp) this.#log.info({}, 'NATS is connected.');
    else this.#log.warn({}, 'NATS is away; until it is back, other nodes are heard with each beat only.');
  }

  #hear(error: Error | null, message: { subject: string; string(): string }): void {
    if (error) return this.#log.warn({ error: String(error) }, 'What NATS brought could not be read.');
    for (const heard of this.#listeners) {
      try {
        heard(message.subject, () => message.string());
      } catch (thrown) {
        this.#log.warn({ error: String(thrown) }, 'What NATS brought could not be read.');
      }
    }
  }

  listen(heard: Heard): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  tell(kind: string, s: Stream, what: Hint | Whisper): void {
    if (!this.isUp || !this.#connection) return;
    const text = JSON.stringify(what);
    const most = this.#connection.info?.max_payload ?? PAYLOAD;
    if (Buffer.byteLength(text) <= most) this.#connection.publish(subjectOf(kind, s), text);
    else if ('items' in what && what.items.length > 1) for (const half of halvesOf(what)) this.tell(kind, s, half);
    // One item that is too large alone comes with the next comparison.
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close();
  }
}

/** The same stretch of a log as two hints, one following the other. */
function halvesOf(hint: Hint): Hint[] {
  const half = hint.items.length >> 1;
  const [first, rest] = [hint.items.slice(0, half), hint.items.slice(half)];
  const end = first.at(-1);
  return end
    ? [
        { ...hint, items: first },
        { ...hint, items: rest, prev: { n: end.n, h: end.h } },
      ]
    : [];
}
