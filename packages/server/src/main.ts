import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { ulid } from 'ulid';
import { type Bus, localBus } from './bus/bus.ts';
import { type Clock, machineClock } from './clock.ts';
import { heardMs, startSweeper } from './clocks/sweeper.ts';
import type { Config } from './config.ts';
import { makePool, openDatabase } from './database/connect.ts';
import { Epochs } from './database/epochs.ts';
import { migrate } from './database/migrate.ts';
import { WitnessFile } from './database/witness.ts';
import { startDemo } from './demo/start.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { Ledger } from './ledger/ledger.ts';
import { startBeats } from './live/beat.ts';
import { HandOuts } from './live/hand-outs.ts';
import { Listening } from './live/listening.ts';
import { Node } from './live/node.ts';
import { startPlaces } from './live/places.ts';
import type { Session } from './live/session.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { startPusher } from './push/pusher.ts';
import { startIndexing } from './search/indexer.ts';
import { postgresDirectory } from './store/directory.ts';
import { postgresPeople } from './store/people.ts';
import { postgresLedgerStore } from './store/pg-ledger.ts';
import { postgresReading } from './store/pg-reading.ts';
import { postgresRota } from './store/rota.ts';
import { Streams } from './store/streams.ts';
import { startSweeping } from './store/sweep.ts';
import { examiner } from './verify/examine.ts';
import { startUnansweredFigures } from './verify/unanswered-figures.ts';

/** Queues from which is taken at the same instant, without one waiting for the other. */
const TAKING = 2;

/**
 * A host that loses its power says no goodbye, and what its node was storing holds its locks, those of whole queues among
 * them, until the database gives it up. A batch goes from word to word in milliseconds.
 */
const VANISHED_MS = 10_000;

export interface RunningServer {
  /** Where it listens: `http://host:port`. */
  address: string;
  close(): Promise<void>;
}

