import { canonical } from '../domain/chain.ts';
import { type Clock, USUAL_TARGETS } from '../domain/clock.ts';
import { type Conversation, emptyConversation, entryOf, listsOf, unansweredCount } from '../domain/conversation.ts';
import type { Findings } from './findings.ts';

/** A row of `conversation` with its customer's name and the heads of its streams. */
export interface ConversationRow {
  id: string;
  number: number;
  customer: string;
  customer_name: string | null;
  inbox: string;
  queue: string;
  status: 'open' | 'snoozed' | 'resolved';
  holder: string | null;
  last_holder: string | null;
  labels: string[];
  priority: number;
  subject: string | null;
  preview: string;
  answered_up_to: number;
  last_customer_n: number;
  unanswered: number;
  waiting_since: Date | null;
  soon_at: Date | null;
  due_at: Date | null;
  steps: Clock['steps'];
  overdue: boolean;
  raised: string | null;
  told: boolean;
  paused_until: Date | null;
  next_step_at: Date | null;
  replied: boolean;
  snoozed_until: Date | null;
  started_at: Date;
  entered_at: Date;
  birth: string | null;
  n: number | null;
  h: string | null;
  chat_birth: string | null;
  chat_n: number | null;
  chat_h: string | null;
}

export const CONVERSATION_ROWS = `
SELECT c.id, c.number, c.customer, cu.name AS customer_name, c.inbox, c.queue, c.status, c.holder, c.last_holder, c.labels,
       c.priority, c.subject, c.preview, c.answered_up_to, c.last_customer_n, c.unanswered, c.waiting_since, c.soon_at, c.due_at,
       c.steps, c.overdue, c.raised, c.told, c.paused_until, c.next_step_at, c.replied, c.snoozed_until, c.started_at, c.entered_at,
       s.birth, s.n, s.h, t.birth AS chat_birth, t.n AS chat_n, t.h AS chat_h
  FROM conversation c
  LEFT JOIN customer cu ON cu.id = c.customer
  LEFT JOIN stream s ON s.name = 'conversation/' || c.id
  LEFT JOIN stream t ON t.name = 'chat/' || c.id
 ORDER BY c.id`;

function time(value: Date | null): string | null {
  return value === null ? null : value.toISOString();
}

/** The conversation as its row has it: what its entries must show. */
function asStored(row: ConversationRow): Conversation {
  return {
    ...beginning(row),
    state: {
      status: row.status,
      holder: row.holder,
      queue: row.queue,
      labels: row.labels,
      answeredUpTo: row.answered_up_to,
      unanswered: [],
    },
    // Entries count what waits and name none of it.
    earlier: row.unanswered,
    preview: row.preview,
    clock: {
      waitingSince: time(row.waiting_since),
      soonAt: time(row.soon_at),
      dueAt: time(row.due_at),
      steps: row.steps,
    },
    priority: row.priority,
    overdue: row.overdue,
    told: row.told,
    timetable: { pausedUntil: time(row.paused_until), nextStepAt: time(row.next_step_at) },
    snoozedUntil: time(row.snoozed_until),
    head: { n: row.n ?? 0, h: row.h ?? '' },
  };
}

/** The conversation before its first item; from here on its items must lead to its row. */
export function beginning(row: ConversationRow): Conversation {
  const born = { n: 0, h: '' };
  const begun = emptyConversation({
    id: row.id,
    number: row.number,
    customer: { id: row.customer, name: row.customer_name ?? '' },
    inbox: row.inbox,
    // No item says in which queue the inbox put it, unless it was moved since.
    queue: row.queue,
    at: row.started_at.toISOString(),
    head: born,
    chatHead: born,
    targets: { ...USUAL_TARGETS, returnAfterMs: 1, tellAfterMs: 2 },
  });
  // No item gives a priority but those that raise it.
  const priority = row.raised === null ? row.priority : row.priority - 1;
  return { ...begun, priority, subject: row.subject };
}

