import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The figures of one process, for Prometheus. */
export interface Metrics {
  registry: Registry;
  connections: Gauge<'type'>;
  frames: Counter<'t'>;
  outcomes: Counter<'outcome'>;
  batchCommands: Histogram;
  batchSeconds: Histogram;
  /** Terminals that found a gap and asked for what they lacked, and those of them that got it (CMP6). */
  mismatches: Counter;
  repaired: Counter;
  /** Streams that had gone on while their terminal was away. */
  behind: Counter;
  /** From the press to `sent`. */
  waited: Histogram;
  divergences: Counter<'reporter'>;
  damaged: Counter;
  /** 1 while NATS is connected; without NATS there is no such figure. */
  bus: Gauge;
  /** Messages that wait for an answer, conversations that are overdue, and those of which view and log say something else. */
  unanswered: Gauge<'queue'>;
  overdue: Gauge<'queue'>;
  unansweredDifferences: Gauge<'queue'>;
  /** Terminals that held more than the log has, in the same epoch. */
  ahead: Counter<'reporter'>;
  epochs: Counter<'reason'>;
  pushes: Counter;
  closes: Counter<'code'>;
}

/** Makes the figures; each server has its own, so that two in one process do not mix. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    connections: new Gauge({ name: 'heed_connections', help: 'Open sockets.', labelNames: ['type'], registers }),
    frames: new Counter({ name: 'heed_frames_total', help: 'Frames received, by name.', labelNames: ['t'], registers }),
    outcomes: new Counter({
      name: 'heed_commands_total',
      help: 'What became of commands.',
      labelNames: ['outcome'],
      registers,
    }),
    batchCommands: new Histogram({
      name: 'heed_batch_commands',
      help: 'Commands per batch.',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 400],
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'heed_batch_seconds',
      help: 'Time per batch, commit included.',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    }),
    mismatches: new Counter({ name: 'heed_mismatches_total', help: 'Gaps that terminals found.', registers }),
    repaired: new Counter({ name: 'heed_repaired_total', help: 'Gaps that terminals got filled.', registers }),
    bus: new Gauge({ name: 'heed_bus_connected', help: '1 while NATS is connected.', registers: [] }),
    unanswered: new Gauge({
      name: 'heed_unanswered_messages',
      help: 'Messages of customers that nobody has answered.',
      labelNames: ['queue'],
      registers,
    }),
    overdue: new Gauge({
      name: 'heed_overdue_conversations',
      help: 'Conversations whose answer is overdue.',
      labelNames: ['queue'],
      registers,
    }),
    unansweredDifferences: new Gauge({
      name: 'heed_unanswered_differences',
      help: 'Open conversations of which the Unanswered view and the log do not say the same. Must be 0.',
      labelNames: ['queue'],
      registers,
    }),
    behind: new Counter({
      name: 'heed_streams_behind_total',
      help: 'Streams that had gone on while their terminal was away, when it came back.',
      registers,
    }),
    waited: new Histogram({
      name: 'heed_send_waited_seconds',
      help: "How long sends had been in their authors' outboxes when they were stored, by the authors' clocks.",
      buckets: [0.1, 0.5, 1, 5, 30, 300, 3_600, 86_400],
      registers,
    }),
    damaged: new Counter({
      name: 'heed_damaged_total',
      help: 'Logs whose chain was found broken after a window differed from them (the objective is 0).',
      registers,
    }),
    divergences: new Counter({
      name: 'heed_divergences_total',
      help: 'Windows that held something else than the log (the objective is 0).',
      labelNames: ['reporter'],
      registers,
    }),
    ahead: new Counter({
      name: 'heed_ahead_total',
      help: 'Windows that held more than the log has: witnesses of a database that was put back (the objective is 0).',
      labelNames: ['reporter'],
      registers,
    }),
    epochs: new Counter({
      name: 'heed_epochs_begun_total',
      help: 'New epochs that this node began because the database was not what it had seen before.',
      labelNames: ['reason'],
      registers,
    }),
    pushes: new Counter({ name: 'heed_pushes_total', help: 'Updates pushed to terminals.', registers }),
    closes: new Counter({
      name: 'heed_closes_total',
      help: 'Sockets closed by the server.',
      labelNames: ['code'],
      registers,
    }),
  };
}
