import type { Point, Stream } from '@heed/protocol';
import type pg from 'pg';
import type { Free } from '../domain/hand-out.ts';
import { codeOf } from '../errors.ts';
import type { Pages } from './pages.ts';
import { onOneJourney } from './pg-journey.ts';
import {
  loadAnswers,
  loadAttachments,
  loadFirst,
  loadFree,
  loadRecent,
  loadSaid,
  loadTargets,
  lockConversations,
  lockLists,
  readNow,
} from './pg-load.ts';
import { statementsOf } from './pg-write.ts';
import {
  type Found,
  type LedgerStore,
  StoreError,
  type Target,
  type TargetWanted,
  type Transaction,
  type Wanted,
} from './port.ts';

/**
 * The ledger's store in PostgreSQL. Its connections are pipelined: what does not depend on an answer is sent without
 * waiting for one, so that a customer's message costs three journeys and not seven.
 */
export function postgresLedgerStore(pool: pg.Pool): LedgerStore {
  return {
    transact: (work) => transact(pool, work),
    ledTo: (actor, ids) => ledTo(pool, actor, ids),
    customerOf: (inbox, id) => customerOf(pool, inbox, id),
  };
}

async function transact<T>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<{ pages: Pages; result: T }>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new StoreError('unreachable', error);
  });
  let broken = true;
  try {
    const { pages, result } = await work(new PostgresTransaction(client));
    await commit(client, pages);
    broken = false;
    return result;
  } catch (error) {
    // Where even the rollback fails the connection is gone, and the transaction with it.
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw codeOf(error) === undefined && !broken ? error : storeError(error);
  } finally {
    client.release(broken);
  }
}

/** Behind a statement that failed, a commit is a rollback and says so. */
async function commit(client: pg.ClientBase, pages: Pages): Promise<void> {
  const [committed] = await onOneJourney(client, () => {
    const writes = statementsOf(pages).map((statement) => client.query(statement));
    return Promise.all([client.query('COMMIT'), ...writes]);
  });
  if (committed.command !== 'COMMIT') throw new Error(`the transaction ended with ${committed.command}`);
}

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error) ?? '';
  // Deadlock, serialisation, and a row that somebody else put there first.
  if (['40P01', '40001', '23505'].includes(code)) return new StoreError('conflict', error);
  return new StoreError(/^2[23]/.test(code) ? 'refused' : 'failed', error);
}

class PostgresTransaction implements Transaction {
  readonly #client: pg.ClientBase;
  #begun: Promise<unknown> | undefined;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  /** Begins with the first question, on the same journey. */
  async #ask<T>(ask: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    const [answer] = await onOneJourney(this.#client, () => {
      this.#begun ??= this.#client.query('BEGIN');
      return Promise.all([ask(this.#client), this.#begun]);
    });
    return answer;
  }

  load(wanted: Wanted): Promise<Found> {
    return this.#ask(async (client) => {
      const [conversations, lists, { now, numbers, keys }, recent, said, answers, attachments] = await Promise.all([
        lockConversations(client, wanted),
        lockLists(client, wanted.lists),
        readNow(client, wanted),
        loadRecent(client, wanted.bases),
        loadSaid(client, wanted.said),
        loadAnswers(client, wanted.answers),
        loadAttachments(client, wanted.attachments),
      ]);
      return { conversations, lists, now, numbers, keys, recent, said, answers, attachments };
    });
  }

  targets(wanted: TargetWanted[]): Promise<(Target | undefined)[]> {
    return this.#ask((client) => loadTargets(client, wanted));
  }

  lockLists(names: Stream[]): Promise<Map<Stream, Point>> {
    return this.#ask((client) => lockLists(client, names));
  }

  async lockQueue(queue: string): Promise<void> {
    await this.#ask((client) => client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [queue]));
  }

  first(queue: string, limit: number): Promise<string[]> {
    return this.#ask((client) => loadFirst(client, queue, limit));
  }

  free(queue: string, heardMs: number): Promise<Free[]> {
    return this.#ask((client) => loadFree(client, queue, heardMs));
  }
}

async function ledTo(pool: pg.Pool, actor: string, ids: string[]): Promise<Stream | undefined> {
  const { rows } = await pool.query<{ leads_to: Stream }>(
    "SELECT leads_to FROM send_key WHERE stream = 'chat/new' AND actor = $1 AND id = ANY($2) AND leads_to IS NOT NULL ORDER BY array_position($2::text[], id::text) LIMIT 1",
    [actor, ids],
  );
  return rows[0]?.leads_to;
}

async function customerOf(pool: pg.Pool, inbox: string, id: string): Promise<{ id: string; name: string } | undefined> {
  const { rows } = await pool.query<{ id: string; name: string }>(
    'SELECT id, name FROM customer WHERE id = $1 AND inbox = $2',
    [id, inbox],
  );
  return rows[0];
}