/** Holds the row against what the items lead to (habit 10), and its clock against what must be true of any (CLK1). */
export function matchRow(findings: Findings, row: ConversationRow, evolved: Conversation): void {
  const { state } = evolved;
  const pairs: Record<string, [unknown, unknown]> = {
    status: [row.status, state.status],
    holder: [row.holder, state.holder],
    queue: [row.queue, state.queue],
    labels: [row.labels, state.labels],
    answered_up_to: [row.answered_up_to, state.answeredUpTo],
    unanswered: [row.unanswered, unansweredCount(evolved)],
    last_customer_n: [row.last_customer_n, evolved.lastCustomerN],
    waiting_since: [time(row.waiting_since), evolved.clock.waitingSince],
    last_holder: [row.last_holder, evolved.lastHolder],
    replied: [row.replied, evolved.replied],
    priority: [row.priority, evolved.priority],
    overdue: [row.overdue, evolved.overdue],
    raised: [row.raised, evolved.raised],
    told: [row.told, evolved.told],
    preview: [row.preview, evolved.preview],
    snoozed_until: [time(row.snoozed_until), evolved.snoozedUntil],
    entered_at: [time(row.entered_at), evolved.enteredAt],
  };
  for (const [column, [stored, due]] of Object.entries(pairs)) {
    if (canonical(stored) === canonical(due)) continue;
    const sentence = `The row has ${column} = ${shown(column, stored)}; its items lead to ${shown(column, due)}.`;
    findings.wrong('row_differs', `conversation/${row.id}`, evolved.head.n, sentence);
  }
  matchClock(findings, row, unansweredCount(evolved));
}

/** A preview is somebody's words, and those stand in no report. */
function shown(column: string, value: unknown): string {
  return column === 'preview' ? 'another text' : canonical(value);
}

function matchClock(findings: Findings, row: ConversationRow, unanswered: number): void {
  const stream = `conversation/${row.id}`;
  const { waiting_since: since, soon_at: soon, due_at: due } = row;
  if (unanswered > 0) {
    findings.count('waiting');
    const isSeen = row.status === 'open' && row.holder !== null && since !== null && due !== null;
    if (!isSeen)
      findings.wrong('waits_unseen', stream, row.last_customer_n, 'The customer waits without a holder or a clock.');
  }
  const runs = since === null || (soon !== null && due !== null && since <= soon && soon <= due);
  if (!runs) findings.wrong('clock_wrong', stream, 0, 'The clock is due before it began, or not at all.');
  const done = row.overdue ? 'remind' : '';
  if (row.steps.some(({ step, at }) => step === done || (due === null ? unanswered === 0 : at < due.toISOString())))
    findings.wrong('clock_wrong', stream, 0, 'A step is to come that was done, or before the clock is due.');
  const next = row.steps[0]?.at;
  if (next !== undefined && (row.next_step_at === null || row.next_step_at.toISOString() > next))
    findings.wrong('clock_wrong', stream, 0, 'Nobody would look when the next step is due.');
  if (row.paused_until !== null && since === null)
    findings.wrong('clock_wrong', stream, 0, 'A clock stands still that does not run.');
  if (unanswered === 0 && due !== null) findings.wrong('clock_wrong', stream, 0, 'A clock runs for nobody.');
}

/** A row of `entry`, with the conversation of the list's point at its number. */
export interface EntryRow {
  list: string;
  conversation: string;
  n: number;
  kind: 'entered' | 'changed' | 'left';
  body: string;
  point_conversation: string | null;
}

export const ENTRY_ROWS = `
SELECT e.list, e.conversation, e.n, e.kind, coalesce(e.body, c.entry) AS body, p.conversation AS point_conversation
  FROM entry e LEFT JOIN list_point p ON p.list = e.list AND p.n = e.n LEFT JOIN conversation c ON c.id = e.conversation
 ORDER BY e.conversation, e.list`;

/** Holds the entries of a conversation against its row: on its holder's list and its queue's view, and nowhere else (LST1, LST8). */
export function matchEntries(findings: Findings, row: ConversationRow, entries: EntryRow[]): void {
  const stored = asStored(row);
  const lists = listsOf(stored.state);
  const entry = canonical(entryOf(stored));
  const stands = entries.filter(({ kind }) => kind !== 'left');
  for (const { list, n, body } of stands) {
    if (!lists.includes(list)) findings.wrong('entry_too_many', list, n, `It shows ${row.id}, which is not its own.`);
    else if (canonical(JSON.parse(body)) !== entry)
      findings.wrong('entry_body_wrong', list, n, `It shows ${row.id} otherwise than the conversation is.`);
  }
  for (const list of lists)
    if (!stands.some((each) => each.list === list))
      findings.wrong('entry_missing', list, 0, `It does not show ${row.id}, which stands there.`);
  for (const { list, n, point_conversation } of entries) {
    findings.count('entries');
    if (point_conversation !== row.id)
      findings.wrong('entry_point_wrong', list, n, `The entry of ${row.id} has a number that is not its own.`);
  }
}
