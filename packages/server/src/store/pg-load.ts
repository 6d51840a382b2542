import type { At, Attachment, ConversationState, Point, Stream } from '@heed/protocol';
import pg from 'pg';
import { type StoredAttachment, spokenIn } from '../domain/conversation.ts';
import type { Trace } from '../domain/guard.ts';
import type { Free } from '../domain/hand-out.ts';
import { type Answer, MOST_ANSWERS, withItem } from '../domain/repeat.ts';
import { claims } from './claims.ts';
import { arrayOf } from './pg-array.ts';
import {
  type Basis,
  type Key,
  keyName,
  type Loaded,
  type Recent,
  type Target,
  type TargetBody,
  type TargetWanted,
  type Wanted,
} from './port.ts';

/** `attendanceOf` in SQL: how the agent of a row `p`, null where they were never there, attends (LST6). */
export function attendanceCases(awayMs: string, graceMs: string, listens: string): string {
  const ago = (ms: string) => `clock_timestamp() - ${ms} * interval '1 ms'`;
  return `WHEN p.state = 'offline' THEN 'signedOut'
    WHEN p.state = 'away' AND p.state_since <= ${ago(awayMs)} THEN 'away'
    WHEN ${listens} AND (p.state IS NULL OR p.heard_at <= ${ago(graceMs)}) THEN 'gone'
    WHEN p.state = 'away' THEN 'pausing' ELSE 'taking'`;
}

/**
 * What may change while it waits for a lock is never joined: the rows that are locked are then read anew and every
 * condition is asked again, but with the other tables' rows of before, and one whose queue changed would be left out.
 */
const LOCK = {
  name: 'ledger-lock',
  text: `
SELECT c.id, c.number, c.customer, (SELECT cu.name FROM customer cu WHERE cu.id = c.customer) AS customer_name, c.inbox, c.queue, c.status, c.holder, c.last_holder,
       c.labels, c.priority, c.subject, c.preview, c.answered_up_to, c.last_customer_n, c.unanswered,
       c.waiting_since, c.soon_at, c.due_at, c.overdue, c.replied, c.snoozed_until, c.started_at, c.entered_at,
       c.damaged_at IS NOT NULL AS damaged, s.n, s.h, s.at, t.n AS chat_n, t.h AS chat_h,
       c.steps, c.raised, c.told, c.paused_until, c.next_step_at,
       CASE WHEN c.status <> 'open' THEN
         (SELECT p.state = 'taking' AND p.heard_at > clock_timestamp() - $2 * interval '1 ms'
             AND (SELECT count(*) FROM conversation o WHERE o.holder = 'agent:' || p.agent AND o.status = 'open')
                 < (SELECT coalesce((SELECT m.capacity FROM membership m WHERE m.agent = p.agent AND m.queue = q.id), q.capacity)
                      FROM queue q WHERE q.id = c.queue)
            FROM presence p WHERE p.agent = substr(coalesce(c.holder, c.last_holder), 7))
       END AS last_holder_is_free,
       CASE WHEN c.holder LIKE 'agent:%' THEN
         (SELECT CASE ${attendanceCases('$3', '$2', '$4')} END
            FROM (SELECT substr(c.holder, 7) AS agent) a LEFT JOIN presence p USING (agent))
       END AS attendance
  FROM conversation c
  JOIN stream s ON s.name = 'conversation/' || c.id
  JOIN stream t ON t.name = 'chat/' || c.id
 WHERE c.id = ANY($1)
 ORDER BY c.id COLLATE "C"
   FOR UPDATE OF c, s, t`,
};

const WHOLE = {
  name: 'ledger-whole',
  text: `
SELECT c.id, CASE WHEN c.unanswered > 0 THEN ${claims('c')} END AS claims,
       ARRAY(SELECT m.agent FROM mention m WHERE m.conversation = c.id) AS mentioned
  FROM conversation c WHERE c.id = ANY($1)`,
};

