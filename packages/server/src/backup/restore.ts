import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import { beginEpoch, endOtherConnections, lockEpochs } from '../database/epochs.ts';
import { latestMigration, migrateWithin } from '../database/migrate.ts';
import { codeOf, HeedError, sentenceOf } from '../errors.ts';
import { linesIn, quoted } from './back-up.ts';
import { ownClient } from './client.ts';
import { BackupReader, type Content, type End, type Header } from './file.ts';

/** What was read in, and the epoch that began with it. */
export interface Restored {
  epoch: string;
  of: { at: string; epoch: string };
  tables: Record<string, number>;
}

/**
 * Puts a backup in the place of everything that a database holds, in one transaction: it is all there in the end, counted
 * and compared, or nothing was changed. A new epoch begins with it (EPO1), and every server that runs on the database
 * looks anew. The tables are made as the backup had them, then brought to where this program is.
 */
export async function restore(
  connection: pg.ClientConfig,
  path: string,
  options: { replace: boolean },
): Promise<Restored> {
  const reader = new BackupReader(path);
  const header = await reader.header();
  const latest = latestMigration();
  if (header.schema > latest)
    throw new HeedError('backup_newer', `${path} was made by a newer Heed; restore it with that one.`);
  const client = await ownClient(connection);
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
    if (!options.replace) await refuseIfUsed(client);
    await lockEpochs(client);
    const version = await directoryVersion(client);
    await shutOthersOut(client);
    await dropAll(client);
    await migrateWithin(client, 0, header.schema);
    const tables = await readIn(client, reader, header);
    await client.query('SET CONSTRAINTS ALL IMMEDIATE');
    await migrateWithin(client, header.schema, latest);
    await client.query('SET CONSTRAINTS ALL DEFERRED');
    await renewDirectory(client, version);
    const epoch = await beginEpoch(client, 'restored');
    await endOtherConnections(client);
    await client.query('COMMIT');
    return { epoch, of: { at: header.at, epoch: header.epoch }, tables };
  } catch (thrown) {
    throw failure(path, thrown);
  } finally {
    // Where something failed the open transaction goes with it.
    await client.end();
  }
}

function failure(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown) ?? '';
  if (thrown instanceof HeedError || !/^(22|23)/.test(code)) return thrown;
  const sentence = `The database does not take what is in ${path}: ${sentenceOf(thrown)}. Nothing was changed.`;
  return new HeedError('backup_does_not_fit', sentence, { code });
}

async function refuseIfUsed(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ used: boolean }>(
    'SELECT EXISTS (SELECT FROM conversation) OR EXISTS (SELECT FROM agent) OR EXISTS (SELECT FROM inbox) AS used',
  );
  if (rows[0]?.used) {
    const sentence =
      'The database is not empty. With --replace everything in it is replaced by the backup; make a backup of it first.';
    throw new HeedError('database_not_empty', sentence);
  }
}

/**
 * Whoever works in the tables that go would wait for some of them and hold others, and one of both would lose: so all
 * connections end first, and new ones wait where they ask for the epoch (EPO1).
 */
async function shutOthersOut(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>("SELECT to_regclass('lineage') IS NOT NULL AS there");
  if (!rows[0]?.there) return;
  await client.query('LOCK TABLE lineage IN ACCESS EXCLUSIVE MODE');
  await endOtherConnections(client);
}

async function dropAll(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('DROP TABLE %I CASCADE', relname) AS statement FROM pg_class
      WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
     UNION ALL
     SELECT format('DROP SEQUENCE IF EXISTS %I CASCADE', relname) FROM pg_class
      WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace
     UNION ALL
     SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', p.oid::regprocedure) FROM pg_proc p
      WHERE p.pronamespace = current_schema()::regnamespace AND p.proowner = current_user::regrole
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`,
  );
  for (const { statement } of rows) await client.query(statement);
}

async function readIn(client: pg.ClientBase, reader: BackupReader, header: Header): Promise<Record<string, number>> {
  // The first epoch came with the tables; that of the backup takes its place.
  await client.query('DELETE FROM lineage');
  const read: Record<string, Content> = {};
  let table: TableReader | undefined;
  for (;;) {
    const next = await reader.next();
    if (table && !('table' in next && next.table === table.name)) read[table.name] = await table.end();
    if (!('table' in next)) {
      compare(header, read, next);
      await setSequences(client, next);
      return Object.fromEntries(Object.entries(read).map(([name, { rows }]) => [name, rows]));
    }
    if (table?.name !== next.table) table = new TableReader(client, columnsOf(header, next.table), next.table);
    await table.write(next.rows);
  }
}

function columnsOf(header: Header, table: string): readonly string[] {
  const columns = header.tables.find(({ name }) => name === table)?.columns;
  if (!columns) throw new HeedError('backup_damaged', `The backup is damaged: it does not say what ${table} is.`);
  return columns;
}

/** Rows of one table on their way in. */
class TableReader {
  readonly name: string;
  readonly #stream: CopyStreamQuery;
  readonly #sha256: Hash = createHash('sha256');
  readonly #done: Promise<void>;
  #rows = 0;

  constructor(client: pg.ClientBase, columns: readonly string[], name: string) {
    this.name = name;
    this.#stream = client.query(copyFrom(`COPY ${quoted([name])} (${quoted(columns)}) FROM STDIN`));
    this.#done = finished(this.#stream);
    // Whoever waits for the end hears of it; until somebody does, it is no unheard failure.
    this.#done.catch(() => undefined);
  }

  async write(rows: Buffer): Promise<void> {
    this.#sha256.update(rows);
    this.#rows += linesIn(rows);
    if (!this.#stream.write(rows)) await Promise.race([once(this.#stream, 'drain'), this.#done]);
  }

  async end(): Promise<Content> {
    this.#stream.end();
    await this.#done;
    return { rows: this.#rows, sha256: this.#sha256.digest('hex') };
  }
}

/** Every table is there with as many rows as were written, and they are the same. */
function compare(header: Header, read: Record<string, Content>, says: End): void {
  for (const { name } of header.tables) {
    const was = says.tables[name];
    const is = read[name] ?? { rows: 0, sha256: createHash('sha256').digest('hex') };
    if (was?.rows === is.rows && was.sha256 === is.sha256) continue;
    const sentence = `The backup is damaged: ${name} has ${is.rows} rows, and they are not the ${was?.rows ?? 0} that were written. Nothing was changed.`;
    throw new HeedError('backup_damaged', sentence);
  }
}

async function setSequences(client: pg.ClientBase, { sequences }: End): Promise<void> {
  for (const [name, value] of Object.entries(sequences))
    await client.query('SELECT setval($1::regclass, $2::bigint)', [quoted([name]), value]);
}

async function directoryVersion(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ version: string }>(
    "SELECT value #>> '{}' AS version FROM setting WHERE key = 'directory'",
  );
  return Number(rows[0]?.version ?? 0);
}

/** Servers that run read the team and its settings again: no number that they know may come back with other contents. */
async function renewDirectory(client: pg.ClientBase, before: number): Promise<void> {
  const version = Math.max(before, await directoryVersion(client)) + 1;
  await client.query(
    "INSERT INTO setting (key, value) VALUES ('directory', to_json($1::int)) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [version],
  );
}
