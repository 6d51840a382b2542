import type pg from 'pg';
import { ulid } from 'ulid';
import type { MailItem } from './compose.ts';

/** A mail that is to be looked at now. */
export interface Due {
  id: string;
  kind: 'reply' | 'transcript';
  conversation: string;
  address: string | null;
  language: string | null;
  tries: number;
}

/** What a mail about a conversation needs to know. */
export interface About {
  email: string | null;
  language: string | null;
  queue: string;
  url: string | null;
  /** Up to which number of the chat its customer has seen it or was mailed it. */
  known: number;
}

/** Whoever claims a mail and ends is followed after so long. */
const LEASE_S = 120;
const MOST = 20;

/** Notes the conversations in which the team replied since a moment to a customer who has an address. */
const NOTE = {
  name: 'mail-note',
  text: `
INSERT INTO mail_due (id, kind, conversation, next_at)
SELECT DISTINCT ON (c.id) 'reply:' || c.id, 'reply', c.id, clock_timestamp()
  FROM send_key k
  JOIN item i ON i.stream = k.stream AND i.n = k.n AND i.kind = 'message' AND i.actor_type IN ('agent', 'bot')
  JOIN conversation c ON c.id = substr(k.stream, 14)
  JOIN customer cu ON cu.id = c.customer AND cu.email IS NOT NULL
 WHERE k.at >= clock_timestamp() - $1 * interval '1 ms' AND k.stream LIKE 'conversation/%'
   AND NOT EXISTS (SELECT 1 FROM mailed m WHERE m.conversation = c.id AND m.at >= k.at)
ON CONFLICT (id) DO NOTHING`,
};

const CLAIM = {
  name: 'mail-claim',
  text: `
UPDATE mail_due SET next_at = clock_timestamp() + interval '${LEASE_S} s', tries = tries + 1
 WHERE id IN (SELECT id FROM mail_due WHERE next_at <= clock_timestamp() ORDER BY next_at LIMIT ${MOST} FOR UPDATE SKIP LOCKED)
RETURNING id, kind, conversation, address, language, tries`,
};

const ABOUT = {
  name: 'mail-about',
  text: `
SELECT cu.email, cu.language, c.queue, greatest(coalesce(r.n, 0), coalesce(m.n, 0)) AS known,
       (SELECT v.url FROM visit v WHERE v.customer = cu.id ORDER BY v.at DESC LIMIT 1) AS url
  FROM conversation c
  JOIN customer cu ON cu.id = c.customer
  LEFT JOIN read_mark r ON r.stream = 'chat/' || c.id AND r.actor_type = 'customer' AND r.actor = cu.id
  LEFT JOIN mailed m ON m.conversation = c.id
 WHERE c.id = $1`,
};

const ITEMS = {
  name: 'mail-items',
  text: `
SELECT i.n, i.kind, i.actor_type, i.at, b.json, coalesce(ag.name, '') AS name
  FROM item i LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n LEFT JOIN agent ag ON ag.id = i.actor
 WHERE i.stream = 'chat/' || $1 AND i.n > $2 AND i.kind IN ('message', 'edited', 'erased', 'resolved')
 ORDER BY i.n LIMIT 2000`,
};

/** Mail that is due, in PostgreSQL; any number of nodes may look after it. */
export class DueMail {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async note(sinceMs: number): Promise<void> {
    await this.#pool.query({ ...NOTE, values: [sinceMs] });
  }

  /** Each is given to one node, for as long as a mail may take. */
  async claim(): Promise<Due[]> {
    return (await this.#pool.query<Due>(CLAIM)).rows;
  }

  async about(conversation: string): Promise<About | undefined> {
    return (await this.#pool.query<About>({ ...ABOUT, values: [conversation] })).rows[0];
  }

  async items(conversation: string, after: number): Promise<MailItem[]> {
    const { rows } = await this.#pool.query({ ...ITEMS, values: [conversation, after] });
    return rows.map((row) => ({
      n: row.n,
      kind: row.kind,
      by: row.actor_type === 'customer' ? 'customer' : 'team',
      name: row.name,
      at: row.at.toISOString(),
      ...(row.json === null ? {} : { body: JSON.parse(row.json) }),
    }));
  }

  async again(id: string, inMs: number, keepsTries = true): Promise<void> {
    await this.#pool.query(
      `UPDATE mail_due SET next_at = clock_timestamp() + $2 * interval '1 ms', tries = CASE WHEN $3 THEN tries ELSE 0 END
        WHERE id = $1`,
      [id, inMs, keepsTries],
    );
  }

  async drop(id: string): Promise<void> {
    await this.#pool.query('DELETE FROM mail_due WHERE id = $1', [id]);
  }

  /** What was mailed is not mailed again. */
  async mailed({ id, kind, conversation }: Due, upTo: number): Promise<void> {
    await this.#pool.query(
      `WITH due AS (DELETE FROM mail_due WHERE id = $1)
       INSERT INTO mailed (conversation, n, at) SELECT $2, $3, clock_timestamp() WHERE $4 = 'reply'
       ON CONFLICT (conversation) DO UPDATE SET n = greatest(mailed.n, excluded.n), at = excluded.at`,
      [id, conversation, upTo, kind],
    );
  }

  async askTranscript(conversation: string, address: string, language: string | null): Promise<void> {
    await this.#pool.query(
      `INSERT INTO mail_due (id, kind, conversation, address, language, next_at)
       VALUES ($1, 'transcript', $2, $3, $4, clock_timestamp())`,
      [ulid(), conversation, address, language],
    );
  }
}