/** Starts everything one process is made of, in the order in which each part needs the one before. */
export async function startServer(
  config: Config,
  log: Log = pino({ level: config.log, base: null }),
): Promise<RunningServer> {
  const database = await openDatabase(config, log);
  const closers: (() => Promise<void> | void)[] = [() => database.close()];
  try {
    const { pool } = database;
    await migrate(pool);
    const metrics = createMetrics();
    const epochs = new Epochs({
      log,
      file: WitnessFile.of(config, log),
      begun: (reason) => metrics.epochs.inc({ reason }),
    });
    database.gate.pass = (client) => epochs.look(client);
    closers.push(await epochs.start(pool));
    const directory = postgresDirectory(pool);
    closers.push(
      await directory.start((error) => log.warn({ error: String(error) }, 'The team could not be read again.')),
    );
    const { graceMs, awayMs, textBytes } = config;
    const listening = new Listening(machineClock.now(), Math.max(graceMs / 4, 3_000));
    const ground = {
      get epoch() {
        return epochs.current;
      },
      graceMs,
      awayMs,
      listens: () => listening.has(graceMs, machineClock.now()),
      heardMs: heardMs(config),
      textBytes,
      directory,
    };
    const shop = config.demo ? await startDemo({ pool, config, ground, log }) : undefined;
    if (shop) closers.push(shop.close);
    const streams = new Streams(postgresReading(pool), () => epochs.current, config, directory);
    const { bus, close: leaveBus } = await busFor(config, metrics, log);
    closers.push(leaveBus);
    // Connections of its own: however many windows are being read, nobody's message waits behind them.
    const writing = makePool(database.connection, config.batchSlots + TAKING, log, database.gate, VANISHED_MS).pool;
    closers.push(() => writing.end());
    const handOuts: HandOuts = new HandOuts(() => ledger, directory);
    const ledger: Ledger = new Ledger({
      store: postgresLedgerStore(writing),
      ground,
      log,
      slots: config.batchSlots,
      batchMax: config.batchMax,
      publish: (news) => {
        epochs.committed(news);
        bus.publish(news.map((each) => ({ ...each, epoch: epochs.current })));
        handOuts.heard(news);
      },
      measured: (commands, seconds) => {
        metrics.batchCommands.observe(commands);
        metrics.batchSeconds.observe(seconds);
      },
    });
    const node = new Node({
      people: postgresPeople(pool),
      config,
      log,
      directory,
      streams,
      ledger,
      bus,
      metrics,
      clock: machineClock,
      handOuts,
      listening,
      examine: examiner({ pool, log, damaged: () => metrics.damaged.inc() }),
    });
    closers.push(startUnansweredFigures(pool, metrics, machineClock, log));
    const sweeper = {
      name: ulid(),
      clock: machineClock,
      config,
      log,
      rota: postgresRota(pool),
      ledger,
      handOuts,
      listening,
    };
    closers.push(
      () => node.close(),
      startBeats(node),
      startPlaces(node),
      startSweeping(pool, log),
      startIndexing(pool, machineClock, log),
      startSweeper(sweeper),
    );
    const [contact = 'no-reply@localhost'] = /[^<>\s]+@[^<>\s]+/.exec(config.mailFrom) ?? [];
    closers.push(startPusher({ pool, clock: machineClock, log, contact: `mailto:${contact}` }));
    const { smtpUrl } = config;
    // What few use is loaded only where it is used: a start is mostly loading.
    if (smtpUrl !== undefined) {
      const { startMailer } = await import('./mail/mailer.ts');
      closers.push(startMailer({ pool, config: { ...config, smtpUrl }, clock: machineClock, directory, log }));
    }
    const app = await createApp(node, pool);
    closers.push(
      () => app.close(),
      () => drain(node),
    );
    await listen(app, config);
    const { port } = app.server.address() as AddressInfo;
    const address = config.publicUrl ?? `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`;
    log.info({ address, database: database.mode, epoch: epochs.current }, 'Heed is ready.');
    shop?.announce(address);
    return { address, close: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

/** Several processes hear of each other over NATS; one alone needs none (NOD2). */
async function busFor(
  { natsUrl }: Config,
  metrics: Metrics,
  log: Log,
): Promise<{ bus: Bus; close: () => Promise<void> | void }> {
  if (natsUrl === undefined) return { bus: localBus(), close: () => undefined };
  const { natsBus } = await import('./bus/nats.ts');
  metrics.registry.registerMetric(metrics.bus);
  return natsBus({ url: natsUrl, log, connected: (isConnected) => metrics.bus.set(isConnected ? 1 : 0) });
}

/** So long it waits for what is being stored and answered. */
const LONGEST_MS = 3_000;

/**
 * Who asks is told that this node ends, so that nobody new comes; then terminals are told to come back elsewhere (4012),
 * a few at a time, while the others go on as before; and what was sent already is answered.
 */
async function drain(node: Node): Promise<void> {
  const { clock, config, ledger } = node.parts;
  node.ending = 'soon';
  if (config.drainMs > 0) await sleep(config.drainMs);
  node.ending = 'draining';
  await sendAway(node, config.leaveMs);
  await until(clock, () => node.answering === 0 && ledger.underWay === 0);
}

/** Terminals come back at once, so it is for us to spread them: other nodes must not be overrun. */
const A_MOMENT_MS = 20;
const AT_ONCE = 10;
const LAST_WORDS_MS = 500;

async function sendAway(node: Node, leaveMs: number): Promise<void> {
  const sessions = [...node.sessions];
  const share = Math.max(AT_ONCE, Math.ceil((sessions.length * A_MOMENT_MS) / Math.max(leaveMs, A_MOMENT_MS)));
  const leaving: Promise<void>[] = [];
  for (let first = 0; first < sessions.length; first += share) {
    if (first > 0) await sleep(A_MOMENT_MS);
    leaving.push(...sessions.slice(first, first + share).map((session) => leave(node.parts.clock, session)));
  }
  await Promise.all(leaving);
}

/** What it asked is answered first, unless it goes on asking. */
async function leave(clock: Clock, session: Session): Promise<void> {
  await until(clock, () => session.answering === 0, LAST_WORDS_MS);
  session.close('draining');
}

async function until(clock: Clock, isSo: () => boolean, longestMs = LONGEST_MS): Promise<void> {
  const deadline = clock.now() + longestMs;
  while (!isSo() && clock.now() < deadline) await sleep(10);
}

/** In the opposite order of opening; one that fails does not keep the others open. */
async function closeAll(closers: (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures);
}
