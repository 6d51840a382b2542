import type { ActorType, Item } from '@heed/protocol';
import { birthHash, bodyHash, nextHash } from '../domain/chain.ts';
import type { Findings } from './findings.ts';

/** A row of `item` with its body, as the cursors read it. */
export interface LogRow {
  stream: string;
  n: number;
  h: string;
  id: string;
  kind: string;
  actor_type: ActorType;
  actor: string;
  at: Date;
  body_hash: string;
  shows: number | null;
  salt: Buffer | null;
  json: string | null;
}

const COLUMNS = `
SELECT i.stream, i.n, i.h, i.id, i.kind, i.actor_type, i.actor, i.at, i.body_hash, i.shows, b.salt, b.json
  FROM item i LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n`;

/** The order and the columns that `LogRow` names; the two kinds of logs are read side by side. */
export function logRows(type: 'conversation' | 'chat'): string {
  return `${COLUMNS} WHERE i.stream >= '${type}/' AND i.stream < '${type}0' ORDER BY i.stream, i.n`;
}

/** The same of one stream, whose name comes as a literal of SQL. */
export function rowsOf(literal: string): string {
  return `${COLUMNS} WHERE i.stream = ${literal} ORDER BY i.n`;
}

/** Recomputes the chain of one log, item by item (STR1, STR2). */
export class LogChain {
  readonly #findings: Findings;
  readonly #stream: string;
  #n = 0;
  #h: string;
  readonly #ids = new Set<string>();
  /** Items without a body, and what erasures named: at the end the first must be among the second. */
  readonly #bare = new Map<number, string>();
  readonly #erased = new Set<number>();

  constructor(findings: Findings, stream: string, birth: string) {
    this.#findings = findings;
    this.#stream = stream;
    this.#h = birthHash(stream, birth);
  }

  /** Checks the next row and gives its item. A row that is wrong is told of once; what follows is checked from it on. */
  next(row: LogRow): Item {
    const at = row.at.toISOString();
    const actor = { type: row.actor_type, id: row.actor };
    if (row.n !== this.#n + 1) this.#wrong('gap', row.n, `After number ${this.#n} comes ${row.n}.`);
    else {
      const { n, id, kind } = row;
      const h = nextHash(this.#h, { n, id, kind, actor, at, bodyHash: row.body_hash });
      if (h !== row.h) this.#wrong('hash_wrong', n, `The item's hash is ${row.h}; by what stands before it, ${h}.`);
    }
    this.#n = row.n;
    this.#h = row.h;
    this.#once(row);
    const base = { n: row.n, h: row.h, id: row.id, kind: row.kind, actor: { ...actor, name: '' }, at };
    const body = this.#body(row);
    return body === undefined ? { ...base, erased: true } : { ...base, body };
  }

  #once(row: LogRow): void {
    const name = `${row.actor_type}:${row.actor} ${row.id}`;
    if (this.#ids.has(name)) this.#wrong('id_twice', row.n, `The id ${row.id} stands here for the second time.`);
    this.#ids.add(name);
  }

  #body(row: LogRow): unknown {
    if (row.json === null || row.salt === null) {
      this.#findings.count('erased');
      this.#bare.set(row.n, row.kind);
      return undefined;
    }
    this.#findings.count('bodies');
    if (bodyHash(row.salt, row.json) !== row.body_hash)
      this.#wrong('body_wrong', row.n, 'The body is not the one that the item was stored with.');
    const body = parsed(row.json);
    if (body === undefined) this.#wrong('body_wrong', row.n, 'The body is not JSON.');
    if (row.kind === 'erased') this.#erased.add((body as { target?: number } | undefined)?.target ?? 0);
    return body ?? {};
  }

  /** The log is over: its stream's head must be its last item, and what has no body must have been erased. */
  end(head: { n: number; h: string }): void {
    if (head.n !== this.#n || head.h !== this.#h)
      this.#wrong(
        'head_wrong',
        head.n,
        `The stream's head is ${head.n}, ${head.h}; its last item ${this.#n}, ${this.#h}.`,
      );
    for (const [n, kind] of this.#bare) {
      // The edits of what was erased go with it, and with them the number of what they edited.
      const may = this.#erased.has(n) || (kind === 'edited' && this.#erased.size > 0);
      if (!may) this.#wrong('body_missing', n, 'The body is gone, though nobody erased it.');
    }
  }

  #wrong(code: string, n: number, sentence: string): void {
    this.#findings.wrong(code, this.#stream, n, sentence);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
