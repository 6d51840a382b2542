import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Known } from '../domain/lineage.ts';
import { codeOf, sentenceOf } from '../errors.ts';
import type { Log } from '../log.ts';

const number = z.string().regex(/^\d+$/).transform(BigInt);

const content = z.object({
  epochs: z.array(z.string()).min(1),
  identifier: z.string(),
  place: z.string(),
  timeline: z.number(),
  position: number,
  ended: number,
});

/**
 * The file in which a node notes how far it has seen the database come. It lies outside the database's folder, so that it
 * does not go back in time together with it (EPO1).
 */
export class WitnessFile {
  readonly #log: Log;
  #path: string;
  readonly #instead: string;
  #isBroken = false;

  /** `instead` is taken where `path` cannot be written. */
  constructor(path: string, instead: string, log: Log) {
    this.#path = path;
    this.#instead = instead;
    this.#log = log;
  }

  /** The place beside the data folder, unless the settings name another; inside it where beside it nothing can be written. */
  static of(config: { data: string; witnessFile?: string | undefined }, log: Log): WitnessFile {
    const path = config.witnessFile ?? `${config.data.replace(/\/+$/, '')}.witness.json`;
    return new WitnessFile(path, join(config.data, 'witness.json'), log);
  }

  /** What was known when it was last written; 'unreadable' where there is something that cannot be understood. */
  read(): Known | 'unreadable' | undefined {
    const own = this.#readFrom(this.#path);
    return own ?? this.#readFrom(this.#instead);
  }

  #readFrom(path: string): Known | 'unreadable' | undefined {
    try {
      const { epochs, ...rest } = content.parse(JSON.parse(readFileSync(path, 'utf8')));
      return { epochs, standing: { ...rest, next: rest.ended } };
    } catch (thrown) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(thrown) ?? '')) return undefined;
      this.#log.error({ path, error: sentenceOf(thrown) }, 'What was known of the database cannot be read.');
      return 'unreadable';
    }
  }

  /** Replaces it in one step. That it cannot be written is told once: the memory of the running node goes on. */
  write(known: Known): void {
    if (this.#isBroken) return;
    try {
      this.#writeTo(this.#path, known);
    } catch (thrown) {
      if (this.#path !== this.#instead) {
        this.#log.warn({ path: this.#path, code: codeOf(thrown) }, `It is noted in ${this.#instead} in its place.`);
        this.#path = this.#instead;
        return this.write(known);
      }
      this.#isBroken = true;
      const sentence =
        'How far the database has come cannot be noted anywhere, so a copy put back while the server is down goes unnoticed; set HEED_WITNESS_FILE.';
      this.#log.error({ path: this.#path, code: codeOf(thrown) }, sentence);
    }
  }

  #writeTo(path: string, { epochs, standing }: Known): void {
    const half = `${path}.${process.pid}.new`;
    const { identifier, place, timeline, position, ended } = standing;
    const numbers = { position: String(position), ended: String(ended) };
    writeFileSync(half, `${JSON.stringify({ epochs, identifier, place, timeline, ...numbers })}\n`, { mode: 0o600 });
    renameSync(half, path);
  }
}
