import { type Conversation, unansweredCount } from '../domain/conversation.ts';
import type { EntryRow, ItemRow, Pages } from './pages.ts';
import { arrayOf } from './pg-array.ts';
import { type Column, tableOf } from './pg-table.ts';
import type { Key } from './port.ts';

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
  const { entries } = pages;
  const entered = new Set<string>();
  for (const { kind, list } of entries) if (kind === 'entered') entered.add(list);
  const heads: Head[] = [];
  for (const [name, { at, time, isNew }] of pages.heads)
    heads.push({ name, at, time, isNew, entered: entered.has(name) });
  const shown = new Map<string, string>();
  for (const { kind, conversation, body } of entries) if (kind !== 'left') shown.set(conversation, body);
  const [wrote, changed]: [Filed[], Filed[]] = [[], []];
  for (const [id, { conversation, isNew, before }] of pages.conversations) {
    const filed = { conversation, isNew, entry: shown.get(id) ?? null };
    (before && onlyWrote(before, conversation) ? wrote : changed).push(filed);
  }
  return [
    ...HEADS.values(heads),
    ...ITEMS.values(pages.items),
    ...KEYS.values(pages.keys),
    ...CONVERSATIONS.values(changed),
    ...WROTE.values(wrote),
    ...ENTRIES.values(entries),
    ...SERVED.values(pages.served),
  ];
}

type Head = Pages['heads'] extends Map<infer Name, infer At> ? { name: Name; entered: boolean } & At : never;
/** `entry`: what the lists that it stands on say of it. */
type Filed = { conversation: Conversation; isNew: boolean; entry: string | null };
type Known = Omit<Conversation, 'targets'>;

/** What is the same after a message that somebody else had already been waiting behind: all but what `WROTE` has. */
const STAYS: readonly ((c: Known) => unknown)[] = [
  (c) => c.state.queue,
  (c) => c.state.status,
  (c) => c.state.holder,
  (c) => c.lastHolder,
  (c) => c.state.labels,
  (c) => c.priority,
  (c) => c.subject,
  (c) => c.state.answeredUpTo,
  (c) => c.clock.waitingSince,
  (c) => c.clock.soonAt,
  (c) => c.clock.dueAt,
  (c) => c.clock.steps,
  (c) => c.overdue,
  (c) => c.raised,
  (c) => c.told,
  (c) => c.timetable.pausedUntil,
  (c) => c.timetable.nextStepAt,
  (c) => c.replied,
  (c) => c.snoozedUntil,
  (c) => c.enteredAt,
];

/** Most messages change next to nothing of their conversation, and most columns are not written then. */
function onlyWrote(before: Known, after: Conversation): boolean {
  return STAYS.every((of) => of(before) === of(after));
}

/** A head that moves, or that begins where a stream does. */
const HEADS = tableOf<Head>(1, {
  name: { type: 'text', of: ({ name }) => name },
  n: { type: 'int', of: ({ at }) => at.n },
  h: { type: 'text', of: ({ at }) => at.h },
  at: { type: 'timestamptz', of: ({ time }) => time },
  new: { type: 'bool', of: ({ isNew }) => isNew },
  entered: { type: 'bool', of: ({ entered }) => entered },
});

const ITEMS = tableOf<ItemRow>(HEADS.next, {
  stream: { type: 'text', of: ({ stream }) => stream },
  n: { type: 'int', of: ({ item }) => item.n },
  h: { type: 'text', of: ({ item }) => item.h },
  id: { type: 'text', of: ({ item }) => item.id },
  kind: { type: 'text', of: ({ item }) => item.kind },
  actor_type: { type: 'text', of: ({ item }) => item.actor.type },
  actor: { type: 'text', of: ({ item }) => item.actor.id },
  terminal: { type: 'text', of: ({ terminal }) => terminal },
  at: { type: 'timestamptz', of: ({ item }) => item.at },
  body_hash: { type: 'text', of: ({ bodyHash }) => bodyHash },
  shows: { type: 'int', of: ({ shows }) => shows },
  salt: { type: 'bytea', of: ({ salt }) => salt },
  json: { type: 'text', of: ({ json }) => json },
});

