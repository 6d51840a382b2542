import { type Conversation, unansweredCount } from '../domain/conversation.ts';
import type { Pages } from './pages.ts';

/** A statement with its values, as the driver takes it. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** What writes the pages of a transaction, in order: mostly one statement. */
export function statementsOf(pages: Pages): Statement[] {
  const statements: Statement[] = [];
  if (pages.heads.size > 0 || pages.keys.length > 0) statements.push({ ...WRITE, values: valuesOf(pages) });
  if (pages.mentions.length > 0) {
    const [conversations, agents] = [pages.mentions.map(([c]) => c), pages.mentions.map(([, agent]) => agent)];
    statements.push({ ...MENTION, values: [conversations, agents] });
  }
  if (pages.attached.length > 0)
    statements.push({ ...ATTACH, values: [pages.attached.map(([id]) => id), pages.attached.map(([, c]) => c)] });
  if (pages.detached.length > 0) statements.push({ ...DETACH, values: [pages.detached] });
  if (pages.erasures.length > 0) {
    const values = [pages.erasures.map(({ stream }) => stream), pages.erasures.map(({ n }) => n)];
    statements.push({ ...ERASE, values });
  }
  return statements;
}

function valuesOf(pages: Pages): unknown[] {
  const rows = pages.items;
  const heads = [...pages.heads];
  const conversations = [...pages.conversations.values()];
  const { entries } = pages;
  const entered = new Set(entries.filter(({ kind }) => kind === 'entered').map(({ list }) => list));
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
      pages.keys.map((key) => ({
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
    entries.map((entry) => entry.list),
    entries.map((entry) => entry.conversation),
    entries.map((entry) => entry.item.n),
    entries.map((entry) => entry.item.h),
    entries.map((entry) => entry.kind),
    entries.map((entry) => entry.body),
    entries.map((entry) => entry.item.at),
    entries.map((entry) => entry.head),
    heads.map(([name]) => entered.has(name)),
    JSON.stringify(pages.served.map(({ queue, enteredAt, at }) => ({ queue, at, entered_at: enteredAt }))),
  ];
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
    steps: c.clock.steps,
    overdue: c.overdue,
    raised: c.raised,
    told: c.told,
    paused_until: c.timetable.pausedUntil,
    next_step_at: c.timetable.nextStepAt,
    replied: c.replied,
    snoozed_until: c.snoozedUntil,
    started_at: c.startedAt,
    entered_at: c.enteredAt,
    new: isNew,
  };
}

const ATTACH = {
  name: 'ledger-attach',
  text: `UPDATE attachment a SET conversation = u.conversation FROM unnest($1::text[], $2::text[]) AS u(id, conversation) WHERE a.id = u.id`,
};
/** What was erased is nowhere, nor are its files (I12). */
const DETACH = { name: 'ledger-detach', text: 'DELETE FROM attachment WHERE id = ANY($1)' };

const ROW = `id text, number bigint, customer text, inbox text, queue text, status text, holder text, last_holder text,
  labels text[], priority int, subject text, preview text, answered_up_to int, last_customer_n int, unanswered int,
  waiting_since timestamptz, soon_at timestamptz, due_at timestamptz, steps json, overdue bool, raised text, told bool,
  paused_until timestamptz, next_step_at timestamptz, replied bool,
  snoozed_until timestamptz, started_at timestamptz, entered_at timestamptz`;
const CHANGING = `queue, status, holder, last_holder, labels, priority, subject, preview, answered_up_to, last_customer_n,
  unanswered, waiting_since, soon_at, due_at, steps, overdue, raised, told, paused_until, next_step_at, replied, snoozed_until, entered_at`;
const FIXED = 'id, number, customer, inbox, started_at';
const ASSIGNED = CHANGING.replace(/(\w+)/g, '$1 = x.$1');

const WRITE = {
  name: 'ledger-write',
  text: `
WITH head AS MATERIALIZED (
  SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[], $5::bool[], $29::bool[]) AS x(name, n, h, at, new, entered)
), born AS (
  INSERT INTO stream (name, birth, n, h, at)
  SELECT name, (SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1), n, h, at FROM head WHERE new
), moved AS (
  UPDATE stream s SET n = head.n, h = head.h, at = head.at, entered_at = CASE WHEN head.entered THEN head.at ELSE s.entered_at END
    FROM head WHERE s.name = head.name AND NOT head.new
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
  UPDATE conversation c SET ${ASSIGNED} FROM changed x WHERE c.id = x.id AND NOT x.new
), served AS (
  INSERT INTO served (queue, at, entered_at)
  SELECT queue, at, entered_at FROM json_to_recordset($30::json) AS x(queue text, at timestamptz, entered_at timestamptz)
), points AS (
  INSERT INTO list_point (list, n, h, conversation, at, head)
  SELECT l, n, h, c, at, head
    FROM unnest($21::text[], $22::text[], $23::int[], $24::text[], $27::timestamptz[], $28::text[]) AS u(l, c, n, h, at, head)
)
INSERT INTO entry (list, conversation, n, kind, body, at)
SELECT * FROM unnest($21::text[], $22::text[], $23::int[], $25::text[], $26::text[], $27::timestamptz[])
ON CONFLICT (list, conversation) DO UPDATE SET n = excluded.n, kind = excluded.kind, body = excluded.body, at = excluded.at`,
};

const MENTION = {
  name: 'ledger-mention',
  text: `INSERT INTO mention (conversation, agent)
         SELECT u.c, a.id FROM unnest($1::text[], $2::text[]) AS u(c, id) JOIN agent a ON a.id = u.id ON CONFLICT DO NOTHING`,
};

/**
 * Removes the words of erased items and of their edits from the store, and the hashes by which their sends were
 * recognised (§11). The items themselves stay, so the chain still verifies.
 */
const ERASE = {
  name: 'ledger-erase',
  text: `
WITH gone AS MATERIALIZED (
  SELECT i.stream, i.n, i.id, i.actor FROM unnest($1::text[], $2::int[]) AS e(stream, n)
    JOIN item i ON i.stream = e.stream
    LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
   WHERE i.n = e.n OR (i.kind = 'edited' AND (b.json::json->>'target')::int = e.n)
), bodies AS (
  DELETE FROM body b USING gone WHERE b.stream = gone.stream AND b.n = gone.n
)
UPDATE send_key k SET body_hash = NULL FROM gone
 WHERE k.stream IN (gone.stream, 'chat/new', 'conversation/new') AND k.actor = gone.actor AND k.id = gone.id`,
};
