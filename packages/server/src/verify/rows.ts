import type pg from 'pg';

/** Rows read at once: enough to keep the way to the database quiet, and bounded at the longest bodies. */
const PAGE = 500;

/** A query's rows, a page at a time, with a look at the next one: what is merged needs no more than that in memory. */
export class Rows<T extends pg.QueryResultRow> {
  readonly #client: pg.ClientBase;
  readonly #name: string;
  readonly #text: string;
  #page: T[] = [];
  #next = 0;
  #state: 'new' | 'open' | 'over' = 'new';

  /** The client must be in a transaction, which ends the cursor with itself. */
  constructor(client: pg.ClientBase, name: string, text: string) {
    this.#client = client;
    this.#name = name;
    this.#text = text;
  }

  /** The next row, without passing it; undefined at the end. */
  async head(): Promise<T | undefined> {
    if (this.#next < this.#page.length) return this.#page[this.#next];
    if (this.#state === 'new') await this.#client.query(`DECLARE ${this.#name} NO SCROLL CURSOR FOR ${this.#text}`);
    if (this.#state === 'over') return undefined;
    const { rows } = await this.#client.query<T>(`FETCH ${PAGE} FROM ${this.#name}`);
    this.#page = rows;
    this.#next = 0;
    this.#state = rows.length < PAGE ? 'over' : 'open';
    return rows[0];
  }

  /** Passes the row that `head` gave. */
  pass(): void {
    this.#next++;
  }

  /** All rows that are left. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (let row = await this.head(); row !== undefined; row = await this.head()) {
      this.pass();
      yield row;
    }
  }

  /** The rows from here on while they belong, in their order. */
  async *while(belongs: (row: T) => boolean): AsyncGenerator<T> {
    for (let row = await this.head(); row !== undefined && belongs(row); row = await this.head()) {
      this.pass();
      yield row;
    }
  }
}
