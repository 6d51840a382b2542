import type { Writable } from 'node:stream';
import type pg from 'pg';

/**
 * What is asked together leaves together: the driver writes each statement on its own, and a call to the kernel, which
 * wakes the database, costs more than most statements. All must be asked before the first wait of `ask`.
 */
export function onOneJourney<T>(client: pg.ClientBase, ask: () => T): T {
  const { stream } = (client as pg.ClientBase & { connection: { stream: Writable } }).connection;
  stream.cork();
  try {
    return ask();
  } finally {
    stream.uncork();
  }
}
