import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Known } from '../domain/lineage.ts';
import { codeOf, sentenceOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Landmark } from './landmarks.ts';

const number = z.string().regex(/^\d+$/).transform(BigInt);

const content = z.object({
  epochs: z.array(z.string()).min(1),
  identifier: z.string(),
  place: z.string(),
  timeline: z.number(),
  position: number,
  ended: number,
  // An older file has neither: then nothing is known of a standby.
  synchronous: z.boolean().default(false),
  landmarks: z.array(z.tuple([z.string(), z.number(), z.string()])).default([]),
});

/** What a node knew of the database when it noted it. */
export interface Noted {
  known: Known;
  landmarks: readonly Landmark[];
}

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
  read(): Noted | 'unreadable' | undefined {
    const own = this.#readFrom(this.#path);
    return own ?? this.#readFrom(this.#instead);
  }

  #readFrom(path: string): Noted | 'unreadable' | undefined {
    try {
      const { epochs, landmarks, synchronous, ...rest } = content.parse(JSON.parse(readFileSync(path, 'utf8')));
      const standing = { ...rest, next: rest.ended, isSynchronous: synchronous };
      return { known: { epochs, standing }, landmarks };
    } catch (thrown) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(thrown) ?? '')) return undefined;
      this.#log.error({ path, error: sentenceOf(thrown) }, 'What was known of the database cannot be read.');
      return 'unreadable';
    }
  }

  /** Replaces it in one step. That it cannot be written is told once: the memory of the running node goes on. */
  write(known: Known, landmarks: readonly Landmark[]): void {
    if (this.#isBroken) return;
    try {
      this.#writeTo(this.#path, { known, landmarks });
    } catch (thrown) {
      if (this.#path !== this.#instead) {
        this.#log.warn({ path: this.#path, code: codeOf(thrown) }, `It is noted in ${this.#instead} in its place.`);
        this.#path = this.#instead;
        return this.write(known, landmarks);
      }
      this.#isBroken = true;
      const sentence =
        'How far the database has come cannot be noted anywhere, so a copy put back while the server is down goes unnoticed; set HEED_WITNESS_FILE.';
      this.#log.error({ path: this.#path, code: codeOf(thrown) }, sentence);
    }
  }

  #writeTo(path: string, { known: { epochs, standing }, landmarks }: Noted): void {
    const half = `${path}.${process.pid}.new`;
    const { identifier, place, timeline, isSynchronous: synchronous } = standing;
    const numbers = { position: String(standing.position), ended: String(standing.ended) };
    const all = { epochs, identifier, place, timeline, ...numbers, synchronous, landmarks };
    writeFileSync(half, `${JSON.stringify(all)}\n`, { mode: 0o600 });
    renameSync(half, path);
  }
}
