import type pg from 'pg';
import { type Begun, type Doubt, doubtOf, type Known, mayGoOn, remembered, type Standing } from '../domain/lineage.ts';
import { codeOf, HeedError } from '../errors.ts';
import type { Log } from '../log.ts';
import { Landmarks } from './landmarks.ts';
import type { WitnessFile } from './witness.ts';

/** A node looks this often, beside every connection that it opens. */
const LOOK_MS = 1_000;
/** After a commit it looks this soon, so that what was told as stored is soon known to be there. */
const SOON_MS = 50;

/** Any number that no other lock has; who begins an epoch holds it. */
const LOCK = 0x65706f63;

/**
 * Only what is on the disk counts: what was written beyond may be gone after a crash, and nobody was told of it. So too
 * with transactions that ended: one that was rolled back leaves a record that nobody waits for.
 */
const LOOK = `
SELECT (SELECT system_identifier::text FROM pg_control_system()) AS identifier,
       (SELECT oid FROM pg_database WHERE datname = current_database()) || '.' || 'lineage'::regclass::oid AS place,
       ('x' || substr(pg_walfile_name(pg_current_wal_flush_lsn()), 1, 8))::bit(32)::int AS timeline,
       (pg_current_wal_flush_lsn() - '0/0')::text AS position,
       CASE WHEN pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn()
            THEN pg_snapshot_xmin(pg_current_snapshot())::text ELSE '0' END AS ended,
       pg_snapshot_xmax(pg_current_snapshot())::text AS next,
       current_setting('synchronous_standby_names') <> '' AS synchronous,
       (SELECT json_agg(json_build_object('epoch', epoch, 'identifier', identifier::text, 'place', place,
                 'timeline', timeline, 'position', (position - '0/0')::text) ORDER BY begun_at) FROM lineage) AS lineage`;

interface Look {
  now: Standing;
  lineage: Begun[];
}

type Row = Place & { ended: string; next: string; synchronous: boolean };
type Place = { identifier: string | null; place: string | null; timeline: number | null; position: string | null };

/**
 * Knows the epoch of the database, and begins a new one where the database is not the unbroken continuation of what was
 * seen (EPO1). Every connection is looked at before anything uses it, and who begins an epoch ends all other connections
 * to the database: so what is read or written over one connection is of one epoch (I10).
 */
export class Epochs {
  readonly #log: Log;
  readonly #file: WitnessFile;
  readonly #begun: (reason: string) => void;
  #known: Known | undefined;
  #written: Known | undefined;
  #landmarks = new Landmarks();
  #isUnreadable = false;
  #beginning: Promise<void> | undefined;
  #soon: NodeJS.Timeout | undefined;
  #lookSoon: () => Promise<void> = async () => undefined;

  constructor(options: { log: Log; file: WitnessFile; begun?: (reason: string) => void }) {
    this.#log = options.log;
    this.#file = options.file;
    this.#begun = options.begun ?? (() => undefined);
  }

  /** The epoch of everything that is read and written now. */
  get current(): string {
    return this.#known?.epochs.at(-1) ?? '';
  }