/**
 * Locks conversations in id order and reads what decisions need of them (STR4); of those in `whole`, which messages
 * wait. That is asked once the locks are held: a query that has waited for a lock sees the locked rows as they are, but
 * everything beside them as it was when it began to wait.
 */
export async function lockConversations(
  client: pg.ClientBase,
  { conversations, whole, patience }: Pick<Wanted, 'conversations' | 'whole' | 'patience'>,
): Promise<Map<string, Loaded>> {
  if (conversations.length === 0) return new Map();
  const [{ rows }, beside] = await Promise.all([
    client.query({
      ...LOCK,
      values: [conversations, patience.graceMs, patience.awayMs, patience.listens],
      types: TIMES,
    }),
    whole.length === 0 ? undefined : client.query({ ...WHOLE, values: [whole] }),
  ]);
  const known = new Map(beside?.rows.map((row) => [row.id, row]));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        conversation: conversationOf({ ...row, ...known.get(row.id) }),
        lastAt: row.at,
        damaged: row.damaged,
      },
    ]),
  );
}

/** Times as the wire has them, without a detour by way of dates: a row has nine, and every message loads one. */
const TIMES = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.TIMESTAMPTZ ? timeIn : pg.types.getTypeParser(oid, format as never)) as never,
};

/** `2026-01-31 12:00:00.5+00` as PostgreSQL writes it; connections speak UTC. */
function timeIn(text: string): At {
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, '0').slice(0, 3)}Z`;
}

// biome-ignore lint/suspicious/noExplicitAny: the row's shape is the query above
function conversationOf(row: any): Loaded['conversation'] {
  const claimed: [number, string][] = row.claims ?? [];
  const state: ConversationState = {
    status: row.status,
    holder: row.holder,
    queue: row.queue,
    labels: row.labels,
    answeredUpTo: row.answered_up_to,
    unanswered: claimed.map(([n]) => n),
  };
  return {
    id: row.id,
    number: Number(row.number),
    customer: { id: row.customer, name: row.customer_name },
    inbox: row.inbox,
    state,
    lastHolder: row.last_holder,
    priority: row.priority,
    subject: row.subject,
    preview: row.preview,
    lastCustomerN: row.last_customer_n,
    earlier: row.claims ? 0 : row.unanswered,
    waits: claimed.map(([, at]) => new Date(at).toISOString()),
    clock: {
      waitingSince: row.waiting_since,
      soonAt: row.soon_at,
      dueAt: row.due_at,
      steps: row.steps,
    },
    overdue: row.overdue,
    raised: row.raised,
    told: row.told,
    timetable: { pausedUntil: row.paused_until, nextStepAt: row.next_step_at },
    replied: row.replied,
    snoozedUntil: row.snoozed_until,
    startedAt: row.started_at,
    enteredAt: row.entered_at,
    head: { n: row.n, h: row.h },
    chatHead: { n: row.chat_n, h: row.chat_h },
    lastHolderIsFree: row.last_holder_is_free === true,
    attendance: row.attendance === null ? null : { holder: row.holder, is: row.attendance },
    mentioned: new Set(row.mentioned ?? []),
  };
}

const NOW = {
  name: 'ledger-now',
  text: `SELECT date_trunc('milliseconds', clock_timestamp()) AS now,
    ARRAY(SELECT nextval('conversation_number') FROM unnest($1::text[]) AS w(id)
           WHERE NOT EXISTS (SELECT 1 FROM conversation c WHERE c.id = w.id)) AS numbers,
    (SELECT json_agg(json_build_array(k.stream, k.actor, k.id, k.leads_to, k.n, k.h, k.body_hash))
       FROM unnest($2::text[], $3::text[], $4::text[]) AS w(stream, actor, id)
       JOIN send_key k USING (stream, actor, id)) AS keys`,
};
type KeyCells = [Stream, string, string, Stream | null, number | null, string | null, string | null];

/**
 * The batch's time, after the locks (STR5), a number for each conversation that does not exist yet, and the keys that are
 * stored of those named, by `keyName`: whoever stored one held the lock of its conversation.
 */
export async function readNow(
  client: pg.ClientBase,
  { conversations, keys }: Pick<Wanted, 'conversations' | 'keys'>,
): Promise<{ now: At; numbers: number[]; keys: Map<string, Key> }> {
  const named = [keys.map(([s]) => s), keys.map(([, actor]) => actor), keys.map(([, , id]) => id)];
  const { rows } = await client.query({ ...NOW, values: [conversations, ...named].map(arrayOf) });
  const found: KeyCells[] = rows[0].keys ?? [];
  return {
    now: rows[0].now.toISOString(),
    numbers: rows[0].numbers.map(Number),
    keys: new Map(
      found.map(([stream, actor, id, leadsTo, n, h, bodyHash]) => [
        keyName(stream, actor, id),
        { stream, actor, id, leadsTo, at: n === null ? null : { n, h: h ?? '' }, bodyHash },
      ]),
    ),
  };
}

const RECENT = {
  name: 'ledger-recent',
  text: `
