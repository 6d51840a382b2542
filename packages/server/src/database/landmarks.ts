import { type Stream, streamType } from '@heed/protocol';
import type pg from 'pg';

/** An item that was stored, by its place and hash: no other log has it there. */
export type Landmark = readonly [s: Stream, n: number, h: string];

/** What a commit made of one stream, as far as it matters here. */
interface News {
  s: Stream;
  items: readonly { n: number; h: string }[];
}

/**
 * More commits than a node has under way at once: the one that came last in the database's log is among them, whatever
 * the order in which the answers came.
 */
const KEPT = 64;

/**
 * An item of each of the last commits that this node was told of. A log that has them all has everything that was told
 * as stored by this node: commits stand in it in one order, and a promoted standby has a log up to some place.
 */
export class Landmarks {
  #kept: Landmark[];

  constructor(kept: readonly Landmark[] = []) {
    this.#kept = [...kept];
  }

  get all(): readonly Landmark[] {
    return this.#kept;
  }

  /** Notes one commit: any of its items stands for all of it. Entries of lists are written anew, so they prove nothing. */
  note(news: readonly News[]): void {
    const lasting = news.find(({ s, items }) => streamType(s) !== 'list' && items.length > 0);
    const item = lasting?.items.at(-1);
    if (!lasting || !item) return;
    this.#kept = [...this.#kept.slice(1 - KEPT), [lasting.s, item.n, item.h]];
  }

  /** Those of a log that is no more prove nothing of the next. */
  forget(): void {
    this.#kept = [];
  }

  /** Whether the database has every one of them. */
  async areIn(client: pg.ClientBase): Promise<boolean> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int FROM unnest($1::text[], $2::int[], $3::text[]) AS mark(stream, n, h)
         JOIN item USING (stream, n, h)`,
      [this.#kept.map(([s]) => s), this.#kept.map(([, n]) => n), this.#kept.map(([, , h]) => h)],
    );
    return rows[0]?.count === this.#kept.length;
  }
}
