import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { constants, createGunzip, createGzip, type Gzip } from 'node:zlib';
import { z } from 'zod';
import { codeOf, HeedError, sentenceOf } from '../errors.ts';

/** The format of the file; one that this program does not know is refused. */
const FORMAT = 1;

const header = z.object({
  heed: z.literal('backup'),
  format: z.number(),
  /** The number of the last migration that the tables had gone through. */
  schema: z.number().int().positive(),
  at: z.string(),
  epoch: z.string(),
  /** In the order in which they can be read in again. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()).min(1) })),
});
/** What a backup says of itself before its rows. */
export type Header = Omit<z.infer<typeof header>, 'heed' | 'format'>;

const part = z.object({ table: z.string(), bytes: z.number().int().positive() });
const content = z.object({ rows: z.number(), sha256: z.string() });
/** What a table's rows were: so many lines of COPY's text, with this hash. */
export type Content = z.infer<typeof content>;

const end = z.object({
  end: z.literal(true),
  tables: z.record(z.string(), content),
  sequences: z.record(z.string(), z.string()),
});
/** What a backup says at its end; a file without it is not whole. */
export type End = Omit<z.infer<typeof end>, 'end'>;

/**
 * A backup: one gzipped file of lines of JSON, each `{table, bytes}` followed by so many bytes of rows. It is written
 * beside its name and gets it when it is whole.
 */
export class BackupWriter {
  readonly #gzip: Gzip = createGzip({ level: constants.Z_BEST_SPEED });
  readonly #output: WriteStream;
  #failure: unknown;
  readonly #failed: Promise<void>;

  constructor(path: string) {
    this.#output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    this.#failed = new Promise((resolve) => {
      const fail = (error: unknown) => {
        this.#failure ??= error;
        resolve();
      };
      this.#output.on('error', fail);
      this.#gzip.on('error', fail);
    });
    this.#gzip.pipe(this.#output);
  }

  async header(says: Header): Promise<void> {
    await this.#write(`${JSON.stringify({ heed: 'backup', format: FORMAT, ...says })}\n`);
  }

  async part(table: string, rows: Buffer): Promise<void> {
    await this.#write(`${JSON.stringify({ table, bytes: rows.length })}\n`);
    await this.#write(rows);
  }

  async end(says: End): Promise<void> {
    await this.#write(`${JSON.stringify({ end: true, ...says })}\n`);
    this.#gzip.end();
    await finished(this.#output);
  }

  /** Whatever is open is closed; the half file stays for the caller to remove. */
  abandon(): void {
    this.#gzip.destroy();
    this.#output.destroy();
  }

  async #write(data: string | Buffer): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const isFull = !this.#gzip.write(data);
    if (isFull) await Promise.race([once(this.#gzip, 'drain'), this.#failed]);
  }
}

/** Reads a backup from its beginning to its end, once. */
export class BackupReader {
  readonly #path: string;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
    const file = createReadStream(path);
    const gunzip = createGunzip();
    file.on('error', (error) => gunzip.destroy(error));
    this.#chunks = file.pipe(gunzip)[Symbol.asyncIterator]();
  }

  async header(): Promise<Header> {
    const says = header.safeParse(await this.#line());
    if (!says.success) throw new HeedError('not_a_backup', `${this.#path} is not a backup of Heed.`);
    if (says.data.format > FORMAT)
      throw new HeedError('backup_newer', `${this.#path} was made by a newer Heed; restore it with that one.`);
    return says.data;
  }

  /** The next stretch of rows, or the end. */
  async next(): Promise<{ table: string; rows: Buffer } | End> {
    const line = await this.#line();
    const last = end.safeParse(line);
    if (last.success) return last.data;
    const next = part.safeParse(line);
    if (!next.success) throw this.#broken('a line of it makes no sense');
    return { table: next.data.table, rows: await this.#bytes(next.data.bytes) };
  }

  async #line(): Promise<unknown> {
    let length = this.#rest.indexOf(10);
    while (length === -1) {
      await this.#more();
      length = this.#rest.indexOf(10);
    }
    const text = (await this.#bytes(length + 1)).toString();
    try {
      return JSON.parse(text);
    } catch {
      // Whoever asked says what should have been there.
      return undefined;
    }
  }

  async #bytes(length: number): Promise<Buffer> {
    while (this.#rest.length < length) await this.#more();
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#chunks.next().catch((error: unknown) => {
      const code = codeOf(error);
      if (code === 'ENOENT') throw new HeedError('no_backup', `There is no file ${this.#path}.`);
      if (code === 'Z_DATA_ERROR' && this.#rest.length === 0)
        throw new HeedError('not_a_backup', `${this.#path} is not a backup of Heed.`);
      throw this.#broken(sentenceOf(error));
    });
    if (done) throw this.#broken('it ends too soon');
    this.#rest = Buffer.concat([this.#rest, value]);
  }

  #broken(why: string): HeedError {
    return new HeedError('backup_damaged', `The backup ${this.#path} is damaged: ${why}. Nothing was changed.`);
  }
}