SELECT b.i, (p.h IS NOT NULL AND p.h = b.h) AS is_true, t.n, t.id, t.kind, t.actor_type, t.actor, t.terminal
  FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS b(stream, n, h, actor, terminal, i)
  LEFT JOIN item p ON p.stream = b.stream AND p.n = b.n
  LEFT JOIN LATERAL (
    SELECT * FROM item x
     WHERE x.stream = b.stream AND x.n > CASE WHEN p.h = b.h THEN b.n ELSE 0 END
       AND (x.kind IN ('resolved', 'reopened', 'assigned', 'transferred', 'returned') AND x.actor_type <> 'customer'
         OR x.kind = 'note' AND x.actor_type IN ('agent', 'bot')
         OR x.kind IN ('message', 'edited') AND x.actor_type <> 'system'
         OR x.kind = 'erased' AND x.actor_type = 'customer')
       AND NOT (x.terminal IS NOT DISTINCT FROM b.terminal
                AND (x.actor_type = 'system' OR x.actor = b.actor AND x.actor_type IN ('agent', 'bot')))
     ORDER BY x.n LIMIT 101) t ON true`,
};

/**
 * For each basis whether its point is a true one, and what is above it (GRD1, GRD2): the first ones, and so none that
 * the guard would pass over, or they could stand before one that it must not.
 */
export async function loadRecent(client: pg.ClientBase, bases: Basis[]): Promise<Recent[]> {
  const result = bases.map((): Recent => ({ isTrue: false, recent: [] }));
  if (bases.length === 0) return result;
  const values = [
    bases.map((basis) => `conversation/${basis.conversation}`),
    bases.map((basis) => Math.min(basis.point.n, 2 ** 31 - 1)),
    bases.map((basis) => basis.point.h),
    bases.map((basis) => basis.actor),
    bases.map((basis) => basis.terminal),
  ];
  const { rows } = await client.query({ ...RECENT, values });
  for (const row of rows) {
    const found = result[Number(row.i) - 1];
    if (!found) continue;
    found.isTrue = row.is_true;
    if (row.n !== null) found.recent.push(traceOf(row));
  }
  return result;
}

// biome-ignore lint/suspicious/noExplicitAny: the row's shape is the query above
function traceOf(row: any): Trace {
  return {
    n: row.n,
    id: row.id,
    kind: row.kind,
    actor: { type: row.actor_type, id: row.actor },
    terminal: row.terminal,
  };
}

const TARGETS = {
  name: 'ledger-targets',
  text: `