  /** Remembers what the file says, looks for the first time, and goes on looking; gives the closer. */
  async start(pool: pg.Pool): Promise<() => Promise<void>> {
    const noted = this.#file.read();
    this.#isUnreadable = noted === 'unreadable';
    if (noted !== 'unreadable' && noted) {
      this.#known = noted.known;
      this.#landmarks = new Landmarks(noted.landmarks);
    }
    await this.#lookThrough(pool);
    const warn = (error: unknown) => this.#log.warn({ code: codeOf(error) }, 'The epoch could not be looked at.');
    let isBusy = false;
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      this.#lookThrough(pool)
        .catch(warn)
        .finally(() => {
          isBusy = false;
        });
    }, LOOK_MS);
    timer.unref();
    this.#lookSoon = () => this.#lookThrough(pool);
    return async () => {
      clearInterval(timer);
      clearTimeout(this.#soon);
      await this.#lookThrough(pool).catch(warn);
    };
  }

  /** Something was committed, and is not told yet: how far the database has come by it is noted soon. */
  committed(news: Parameters<Landmarks['note']>[0]): void {
    this.#landmarks.note(news);
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      // What fails here is found by the next look.
      this.#lookSoon().catch(() => undefined);
    }, SOON_MS).unref();
  }

  async #lookThrough(pool: pg.Pool): Promise<void> {
    const client = await pool.connect();
    let broken = true;
    try {
      await this.look(client);
      broken = false;
    } finally {
      client.release(broken);
    }
    this.#note();
  }

  #note(): void {
    if (this.#known === undefined || this.#known === this.#written) return;
    this.#file.write(this.#known, this.#landmarks.all);
    this.#written = this.#known;
  }

  /** Looks over a connection, and begins an epoch over it where that is called for. */
  async look(client: pg.ClientBase): Promise<void> {
    await this.#beginning;
    const seen = await look(client);
    if ((await this.#doubt(seen, client)) === undefined) return this.#takeUp(seen);
    // One connection of this process begins it; the others wait and look again.
    if (this.#beginning) return await this.look(client);
    this.#beginning = this.#begin(client).finally(() => {
      this.#beginning = undefined;
    });
    await this.#beginning;
  }

  async #doubt({ now, lineage }: Look, client: pg.ClientBase): Promise<Doubt | undefined> {
    if (this.#isUnreadable) return 'witness_unreadable';
    const doubt = doubtOf(lineage, now, this.#known);
    if (!mayGoOn(doubt, now, this.#known, this.#landmarks.all.length > 0)) return doubt;
    if (!(await this.#landmarks.areIn(client))) return doubt;
    await moveOn(client, lineage.at(-1)?.epoch ?? '', now);
    return undefined;
  }

  async #begin(client: pg.ClientBase): Promise<void> {
    await client.query('BEGIN');
    try {
      await lockEpochs(client);
      // Another node may have begun it while this one waited.
      const seen = await look(client);
      const doubt = await this.#doubt(seen, client);
      if (doubt !== undefined) {
        seen.lineage.push({ epoch: await beginEpoch(client, doubt), standing: seen.now });
        await endOtherConnections(client);
      }
      await client.query('COMMIT');
      this.#isUnreadable = false;
      if (doubt === undefined) return this.#takeUp(seen);
      this.#tell(doubt, seen);
      this.#remember(seen);
    } catch (error) {
      // Where even that fails the connection is gone, and the transaction with it.
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  #tell(reason: Doubt, { now, lineage }: Look): void {
    const [parent, epoch] = lineage.slice(-2).map(({ epoch }) => epoch);
    const was = String(this.#known?.standing.position ?? '');
    this.#log.error(
      { reason, epoch, parent, position: String(now.position), was },
      'The database is not what was seen of it before, so a new epoch begins.',
    );
    this.#begun(reason);
  }

  #remember({ now, lineage }: Look): void {
    const known = remembered(lineage, now, this.#known);
    if (known.epochs.at(-1) !== this.#known?.epochs.at(-1) && this.#known) this.#landmarks.forget();
    const was = this.#known?.standing.timeline ?? now.timeline;
    if (known.standing.timeline > was) this.#tellPromotion(known);
    this.#known = known;
  }

  #tellPromotion({ epochs, standing: { timeline } }: Known): void {
    this.#log.warn({ epoch: epochs.at(-1), timeline }, 'A standby of the database was promoted.');
  }

  /** The same; what others began is told. */
  #takeUp(seen: Look): void {
    const before = this.current;
    this.#remember(seen);
    if (before !== '' && before !== this.current) this.#log.warn({ epoch: this.current }, 'A new epoch has begun.');
  }
}

async function look(client: pg.ClientBase): Promise<Look> {
  const { rows } = await client.query<Row & { lineage: (Place & { epoch: string })[] }>(LOOK).catch(explain);
  const row = rows[0];
  const place = row && placeOf(row);
  if (!row || !place) throw new Error('the database says nothing of itself');
  const now: Standing = { ...place, ended: BigInt(row.ended), next: BigInt(row.next), isSynchronous: row.synchronous };
  const lineage = row.lineage.map(({ epoch, ...rest }): Begun => {
    const standing = placeOf(rest);
    return standing ? { epoch, standing } : { epoch };
  });
  if (lineage.at(-1)?.standing === undefined) await fillIn(client, lineage, now);
  return { now, lineage };
}

function explain(thrown: unknown): never {
  if (codeOf(thrown) !== '42501') throw thrown;
  const sentence =
    'The database does not let us see which one it is; as its administrator: GRANT EXECUTE ON FUNCTION pg_control_system() TO the role in DATABASE_URL.';
  throw new HeedError('database_hides', sentence);
}

function placeOf({ identifier, place, timeline, position }: Place): Begun['standing'] {
  if (identifier === null || place === null || timeline === null || position === null) return undefined;
  return { identifier, place, timeline, position: BigInt(position) };
}

/** The first epoch begins with the tables, before anybody looks. */
async function fillIn(client: pg.ClientBase, lineage: readonly Begun[], now: Standing): Promise<void> {
  await client.query(
    `UPDATE lineage SET identifier = $2::bigint, place = $3, timeline = $4, position = '0/0'::pg_lsn + $5::numeric
      WHERE epoch = $1 AND identifier IS NULL`,
    [lineage.at(-1)?.epoch, now.identifier, now.place, now.timeline, String(now.position)],
  );
}

/** The epoch goes on on the timeline of the standby that took over; nodes that come new need not doubt it. */
async function moveOn(client: pg.ClientBase, epoch: string, { timeline, position }: Standing): Promise<void> {
  await client.query(
    "UPDATE lineage SET timeline = $2, position = '0/0'::pg_lsn + $3::numeric WHERE epoch = $1 AND timeline < $2",
    [epoch, timeline, String(position)],
  );
}

/** Nobody else begins an epoch until the caller's transaction ends. */
export async function lockEpochs(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
}

/** Begins an epoch in the caller's transaction, and gives its name. The newest is the one that began last, whatever a clock says. */
export async function beginEpoch(client: pg.ClientBase, reason: string): Promise<string> {
  const { rows } = await client.query<{ epoch: string }>(
    `INSERT INTO lineage (epoch, parent, reason, identifier, place, timeline, position, begun_at)
     SELECT gen_random_uuid(), newest.epoch, $1, now.identifier::bigint, now.place, now.timeline,
            '0/0'::pg_lsn + now.position::numeric,
            greatest(clock_timestamp(), newest.begun_at + interval '1 microsecond')
       FROM (${LOOK}) now, (SELECT epoch, begun_at FROM lineage ORDER BY begun_at DESC LIMIT 1) newest
     RETURNING epoch`,
    [reason],
  );
  return rows[0]?.epoch ?? '';
}

/** Every other node looks anew, before it reads or writes anything more. */
export async function endOtherConnections(client: pg.ClientBase): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = current_user AND application_name = 'heed' AND pid <> pg_backend_pid()`,
  );
}