const KEYS = tableOf<Key>(ITEMS.next, {
  stream: { type: 'text', of: ({ stream }) => stream },
  actor: { type: 'text', of: ({ actor }) => actor },
  id: { type: 'text', of: ({ id }) => id },
  leads_to: { type: 'text', of: ({ leadsTo }) => leadsTo },
  n: { type: 'int', of: ({ at }) => at?.n ?? null },
  h: { type: 'text', of: ({ at }) => at?.h ?? null },
  body_hash: { type: 'text', of: ({ bodyHash }) => bodyHash },
});

/** What a conversation's row keeps for ever, and what changes. An array of arrays would have to be a rectangle. */
const FIXED = {
  id: { type: 'text', of: (c) => c.id },
  number: { type: 'bigint', of: (c) => c.number },
  customer: { type: 'text', of: (c) => c.customer.id },
  inbox: { type: 'text', of: (c) => c.inbox },
  started_at: { type: 'timestamptz', of: (c) => c.startedAt },
} satisfies Record<string, Column<Conversation>>;
const CHANGING = {
  queue: { type: 'text', of: (c) => c.state.queue },
  status: { type: 'text', of: (c) => c.state.status },
  holder: { type: 'text', of: (c) => c.state.holder },
  last_holder: { type: 'text', of: (c) => c.lastHolder },
  labels: { type: 'text', of: (c) => arrayOf(c.state.labels) },
  priority: { type: 'int', of: (c) => c.priority },
  subject: { type: 'text', of: (c) => c.subject },
  preview: { type: 'text', of: (c) => c.preview },
  answered_up_to: { type: 'int', of: (c) => c.state.answeredUpTo },
  last_customer_n: { type: 'int', of: (c) => c.lastCustomerN },
  unanswered: { type: 'int', of: unansweredCount },
  waiting_since: { type: 'timestamptz', of: (c) => c.clock.waitingSince },
  soon_at: { type: 'timestamptz', of: (c) => c.clock.soonAt },
  due_at: { type: 'timestamptz', of: (c) => c.clock.dueAt },
  steps: { type: 'text', of: (c) => JSON.stringify(c.clock.steps) },
  overdue: { type: 'bool', of: (c) => c.overdue },
  raised: { type: 'text', of: (c) => c.raised },
  told: { type: 'bool', of: (c) => c.told },
  paused_until: { type: 'timestamptz', of: (c) => c.timetable.pausedUntil },
  next_step_at: { type: 'timestamptz', of: (c) => c.timetable.nextStepAt },
  replied: { type: 'bool', of: (c) => c.replied },
  snoozed_until: { type: 'timestamptz', of: (c) => c.snoozedUntil },
  entered_at: { type: 'timestamptz', of: (c) => c.enteredAt },
} satisfies Record<string, Column<Conversation>>;
const CAST: Record<string, string> = { labels: '::text[]', steps: '::json' };
/** The same columns, of what is filed. */
function ofConversation(columns: Record<string, Column<Conversation>>): Record<string, Column<Filed>> {
  const of = ([name, column]: [string, Column<Conversation>]): [string, Column<Filed>] => [
    name,
    { ...column, of: ({ conversation }) => column.of(conversation) },
  ];
  return Object.fromEntries(Object.entries(columns).map(of));
}

const CONVERSATIONS = tableOf<Filed>(KEYS.next, {
  ...ofConversation({ ...FIXED, ...CHANGING }),
  entry: { type: 'text', of: ({ entry }) => entry },
  new: { type: 'bool', of: ({ isNew }) => isNew },
});

const WROTE_COLUMNS = {
  preview: CHANGING.preview,
  last_customer_n: CHANGING.last_customer_n,
  unanswered: CHANGING.unanswered,
};
const WROTE = tableOf<Filed>(CONVERSATIONS.next, {
  ...ofConversation({ id: FIXED.id, ...WROTE_COLUMNS }),
  entry: { type: 'text', of: ({ entry }) => entry },
});