SELECT w.i, c.n, c.h, c.id, c.kind, c.actor_type, c.actor, c.terminal, t.n AS in_chat, b.json
  FROM unnest($1::text[], $2::int[], $3::bool[]) WITH ORDINALITY AS w(conversation, n, in_chat, i)
  LEFT JOIN LATERAL (
    SELECT x.n FROM item x WHERE NOT w.in_chat AND x.stream = 'chat/' || w.conversation AND x.n <= w.n AND x.shows = w.n
    UNION ALL SELECT w.n WHERE w.in_chat LIMIT 1) t ON true
  JOIN item c ON c.stream = 'conversation/' || w.conversation
    AND c.n = CASE WHEN w.in_chat THEN (SELECT y.shows FROM item y WHERE y.stream = 'chat/' || w.conversation AND y.n = w.n) ELSE w.n END
  LEFT JOIN body b ON b.stream = c.stream AND b.n = c.n`,
};

/** The items that sends point at, by place in `wanted`. */
export async function loadTargets(client: pg.ClientBase, wanted: TargetWanted[]): Promise<(Target | undefined)[]> {
  if (wanted.length === 0) return [];
  const values = [
    wanted.map((target) => target.conversation),
    wanted.map((target) => Math.min(target.n, 2 ** 31 - 1)),
    wanted.map((target) => target.inChat),
  ];
  const { rows } = await client.query({ ...TARGETS, values });
  const targets: (Target | undefined)[] = wanted.map(() => undefined);
  for (const row of rows) {
    const body: TargetBody = row.json === null ? {} : JSON.parse(row.json);
    targets[Number(row.i) - 1] = {
      ...traceOf(row),
      h: row.h,
      isErased: row.json === null,
      ...(row.in_chat === null ? {} : { inChat: row.in_chat }),
      ...(body.covers === undefined ? {} : { covers: body.covers }),
      ...(body.attachments === undefined ? {} : { attachments: body.attachments.map(({ id }) => id) }),
    };
  }
  return targets;
}

const SAID = {
  name: 'ledger-said',
  text: `
SELECT w.conversation, m.n, m.json FROM unnest($1::text[], $2::int[]) AS w(conversation, count)
 CROSS JOIN LATERAL (
   SELECT i.n, b.json FROM item i JOIN body b USING (stream, n)
    WHERE i.stream = 'conversation/' || w.conversation AND i.kind = 'message' ORDER BY i.n DESC LIMIT w.count) m`,
};

/** The newest messages of conversations, so many of each, by number: what is left to preview after an erasure. */
export async function loadSaid(
  client: pg.ClientBase,
  counts: ReadonlyMap<string, number>,
): Promise<Map<string, Map<number, string>>> {
  const said = new Map<string, Map<number, string>>();
  if (counts.size === 0) return said;
  const { rows } = await client.query({ ...SAID, values: [[...counts.keys()], [...counts.values()]] });
  for (const { conversation, n, json } of rows) {
    const messages = said.get(conversation) ?? new Map<number, string>();
    said.set(conversation, messages.set(n, spokenIn(JSON.parse(json))));
  }
  return said;
}

const ANSWERS = {
  name: 'ledger-answers',
  text: `
