import {
  type Actor,
  type ActorType,
  type At,
  type Attachment,
  type ConversationState,
  type Entry,
  evolveConversation,
  type Holder,
  type Item,
  type ItemBodies,
  type ItemKind,
  type Point,
} from '@heed/protocol';
import {
  type Clock,
  clockFor,
  momentOf,
  STOPPED,
  type StepName,
  type Targets,
  type Timetable,
  timeOf,
  timetableOf,
} from './clock.ts';
import type { Trace } from './guard.ts';
import type { Attendance } from './presence.ts';
import type { Answer } from './repeat.ts';

/** A conversation as decisions see it: what its items determine, and the facts of its row. */
export interface Conversation {
  id: string;
  number: number;
  customer: { id: string; name: string };
  inbox: string;
  state: ConversationState;
  lastHolder: Holder | null;
  priority: number;
  subject: string | null;
  preview: string;
  lastCustomerN: number;
  /**
   * Unanswered messages that are only counted: they come before those in `state.unanswered`. A batch in which the
   * customer only writes has no need to know which they are, however long somebody has been waiting.
   */
  earlier: number;
  /** When each message of `state.unanswered` came. */
  waits: readonly At[];
  clock: Clock;
  overdue: boolean;
  /** Whose it was when it was overdue for so long that its priority was raised by one (CLK3). */
  raised: Holder | null;
  /** Whether the supervisors were told. */
  told: boolean;
  /** As of its last item, or since somebody looked. */
  timetable: Timetable;
  /** Whether somebody has replied: then the next-reply target counts. */
  replied: boolean;
  snoozedUntil: At | null;
  startedAt: At;
  enteredAt: At;
  head: Point;
  chatHead: Point;
  targets: Targets;
  /** Where the last holder takes chats and is below capacity, a woken conversation goes back to them (LST7). */
  lastHolderIsFree: boolean;
  /** Whether the agent who has it is there, as of when it was loaded (LST6). */
  attendance: { holder: Holder; is: Attendance } | null;
  /** Who may also read it, as they were named in notes. */
  mentioned: ReadonlySet<string>;
}

/** A conversation before its first item. */
export function emptyConversation(
  about: Pick<Conversation, 'id' | 'number' | 'customer' | 'inbox' | 'head' | 'chatHead' | 'targets'> & {
    queue: string;
    at: At;
  },
): Conversation {
  const { queue, at, ...known } = about;
  return {
    ...known,
    state: { status: 'open', holder: null, queue, labels: [], answeredUpTo: 0, unanswered: [] },
    lastHolder: null,
    priority: 0,
    subject: null,
    preview: '',
    lastCustomerN: 0,
    earlier: 0,
    waits: [],
    clock: STOPPED,
    overdue: false,
    raised: null,
    told: false,
    timetable: { pausedUntil: null, nextStepAt: null },
    replied: false,
    snoozedUntil: null,
    startedAt: at,
    enteredAt: at,
    lastHolderIsFree: false,
    attendance: null,
    mentioned: new Set(),
  };
}

/** An item before it has a number. */
export interface NewItem<K extends ItemKind = ItemKind> {
  id: string;
  kind: K;
  actor: Actor;
  body: ItemBodies[K];
  /** What the customer sees of it; absent where they see nothing. */
  chat?: { kind: ItemKind; body: unknown };
}

const PREVIEW = 160;

/** What a message says: its text, or where it has none the names of its files. */
export function spokenIn({ text, attachments }: Pick<ItemBodies['message'], 'text' | 'attachments'>): string {
  return text !== '' ? text : (attachments ?? []).map(({ name }) => name).join(', ');
}

/** The first line or so of a message, as lists show it. */
export function previewOf(text: string): string {
  const line = text
    .slice(0, PREVIEW * 2)
    .replace(/\s+/gu, ' ')
    .trim();
  if (line.length <= PREVIEW) return line;
  // Never half of a character that takes two units.
  return `${line.slice(0, PREVIEW - 1).replace(/[\uD800-\uDBFF]$/u, '')}…`;
}

/** Who serves the customer, as they are told: the last one who did, once it is resolved. */
export function servedBy(conversation: Conversation): string | null {
  const { status, holder } = conversation.state;
  const who = status === 'resolved' ? conversation.lastHolder : holder;
  return who?.startsWith('agent:') ? who.slice('agent:'.length) : null;
}

/** The conversation after one more item. */
export function evolve(before: Conversation, item: Item): Conversation {
  const state = evolveConversation(before.state, item);
  const waiting = keepWaits(before, state, item);
  const replied = before.replied || (item.kind === 'message' && item.actor.type !== 'customer');
  const holder = state.holder ?? before.state.holder;
  const next: Conversation = {
    ...before,
    state,
    ...waiting,
    replied,
    head: { n: item.n, h: item.h },
    lastHolder: holder ?? before.lastHolder,
    preview:
      item.kind === 'message' && !item.erased
        ? previewOf(spokenIn(item.body as ItemBodies['message']))
        : before.preview,
    snoozedUntil: snoozedUntil(before, item, state),
    enteredAt: state.holder !== before.state.holder && state.holder !== null ? item.at : before.enteredAt,
  };
  const after = item.kind === 'escalated' ? climbed(next, item) : withClock(before, next);
  return timed(after, item.at);
}

