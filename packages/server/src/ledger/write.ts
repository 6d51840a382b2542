import { randomFillSync } from 'node:crypto';
import type { At, Item, Point, Stream } from '@heed/protocol';
import type pg from 'pg';
import { bodyHash, canonical, listItemId, nextHash, nextListHash } from '../domain/chain.ts';
import { type Conversation, entryOf, listsOf, type NewItem, unansweredCount } from '../domain/conversation.ts';
import type { Key } from './load.ts';

const SALT_BYTES = 16;
let salts = Buffer.alloc(0);

/** Each body its own salt (STR2); the system is asked for many at once, since asking costs more than the bytes. */
function nextSalt(): Buffer {
  if (salts.length < SALT_BYTES) salts = randomFillSync(Buffer.alloc(SALT_BYTES * 512));
  const salt = salts.subarray(0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}

interface ItemRow {
  stream: Stream;
  item: Item;
  terminal: string | null;
  bodyHash: string;
  shows: number | null;
  salt: Buffer;
  json: string;
}

/** Everything that one transaction will write (STR4), gathered while commands are decided. */
export class Pages {
  readonly items: ItemRow[] = [];
  readonly heads = new Map<Stream, { at: Point; time: At; isNew: boolean }>();
  readonly keys: Key[] = [];
  readonly conversations = new Map<string, { conversation: Conversation; isNew: boolean }>();
  readonly entries: {
    list: Stream;
    conversation: string;
    kind: 'entered' | 'changed' | 'left';
    body: string;
    item: Item;
  }[] = [];
  readonly mentions: [string, string][] = [];

  /** Numbers and hashes an item after a stream's head. */
  append(
    stream: Stream,
    head: Point,
    item: Omit<NewItem, 'chat'>,
    at: At,
    terminal: string | null,
    shows: number | null,
  ): Item {
    const salt = nextSalt();
    const json = canonical(item.body);
    const hashed = bodyHash(salt, json);
    const n = head.n + 1;
    const { id, kind, actor, body } = item;
    const h = nextHash(head.h, { n, id, kind, actor, at, bodyHash: hashed });
    const stored: Item = { n, h, id, kind, actor, at, body };
    this.items.push({ stream, item: stored, terminal, bodyHash: hashed, shows, salt, json });
    return stored;
  }

  /** Writes what a conversation's change means to the lists it stands on or leaves (LST1, LST2, LST8). */
  list(before: Conversation | undefined, after: Conversation, heads: Map<Stream, Point>, at: At): void {
    const left = before && before.head.n > 0 ? listsOf(before.state) : [];
    const on = listsOf(after.state);
    const entry = entryOf(after);
    for (const list of new Set([...left, ...on])) {
      const kind = !on.includes(list) ? 'left' : left.includes(list) ? 'changed' : 'entered';
      const body = kind === 'left' ? { conversation: after.id, to: after.state.holder } : entry;
      const head = heads.get(list);
      if (!head) throw new Error(`the list ${list} does not exist`);
      const n = head.n + 1;
      const id = listItemId(after.id, n);
      const h = nextListHash(head.h, n, id);
      heads.set(list, { n, h });
      const item: Item = { n, h, id, kind, actor: { type: 'system', id: 'system', name: '' }, at, body };
      this.entries.push({ list, conversation: after.id, kind, body: JSON.stringify(body), item });
    }
  }

  async write(client: pg.ClientBase): Promise<void> {
    await client.query({ ...WRITE, values: this.values() });
    if (this.mentions.length > 0) {
      await client.query(
        'INSERT INTO mention (conversation, agent) SELECT u.c, a.id FROM unnest($1::text[], $2::text[]) AS u(c, id) JOIN agent a ON a.id = u.id ON CONFLICT DO NOTHING',
        [this.mentions.map(([conversation]) => conversation), this.mentions.map(([, agent]) => agent)],
      );
    }
  }

  private values(): unknown[] {
    const rows = this.items;
    const heads = [...this.heads];
    const conversations = [...this.conversations.values()];
    return [
      heads.map(([name]) => name),
      heads.map(([, { at }]) => at.n),
      heads.map(([, { at }]) => at.h),
      heads.map(([, { time }]) => time),
      heads.map(([, { isNew }]) => isNew),
      rows.map((row) => row.stream),
      rows.map((row) => row.item.n),
      rows.map((row) => row.item.h),
      rows.map((row) => row.item.id),
      rows.map((row) => row.item.kind),
      rows.map((row) => row.item.actor.type),
      rows.map((row) => row.item.actor.id),
      rows.map((row) => row.terminal),
      rows.map((row) => row.item.at),
      rows.map((row) => row.bodyHash),
      rows.map((row) => row.shows),
      rows.map((row) => row.salt),
      rows.map((row) => row.json),
      JSON.stringify(
        this.keys.map((key) => ({
          stream: key.stream,
          actor: key.actor,
          id: key.id,
          leads_to: key.leadsTo,
          n: key.at?.n ?? null,
          h: key.at?.h ?? null,
          body_hash: key.bodyHash,
        })),
      ),
      JSON.stringify(conversations.map(({ conversation, isNew }) => rowOf(conversation, isNew))),
      this.entries.map((entry) => entry.list),
      this.entries.map((entry) => entry.conversation),
      this.entries.map((entry) => entry.item.n),
      this.entries.map((entry) => entry.item.h),
      this.entries.map((entry) => entry.kind),
      this.entries.map((entry) => entry.body),
      this.entries.map((entry) => entry.item.at),
    ];
  }
}

function rowOf(c: Conversation, isNew: boolean) {
  return {
    id: c.id,
    number: c.number,
    customer: c.customer.id,
    inbox: c.inbox,
    queue: c.state.queue,
    status: c.state.status,
    holder: c.state.holder,
    last_holder: c.lastHolder,
    labels: c.state.labels,
    priority: c.priority,
    subject: c.subject,
    preview: c.preview,
    answered_up_to: c.state.answeredUpTo,
    last_customer_n: c.lastCustomerN,
    unanswered: unansweredCount(c),
    waiting_since: c.clock.waitingSince,
    soon_at: c.clock.soonAt,
    due_at: c.clock.dueAt,
    overdue: c.overdue,
    replied: c.replied,
    snoozed_until: c.snoozedUntil,
    started_at: c.startedAt,
    entered_at: c.enteredAt,
    new: isNew,
  };
}

const ROW = `id text, number bigint, customer text, inbox text, queue text, status text, holder text, last_holder text,
  labels text[], priority int, subject text, preview text, answered_up_to int, last_customer_n int, unanswered int,
  waiting_since timestamptz, soon_at timestamptz, due_at timestamptz, overdue bool, replied bool,
  snoozed_until timestamptz, started_at timestamptz, entered_at timestamptz`;
const CHANGING = `queue, status, holder, last_holder, labels, priority, subject, preview, answered_up_to, last_customer_n,
  unanswered, waiting_since, soon_at, due_at, overdue, replied, snoozed_until, entered_at`;
const FIXED = 'id, number, customer, inbox, started_at';

const WRITE = {
  name: 'ledger-write',
  text: `
WITH head AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::bool[]) AS x(name, n, h, at, new)
), born AS (
  INSERT INTO stream (name, birth, n, h, at)
  SELECT name, (SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1), n, h, at FROM head WHERE new
), moved AS (
  UPDATE stream s SET n = head.n, h = head.h, at = head.at FROM head WHERE s.name = head.name AND NOT head.new
), items AS (
  INSERT INTO item (stream, n, h, id, kind, actor_type, actor, terminal, at, body_hash, shows)
  SELECT * FROM unnest($6::text[], $7::int[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
                       $14::timestamptz[], $15::text[], $16::int[])
), bodies AS (
  INSERT INTO body (stream, n, salt, json) SELECT * FROM unnest($6::text[], $7::int[], $17::bytea[], $18::text[])
), keys AS (
  INSERT INTO send_key (stream, actor, id, leads_to, n, h, body_hash, cancelled, at)
  SELECT stream, actor, id, leads_to, n, h, body_hash, n IS NULL, clock_timestamp()
    FROM json_to_recordset($19::json) AS x(stream text, actor text, id text, leads_to text, n int, h text, body_hash text)
), changed AS MATERIALIZED (
  SELECT * FROM json_to_recordset($20::json) AS x(${ROW}, new bool)
), begun AS (
  INSERT INTO conversation (${FIXED}, ${CHANGING}) SELECT ${FIXED}, ${CHANGING} FROM changed WHERE new
), went_on AS (
  UPDATE conversation c SET (${CHANGING}) = (SELECT ${CHANGING.replace(/(\w+)/g, 'x.$1')}) FROM changed x WHERE c.id = x.id AND NOT x.new
), points AS (
  INSERT INTO list_point (list, n, h, conversation, at)
  SELECT l, n, h, c, at FROM unnest($21::text[], $22::text[], $23::int[], $24::text[], $27::timestamptz[]) AS u(l, c, n, h, at)
)
INSERT INTO entry (list, conversation, n, kind, body, at)
SELECT * FROM unnest($21::text[], $22::text[], $23::int[], $25::text[], $26::text[], $27::timestamptz[])
ON CONFLICT (list, conversation) DO UPDATE SET n = excluded.n, kind = excluded.kind, body = excluded.body, at = excluded.at`,
};