SELECT w.conversation, a.n, a.kind, a.json FROM unnest($1::text[]) AS w(conversation)
 CROSS JOIN LATERAL (
   SELECT i.n, i.kind, b.json FROM item i JOIN body b USING (stream, n)
    WHERE i.stream = 'conversation/' || w.conversation AND i.kind IN ('message', 'edited')
      AND i.actor_type IN ('agent', 'bot')
      AND i.n > coalesce((SELECT x.n FROM item x WHERE x.stream = i.stream AND x.kind = 'message'
                             AND x.actor_type = 'customer' ORDER BY x.n DESC LIMIT 1), 0)
    ORDER BY i.n DESC LIMIT ${MOST_ANSWERS}) a
 ORDER BY w.conversation, a.n`,
};

/** What agents and bots said since the customer's last message, as it stands (GRD5); what was erased is not there. */
export async function loadAnswers(
  client: pg.ClientBase,
  conversations: string[],
): Promise<Map<string, readonly Answer[]>> {
  const answers = new Map(conversations.map((id): [string, readonly Answer[]] => [id, []]));
  if (conversations.length === 0) return answers;
  const { rows } = await client.query({ ...ANSWERS, values: [[...new Set(conversations)]] });
  for (const { conversation, n, kind, json } of rows) {
    const item = { n, kind, actor: { type: 'agent' as const }, body: JSON.parse(json) };
    answers.set(conversation, withItem(answers.get(conversation) ?? [], item));
  }
  return answers;
}

const ATTACHMENTS = {
  name: 'ledger-attachments',
  text: `SELECT id, owner_type, owner, name, type, size, sha256, width, height, conversation
           FROM attachment WHERE id = ANY($1) AND whole_at IS NOT NULL`,
};

/** Those of the files that are whole. */
export async function loadAttachments(client: pg.ClientBase, ids: string[]): Promise<Map<string, StoredAttachment>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query({ ...ATTACHMENTS, values: [ids] });
  return new Map(
    rows.map(({ id, owner_type, owner, name, type, size, sha256, width, height, conversation }) => {
      const picture = width === null || height === null ? {} : { width, height };
      const attachment: Attachment = { id, name, type, size, sha256, ...picture };
      return [id, { attachment, owner: { type: owner_type, id: owner }, conversation }];
    }),
  );
}

const LISTS = {
  name: 'ledger-lists',
  // Not `= ANY`: how many they are would be reckoned anew, and the statement planned, each time.
  text: `SELECT name, n, h FROM stream WHERE name IN (SELECT unnest($1::text[])) ORDER BY name FOR UPDATE OF stream`,
};

/** Locks lists in name order, after the conversations (STR4). */
export async function lockLists(client: pg.ClientBase, names: string[]): Promise<Map<Stream, Point>> {
  if (names.length === 0) return new Map();
  const { rows } = await client.query({ ...LISTS, values: [names] });
  return new Map(rows.map((row) => [row.name, { n: row.n, h: row.h }]));
}

/** A query for the agents of a queue who wait for work (LST5). */
export function freeAgents(queue: string, heardMs: string): string {
  return `
SELECT a.id AS agent, coalesce(m.capacity, f.capacity) - held.count AS room,
       extract(epoch FROM greatest(p.state_since, p.signed_in_at, s.entered_at)) * 1000 AS since,
       extract(epoch FROM p.signed_in_at) * 1000 AS signed_in_at
  FROM membership m
  JOIN queue f ON f.id = m.queue
  JOIN agent a ON a.id = m.agent AND a.disabled_at IS NULL
  JOIN presence p ON p.agent = a.id AND p.state = 'taking' AND p.heard_at > clock_timestamp() - ${heardMs} * interval '1 ms'
  JOIN stream s ON s.name = 'list/agent:' || a.id
 CROSS JOIN LATERAL (SELECT count(*)::int FROM conversation o WHERE o.holder = 'agent:' || a.id AND o.status = 'open') held
 WHERE m.queue = ${queue} AND held.count < coalesce(m.capacity, f.capacity)`;
}

/** Who of a queue waits for work. */
export async function loadFree(client: pg.ClientBase, queue: string, heardMs: number): Promise<Free[]> {
  const { rows } = await client.query({ name: 'free', text: freeAgents('$1', '$2'), values: [queue, heardMs] });
  return rows.map((row) => ({
    agent: row.agent,
    room: row.room,
    since: Number(row.since),
    signedInAt: Number(row.signed_in_at),
  }));
}

const FIRST = {
  name: 'take-first',
  text: `
SELECT id FROM conversation WHERE holder = $1 AND status = 'open'
 ORDER BY priority DESC, coalesce(waiting_since, 'infinity'), entered_at, id LIMIT $2`,
};

/** The ids of the first so many of a queue, in its order (LST4). */
export async function loadFirst(client: pg.ClientBase, queue: string, limit: number): Promise<string[]> {
  const { rows } = await client.query({ ...FIRST, values: [`queue:${queue}`, limit] });
  return rows.map((row) => row.id);
}
