import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { codeOf, HeedError, sentenceOf } from '../errors.ts';
import { ownClient } from './client.ts';
import { BackupWriter, type Content, type Header } from './file.ts';

/** Rows are gathered to pieces of this size. */
const PART_BYTES = 1024 * 1024;

const ABOUT = `
SELECT (SELECT max(number) FROM migration) AS schema, (SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1) AS epoch,
       clock_timestamp() AS at`;

/**
 * Each table with the columns that are not computed, and the tables that its rows point at. What is not logged is made
 * again from the others (the search).
 */
const TABLES = `
SELECT t.relname AS name,
  ARRAY(SELECT a.attname::text FROM pg_attribute a
         WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
  ARRAY(SELECT f.confrelid::regclass::text FROM pg_constraint f
         WHERE f.conrelid = t.oid AND f.contype = 'f' AND NOT f.condeferrable AND f.confrelid <> t.oid) AS needs
  FROM pg_class t
 WHERE t.relkind = 'r' AND t.relpersistence = 'p' AND t.relnamespace = current_schema()::regnamespace AND t.relname <> 'migration'
 ORDER BY t.relname`;

const SEQUENCES = `SELECT sequencename AS name, last_value::text AS value FROM pg_sequences
 WHERE schemaname = current_schema() AND last_value IS NOT NULL`;

interface Table {
  name: string;
  columns: string[];
  needs: string[];
}

/** What a backup holds. */
export interface BackedUp {
  epoch: string;
  tables: Record<string, Content>;
}

/**
 * Writes everything that the database holds into one file, as of one moment; whoever works on it goes on (a read-only
 * transaction hinders nobody). A half file is never left.
 */
export async function backUp(connection: pg.ClientConfig, path: string): Promise<BackedUp> {
  if (existsSync(path)) throw new HeedError('file_exists', `${path} exists already; name another file.`);
  const half = `${path}.part`;
  rmSync(half, { force: true });
  const writer = new BackupWriter(half);
  let client: pg.Client | undefined;
  try {
    client = await ownClient(connection);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
    const done = await writeAll(client, writer);
    renameSync(half, path);
    return done;
  } catch (thrown) {
    writer.abandon();
    rmSync(half, { force: true });
    throw unwritable(path, thrown);
  } finally {
    // The transaction has written nothing, whether it ended well or not.
    await client?.end();
  }
}

async function writeAll(client: pg.ClientBase, writer: BackupWriter): Promise<BackedUp> {
  const { rows } = await client.query<{ schema: number; epoch: string; at: Date }>(ABOUT);
  const tables = inOrder((await client.query<Table>(TABLES)).rows);
  const { schema = 0, epoch = '', at = new Date(0) } = rows[0] ?? {};
  const named: Header['tables'] = tables.map(({ name, columns }) => ({ name, columns }));
  await writer.header({ schema, at: at.toISOString(), epoch, tables: named });
  const contents: Record<string, Content> = {};
  for (const table of tables) contents[table.name] = await writeTable(client, writer, table);
  // Sequences stand outside of transactions: read last, they are at least as far as the rows.
  const sequences = await client.query<{ name: string; value: string }>(SEQUENCES);
  await writer.end({
    tables: contents,
    sequences: Object.fromEntries(sequences.rows.map(({ name, value }) => [name, value])),
  });
  return { epoch, tables: contents };
}

/** Each table after those that its rows point at; what is checked at the end of a transaction binds no order. */
function inOrder(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const waiting = [...tables];
  while (waiting.length > 0) {
    const index = waiting.findIndex(({ needs }) =>
      needs.every((name) => !waiting.some((other) => other.name === name)),
    );
    // A ring of references could be read in in no order at all.
    if (index === -1) throw new Error(`these tables need each other: ${waiting.map(({ name }) => name).join(', ')}`);
    ordered.push(...waiting.splice(index, 1));
  }
  return ordered;
}

async function writeTable(client: pg.ClientBase, writer: BackupWriter, { name, columns }: Table): Promise<Content> {
  const sha256 = createHash('sha256');
  let rows = 0;
  let gathered: Buffer[] = [];
  let bytes = 0;
  const flush = async () => {
    if (bytes > 0) await writer.part(name, Buffer.concat(gathered));
    gathered = [];
    bytes = 0;
  };
  for await (const chunk of client.query(copyTo(`COPY ${name} (${quoted(columns)}) TO STDOUT`))) {
    sha256.update(chunk);
    rows += linesIn(chunk);
    gathered.push(chunk);
    bytes += chunk.length;
    if (bytes >= PART_BYTES) await flush();
  }
  await flush();
  return { rows, sha256: sha256.digest('hex') };
}

/** COPY's text has one line for each row; a line feed in a value is written as two other characters. */
export function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}

/** Names of columns as SQL has them. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
}

function unwritable(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === 'ENOSPC') return new HeedError('disk_full', `There is no room for the backup ${path}.`);
  if (code !== undefined && ['EACCES', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EPERM'].includes(code))
    return new HeedError('file_unwritable', `${path} cannot be written: ${sentenceOf(thrown)}.`);
  return thrown;
}
