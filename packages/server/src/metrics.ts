import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The figures of one process, for Prometheus. */
export interface Metrics {
  registry: Registry;
  connections: Gauge<'type'>;
  frames: Counter<'t'>;
  outcomes: Counter<'outcome'>;
  batchCommands: Histogram;
  batchSeconds: Histogram;
  divergences: Counter<'reporter'>;
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