const ENTRIES = tableOf<EntryRow>(WROTE.next, {
  list: { type: 'text', of: ({ list }) => list },
  conversation: { type: 'text', of: ({ conversation }) => conversation },
  n: { type: 'int', of: ({ item }) => item.n },
  kind: { type: 'text', of: ({ kind }) => kind },
  // What stands is said in the conversation's row.
  body: { type: 'text', of: ({ kind, body }) => (kind === 'left' ? body : null) },
  at: { type: 'timestamptz', of: ({ item }) => item.at },
  h: { type: 'text', of: ({ item }) => item.h },
  head: { type: 'text', of: ({ head }) => head },
});

const SERVED = tableOf<Pages['served'][number]>(ENTRIES.next, {
  queue: { type: 'text', of: ({ queue }) => queue },
  at: { type: 'timestamptz', of: ({ at }) => at },
  entered_at: { type: 'timestamptz', of: ({ enteredAt }) => enteredAt },
});

const ATTACH = {
  name: 'ledger-attach',
  text: `UPDATE attachment a SET conversation = u.conversation FROM unnest($1::text[], $2::text[]) AS u(id, conversation) WHERE a.id = u.id`,
};
/** What was erased is nowhere, nor are its files (I12). */
const DETACH = { name: 'ledger-detach', text: 'DELETE FROM attachment WHERE id = ANY($1)' };

const SET = [...Object.keys(CHANGING), 'entry'];
const ALL = [...Object.keys(FIXED), ...SET];
const SET_WROTE = [...Object.keys(WROTE_COLUMNS), 'entry'];
const cast = (prefix: string) => (name: string) => `${prefix}${name}${CAST[name] ?? ''}`;
const ITEM = 'stream, n, h, id, kind, actor_type, actor, terminal, at, body_hash, shows';
const BODY = 'stream, n, salt, json';
const POINT = 'list, n, h, conversation, at, head';
const ENTRY = 'list, conversation, n, kind, body, at';

const WRITE = {
  name: 'ledger-write',
  text: `
WITH head AS MATERIALIZED (
  SELECT * FROM ${HEADS.from('x')}
), born AS (
  INSERT INTO stream (name, birth, n, h, at)
  SELECT name, (SELECT epoch FROM lineage ORDER BY begun_at DESC LIMIT 1), n, h, at FROM head WHERE new
), moved AS (
  UPDATE stream s SET n = head.n, h = head.h, at = head.at, entered_at = CASE WHEN head.entered THEN head.at ELSE s.entered_at END
    FROM head WHERE s.name = head.name AND NOT head.new
), items AS (
  INSERT INTO item (${ITEM}) SELECT ${ITEM} FROM ${ITEMS.from('x', ITEM.split(', '))}
), bodies AS (
  INSERT INTO body (${BODY}) SELECT ${BODY} FROM ${ITEMS.from('x', BODY.split(', '))}
), keys AS (
  INSERT INTO send_key (stream, actor, id, leads_to, n, h, body_hash, cancelled, at)
  SELECT stream, actor, id, leads_to, n, h, body_hash, n IS NULL, clock_timestamp() FROM ${KEYS.from('x')}
), changed AS MATERIALIZED (
  SELECT * FROM ${CONVERSATIONS.from('x')}
), begun AS (
  INSERT INTO conversation (${ALL.join(', ')}) SELECT ${ALL.map(cast('')).join(', ')} FROM changed WHERE new
), went_on AS (
  UPDATE conversation c SET ${SET.map((name) => `${name} = ${cast('x.')(name)}`).join(', ')}
    FROM changed x WHERE c.id = x.id AND NOT x.new
), wrote AS (
  UPDATE conversation c SET ${SET_WROTE.map((name) => `${name} = x.${name}`).join(', ')}
    FROM ${WROTE.from('x')} WHERE c.id = x.id
), served AS (
  INSERT INTO served (queue, at, entered_at) SELECT queue, at, entered_at FROM ${SERVED.from('x')}
), points AS (
  INSERT INTO list_point (${POINT}) SELECT ${POINT} FROM ${ENTRIES.from('x', POINT.split(', '))}
)
INSERT INTO entry (${ENTRY}) SELECT ${ENTRY} FROM ${ENTRIES.from('x', ENTRY.split(', '))}
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
