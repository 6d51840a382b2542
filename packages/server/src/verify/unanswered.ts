import type { ActorType, Entry } from '@heed/protocol';
import type pg from 'pg';
import { waitsForEver } from '../database/connect.ts';
import { Rows } from './rows.ts';

/** A customer's message that nobody has answered, by the log. */
export interface WaitingMessage {
  n: number;
  at: string;
}

/** A conversation in which somebody waits, as its entry in *Unanswered* has it. */
export interface WaitingConversation {
  conversation: string;
  number: number;
  holder: string;
  waitingSince: string | null;
  dueAt: string | null;
  overdue: boolean;
  messages: WaitingMessage[];
}

export interface Unanswered {
  waiting: WaitingConversation[];
  /** A sentence each, on what the view says and the log does not, or the other way round. */
  differences: string[];
}

interface LogRow {
  id: string;
  n: number;
  kind: string;
  actor_type: ActorType;
  at: Date;
  json: string | null;
}

/** Only what begins a claim or ends one; the words of customers are not read. */
const LOG = `
SELECT substr(i.stream, length('conversation/') + 1) AS id, i.n, i.kind, i.actor_type, i.at,
       CASE WHEN i.kind <> 'message' OR i.actor_type <> 'customer' THEN b.json END AS json
  FROM item i LEFT JOIN body b ON b.stream = i.stream AND b.n = i.n
 WHERE i.stream >= 'conversation/' AND i.stream < 'conversation0'
   AND i.kind IN ('message', 'erased', 'answeredMarked', 'resolved')
 ORDER BY i.stream, i.n`;

const VIEW = `
SELECT v.conversation, coalesce(v.body, c.entry) AS body, ARRAY(SELECT s.list FROM entry s WHERE s.conversation = v.conversation AND s.standing IS NOT NULL) AS lists
  FROM entry v JOIN conversation c ON c.id = v.conversation
 WHERE v.list LIKE 'list/open:%' AND v.kind <> 'left' AND (coalesce(v.body, c.entry)::json->>'unanswered')::int > 0`;

/**
 * Holds the *Unanswered* view against the log, message by message (CLK1, LST8): reads both at one moment, and reckons what
 * waits from the items alone, without the code that keeps the rows.
 */
export async function compareUnanswered(pool: pg.Pool): Promise<Unanswered> {
  const client = await pool.connect();
  try {
    waitsForEver(client);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query("SELECT set_config('statement_timeout', '0', true)");
    const log = await waitingByLog(client);
    const { rows } = await client.query<{ conversation: string; body: string; lists: string[] }>(VIEW);
    const view = new Map(rows.map((row) => [row.conversation, { ...row, entry: JSON.parse(row.body) as Entry }]));
    const differences = [...view.keys()]
      .filter((id) => !log.has(id))
      .map((id) => `${id}: the view shows somebody who waits; by the log nobody does.`);
    const waiting: WaitingConversation[] = [];
    for (const [conversation, messages] of log) {
      const shown = view.get(conversation);
      if (!shown) differences.push(`${conversation}: ${messages.length} wait by the log; the view does not show it.`);
      else differences.push(...differing(conversation, messages, shown.entry, shown.lists));
      const { number = 0, holder = '', waitingSince = null, dueAt = null, overdue = false } = shown?.entry ?? {};
      waiting.push({ conversation, number, holder, waitingSince, dueAt, overdue, messages });
    }
    waiting.sort((a, b) => ((a.dueAt ?? '') < (b.dueAt ?? '') ? -1 : 1));
    return { waiting, differences };
  } finally {
    // The transaction has written nothing, whether it ended well or not.
    client.release(true);
  }
}

async function waitingByLog(client: pg.ClientBase): Promise<Map<string, WaitingMessage[]>> {
  const waiting = new Map<string, WaitingMessage[]>();
  const rows = new Rows<LogRow>(client, 'unanswered_log', LOG);
  for (let first = await rows.head(); first !== undefined; first = await rows.head()) {
    const { id } = first;
    const claims = new Claims();
    for await (const row of rows.while((each) => each.id === id)) claims.next(row);
    if (claims.open.length > 0) waiting.set(id, claims.open);
  }
  return waiting;
}

/** What one conversation's items leave without an answer. */
class Claims {
  readonly #said = new Map<number, WaitingMessage>();
  #answeredUpTo = 0;

  next({ n, kind, actor_type, at, json }: LogRow): void {
    const isCustomer = actor_type === 'customer';
    if (kind === 'message' && isCustomer) {
      this.#said.set(n, { n, at: at.toISOString() });
      return;
    }
    const body = JSON.parse(json ?? '{}') as {
      covers?: number;
      upTo?: number;
      target?: number;
      noReplyNeeded?: { upTo: number };
    };
    if (kind === 'erased' && isCustomer) this.#said.delete(body.target ?? 0);
    const covered = body.covers ?? body.noReplyNeeded?.upTo ?? (kind === 'answeredMarked' ? body.upTo : undefined) ?? 0;
    this.#answeredUpTo = Math.max(this.#answeredUpTo, covered);
  }

  get open(): WaitingMessage[] {
    return [...this.#said.values()].filter(({ n }) => n > this.#answeredUpTo);
  }
}

function differing(id: string, messages: WaitingMessage[], entry: Entry, lists: string[]): string[] {
  const found: string[] = [];
  if (entry.unanswered !== messages.length)
    found.push(`${id}: ${messages.length} wait by the log; the view counts ${entry.unanswered}.`);
  if (entry.waitingSince !== messages[0]?.at)
    found.push(`${id}: by the log since ${messages[0]?.at}; by the view since ${entry.waitingSince}.`);
  if (entry.dueAt === null) found.push(`${id}: somebody waits and no clock runs.`);
  if (lists.length !== 1 || lists[0] !== `list/${entry.holder}`)
    found.push(`${id}: the view names ${entry.holder}; it stands on ${lists.join(', ') || 'no list'}.`);
  return found;
}
