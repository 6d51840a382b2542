import pg from 'pg';
import type { Config } from '../config.ts';
import { codeOf, HeedError, sentenceOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { openEmbedded } from './embedded.ts';

/** What every new connection passes before anything uses it; set by who has something to look at first. */
export interface Gate {
  pass?: (client: pg.ClientBase) => Promise<void>;
}

/** A database that is reachable, new enough and durable. */
export interface Database {
  readonly pool: pg.Pool;
  /** Of the pool, and of others that are made with it. */
  readonly gate: Gate;
  readonly mode: 'embedded' | 'external';
  /** For clients of one's own, outside the pool (LISTEN, migrations that wait). */
  readonly connection: pg.ClientConfig;
  close(): Promise<void>;
}

/** What connecting needs of the settings. */
export type DatabaseConfig = Pick<Config, 'data' | 'databaseUrl' | 'databasePool'>;

const oldestVersion = 150_000;
const int8 = 20;
const int8Array = 1016;
const parseInt8Array = pg.types.getTypeParser(1016 as never) as (value: string) => string[];

/** Opens the database that the settings name: an external one if there is an address, else the embedded one. */
export async function openDatabase(config: DatabaseConfig, log: Log): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    return await openPool(
      'external',
      { connectionString: config.databaseUrl },
      config.databasePool,
      log,
      async () => undefined,
    );
  }
  const embedded = await openEmbedded(config.data, log);
  return await openPool('embedded', embedded.connection, config.databasePool, log, embedded.close);
}

async function openPool(
  mode: Database['mode'],
  where: pg.ClientConfig,
  max: number,
  log: Log,
  leave: () => Promise<void>,
): Promise<Database> {
  const gate: Gate = {};
  const { pool, connection } = makePool(where, max, log, gate);
  const close = async (): Promise<void> => {
    await pool.end();
    await leave();
  };
  try {
    await checkServer(pool);
  } catch (thrown) {
    await close();
    throw mode === 'external' ? externalError(thrown) : thrown;
  }
  return { pool, gate, mode, connection, close };
}

/**
 * A server that hangs without closing its connections ends no statement by its own timeout; so long after that one we
 * give the connection up, and whatever was on it.
 */
const ANSWER_MS = 65_000;

/** A transaction that nobody goes on with ends after this. */
const IDLE_MS = 60_000;

const clientSettings: pg.ClientConfig = {
  application_name: 'heed',
  // Less than a terminal waits for the answer to a send: it is told `unavailable`, and need not find out.
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  types: { getTypeParser: typeParser as typeof pg.types.getTypeParser },
};

/**
 * A pool as the program wants it: errors of idle and of busy clients are heard, so that none ends the process; and
 * pipelined, so that several statements go on one journey. What streams rows (COPY) needs a client of its own.
 * `idleMs`: how long a transaction that has begun may wait for its next word.
 * What may take longer than `query_timeout` of `where`, or else than a minute, calls `waitsForEver`.
 */
export function makePool(
  where: pg.ClientConfig,
  max: number,
  log: Log,
  gate: Gate = {},
  idleMs = IDLE_MS,
): Pick<Database, 'pool' | 'connection'> {
  const { query_timeout = ANSWER_MS, ...address } = where;
  const settings = [
    'synchronous_commit=on',
    // What the guard reads once it has the locks must be what is there then (GRD6), whatever the role has been given.
    'default_transaction_isolation=read\\ committed',
    'TimeZone=UTC',
    'statement_timeout=60000',
    `idle_in_transaction_session_timeout=${idleMs}`,
  ];
  const options = settings.map((each) => `-c ${each}`).join(' ');
  const connection = { ...address, ...clientSettings, options };
  const onConnect = (client: pg.ClientBase) => gate.pass?.(client);
  const pool = new pg.Pool({ ...connection, max, pipeline: true, query_timeout, onConnect });
  // A pool that ends says goodbye without waiting; a server that ends then too may still complain to it.
  const warn = (error: Error, sentence: string): void => {
    if (!pool.ending) log.warn({ code: codeOf(error) }, sentence);
  };
  // A pool's own event covers idle clients only, and without a listener of its own a busy one ends the process.
  pool.on('error', (error) => warn(error, 'A connection to the database was lost.'));
  pool.on('connect', (client) => {
    client.on('error', (error) => warn(error, 'A connection to the database reported an error.'));
  });
  return { pool, connection };
}

/**
 * Lets a client of a pool wait for its answers however long they take. It must not go back to the pool: release it as
 * broken.
 */
export function waitsForEver(client: pg.ClientBase): void {
  const { connectionParameters } = client as pg.ClientBase & { connectionParameters: { query_timeout?: number } };
  connectionParameters.query_timeout = 0;
}

function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (format !== 'binary') {
    if (oid === int8) return safeInteger;
    if (oid === int8Array) return (value) => parseInt8Array(value).map(safeInteger);
  }
  return pg.types.getTypeParser(oid as never, format as never);
}

function safeInteger(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is too large for a number`);
  return number;
}

async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: number; fsync: string; commit: string; standby: boolean }>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit, pg_is_in_recovery() AS standby`,
  );
  const server = rows[0]!;
  if (server.version < oldestVersion) {
    throw new HeedError(
      'database_too_old',
      `The database is PostgreSQL ${Math.floor(server.version / 10_000)}; Heed needs 15 or newer.`,
    );
  }
  if (server.standby)
    throw new HeedError(
      'database_read_only',
      'The database is a standby and takes no writes; DATABASE_URL must lead to the primary.',
    );
  if (server.fsync !== 'on' || server.commit === 'off') {
    throw new HeedError(
      'database_not_durable',
      'The database runs with fsync or synchronous_commit off, so "stored" would be a lie; turn them on.',
    );
  }
}

function externalError(thrown: unknown): unknown {
  if (thrown instanceof HeedError) return thrown;
  const code = codeOf(thrown);
  const why = sentenceOf(thrown) || (code ?? 'no reason given');
  if (code === '28P01' || code === '28000')
    return new HeedError('database_refused', `The database does not let us in: ${why}.`);
  if (code === '3D000')
    return new HeedError('database_missing', `The database that DATABASE_URL names is not there: ${why}.`);
  return new HeedError('database_unreachable', `The database that DATABASE_URL names cannot be reached: ${why}.`);
}