/** With what is to be noted of its clock as of now (CLK2). */
export function timed(c: Conversation, now: At): Conversation {
  return { ...c, timetable: timetableOf(c.clock, c.snoozedUntil, c.targets.hours, now) };
}

/** After one more step (CLK3): what is overdue bears a flag, and one that went back to the queue is served sooner. */
function climbed(c: Conversation, item: Item): Conversation {
  const { from, reason } = item.body as ItemBodies['escalated'];
  const done = c.clock.steps.findIndex(({ step }) => step === (reason as StepName));
  const clock = { ...c.clock, steps: c.clock.steps.slice(done + 1) };
  if (reason !== 'return') return { ...c, clock, overdue: true, told: c.told || reason === 'tell' };
  return { ...c, clock, overdue: true, raised: from as Holder, priority: c.priority + 1 };
}

/** Times go with the numbers; `lastCustomerN` is the highest number that still claims an answer (CLK1). */
function keepWaits(
  before: Conversation,
  state: ConversationState,
  item: Item,
): Pick<Conversation, 'waits' | 'lastCustomerN'> {
  if (state.unanswered === before.state.unanswered) return { waits: before.waits, lastCustomerN: before.lastCustomerN };
  if (state.unanswered.length === before.waits.length + 1)
    return { waits: [...before.waits, item.at], lastCustomerN: item.n };
  const times = new Map(before.state.unanswered.map((n, index) => [n, before.waits[index] as At]));
  const last = state.unanswered.at(-1);
  return {
    waits: state.unanswered.map((n) => times.get(n) as At),
    lastCustomerN: last ?? Math.min(before.lastCustomerN, state.answeredUpTo),
  };
}

function snoozedUntil(before: Conversation, item: Item, state: ConversationState): At | null {
  if (state.status !== 'snoozed') return null;
  if (item.kind !== 'snoozed') return before.snoozedUntil;
  const { until } = item.body as ItemBodies['snoozed'];
  // The row and the entries have milliseconds, whatever was sent.
  return timeOf(momentOf(until) ?? Date.parse(item.at));
}

function withClock(before: Conversation, next: Conversation): Conversation {
  const since = before.earlier > 0 ? before.clock.waitingSince : (next.waits[0] ?? null);
  if (since !== null && since === before.clock.waitingSince) return next;
  // What it had climbed it had climbed for those who waited.
  const priority = next.raised === null ? next.priority : next.priority - 1;
  const fresh = { ...next, priority, overdue: false, raised: null, told: false };
  return { ...fresh, clock: since === null ? STOPPED : clockFor(since, before.replied, next.targets) };
}

/** How many messages wait for an answer. */
export function unansweredCount(conversation: Conversation): number {
  return conversation.earlier + conversation.state.unanswered.length;
}

/** The row that lists show (LST2). */
export function entryOf(conversation: Conversation): Entry {
  const { state, clock } = conversation;
  return {
    conversation: conversation.id,
    number: conversation.number,
    head: conversation.head,
    state: state.status === 'snoozed' ? 'snoozed' : unansweredCount(conversation) > 0 ? 'waiting' : 'active',
    customer: conversation.customer,
    inbox: conversation.inbox,
    queue: state.queue,
    holder: state.holder ?? '',
    subject: conversation.subject,
    preview: conversation.preview,
    unanswered: unansweredCount(conversation),
    waitingSince: clock.waitingSince,
    soonAt: clock.soonAt,
    dueAt: clock.dueAt,
    overdue: conversation.overdue,
    pausedUntil: conversation.timetable.pausedUntil,
    priority: conversation.priority,
    labels: state.labels,
    snoozedUntil: conversation.snoozedUntil,
    ...(conversation.told ? { told: true as const } : {}),
  };
}

/** The lists that it stands on: its holder's, and the view of its queue (LST1, LST8). */
export function listsOf(state: ConversationState): string[] {
  if (state.holder === null) return [];
  return [`list/${state.holder}`, `list/open:${state.queue}`].sort();
}

/** What a decision may look at beside the conversation. */
export interface Traces {
  /** Material items above the lowest point that a send of this batch was based on, oldest first. */
  recent: readonly Trace[];
  /** Items that sends of this batch name as their target, by number in the conversation. */
  targets: ReadonlyMap<number, NamedTrace>;
  /** What was said since the customer's last message, oldest first; known where somebody replies (GRD5). */
  answers: readonly Answer[];
  /** Whole files, of those that sends of this batch name. */
  attachments: ReadonlyMap<string, StoredAttachment>;
}

/** A file that was uploaded: whose it is, and the conversation of the message that names it. */
export interface StoredAttachment {
  attachment: Attachment;
  owner: { type: ActorType; id: string };
  conversation: string | null;
}

/** An item that a send names. */
export type NamedTrace = Trace & { covers?: number; inChat?: number; isErased?: boolean };
