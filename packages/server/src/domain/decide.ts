import {
  type Actor,
  type At,
  type Body,
  GUARDED,
  type ItemKind,
  type Kind,
  type Override,
  type Point,
  type RefusalCode,
  type Then,
} from '@heed/protocol';
import { momentOf } from './clock.ts';
import type { Conversation, NamedTrace, NewItem, Traces } from './conversation.ts';
import { BECAUSE, unseenBy } from './guard.ts';
import { mayWrite, supervises, type Who } from './permission.ts';
import { absenceOf } from './presence.ts';
import { repeated } from './repeat.ts';
import { holdersAttendance, returned, SYSTEM } from './tend.ts';

/** A send as the decision sees it: numbers already count in the conversation, whatever stream it named. */
export interface Intent {
  id: string;
  kind: Kind;
  body: unknown;
  /** The point named, where it is a true one; else 0 (GRD1). */
  basedOn: Point;
  follows?: string;
  then?: Then;
  override?: Override;
}

export type Decision =
  | { do: 'store'; items: NewItem[] }
  | { do: 'held'; because: number[]; duplicateOf?: number }
  | { do: 'refused'; code: RefusalCode };

/** What lies outside the conversation and a decision must know. */
export interface Surroundings {
  now: At;
  /** Whether a queue or an agent with this id exists. */
  exists(holder: string): boolean;
  textBytes: number;
}

function refuse(code: RefusalCode): Decision {
  return { do: 'refused', code };
}

/** What becomes of one send, given the conversation under its lock (SND6): permission, guard, then the kind's own rule. */
export function decide(c: Conversation, traces: Traces, who: Who, intent: Intent, around: Surroundings): Decision {
  const access = { ...c.state, id: c.id, customer: c.customer.id, mentioned: c.mentioned };
  if (!mayWrite(who, access, intent.kind)) return refuse('forbidden');
  const tooLong = textsOf(intent.body).some((text) => Buffer.byteLength(text) > around.textBytes);
  if (tooLong) return refuse('too_large');
  if (who.type === 'customer' && !CUSTOMERS.has(intent.kind)) return refuse('forbidden');
  if (who.type !== 'customer' && intent.kind === 'rating') return refuse('forbidden');
  const unseen = unseenItems(traces, who, intent);
  const duplicateOf = repeatOf(traces, who, intent);
  if (unseen.length > 0 || duplicateOf !== undefined)
    return { do: 'held', because: unseen.slice(0, BECAUSE), ...(duplicateOf === undefined ? {} : { duplicateOf }) };
  const rule = RULES[intent.kind] as Rule<Kind>;
  return withThen(c, who, intent, around, rule({ c, traces, who, intent, around }, intent.body as never));
}

const CUSTOMERS: ReadonlySet<Kind> = new Set(['message', 'edit', 'erase', 'rating']);

function textsOf(body: unknown): string[] {
  const { text, note, comment } = body as Record<string, unknown>;
  return [text, note, comment].filter((value) => typeof value === 'string');
}

/** GRD2; customers are never refused as stale (SND8). */
function unseenItems(traces: Traces, who: Who, intent: Intent): number[] {
  if (who.type === 'customer' || !GUARDED.has(intent.kind)) return [];
  return unseenBy(traces.recent, {
    basedOn: intent.basedOn.n,
    author: who,
    terminal: who.terminal,
    ...(intent.follows === undefined ? {} : { follows: intent.follows }),
    ...(intent.override ? { upTo: intent.override.upTo.n } : {}),
  });
}

/** GRD5: whether somebody said the same to the customer already, by its number. */
function repeatOf({ answers }: Traces, who: Who, { kind, body, override }: Intent): number | undefined {
  if (who.type === 'customer' || kind !== 'message') return undefined;
  return repeated(answers, (body as Body<'message'>).text, override?.upTo.n ?? 0);
}

interface Case {
  c: Conversation;
  traces: Traces;
  who: Who;
  intent: Intent;
  around: Surroundings;
}
type Rule<K extends Kind> = (situation: Case, body: Body<K>) => Decision;

function actorOf(who: Who): Actor {
  return { type: who.type, id: who.id, name: who.name };
}

function own<K extends ItemKind>(
  { who, intent }: Case,
  kind: K,
  body: NewItem<K>['body'],
  chat?: NewItem['chat'],
): NewItem {
  return { id: intent.id, kind, actor: actorOf(who), body, ...(chat ? { chat } : {}) } as NewItem;
}

function bySystem<K extends ItemKind>(
  intent: Intent,
  kind: K,
  body: NewItem<K>['body'],
  chat?: NewItem['chat'],
): NewItem {
  return { id: `${intent.id}.${kind}`, kind, actor: SYSTEM, body, ...(chat ? { chat } : {}) } as NewItem;
}

const RULES: { [K in Kind]: Rule<K> } = {
  message: (situation, body) => {
    const { who, intent, traces } = situation;
    if (body.text === '' && !body.attachments?.length) return refuse('bad_body');
    if (body.replyTo !== undefined && !traces.targets.has(body.replyTo)) return refuse('bad_body');
    // Customers choose; what there is to choose from is the team's.
    if (body.choices && who.type === 'customer') return refuse('bad_body');
    const named = attached(situation, body);
    if (!named) return refuse('no_attachment');
    return who.type === 'customer' ? customerMessage(situation, named) : reply(situation, named, intent);
  },
  note: (situation, body) => (body.text === '' ? refuse('bad_body') : store(own(situation, 'note', body))),
  edit: (situation, body) => {
    const target = ownTarget(situation, body.target, ['message', 'note']);
    if (!target) return refuse('not_found');
    if (target.actor.id !== situation.who.id || body.text === '')
      return refuse(body.text === '' ? 'bad_body' : 'forbidden');
    // What was erased must not come back in other words.
    if (target.isErased) return refuse('bad_state');
    return store(own(situation, 'edited', body, inChat(target, 'edited', { text: body.text })));
  },
  erase: (situation, body) => {
    const { who, c } = situation;
    const target = ownTarget(situation, body.target, ['message', 'note', 'rated']);
    if (!target) return refuse('not_found');
    const isAuthor = target.actor.type === who.type && target.actor.id === who.id;
    if (!isAuthor && !supervises(who, c.state.queue)) return refuse('forbidden');
    const covers = target.covers === undefined ? {} : { covers: target.covers };
    return store(own(situation, 'erased', { ...body, ...covers }, inChat(target, 'erased', {})));
  },
  assign: (situation, body) => {
    const { c, who, around } = situation;
    if (!supervises(who, c.state.queue)) return refuse('forbidden');
    return c.state.status === 'resolved' ? refuse('bad_state') : move(situation, 'assigned', body, around);
  },
  transfer: (situation, body) => {
    const { c, who, around } = situation;
    const holds = c.state.holder === `agent:${who.id}`;
    if (!holds && !supervises(who, c.state.queue)) return refuse('forbidden');
    return c.state.status === 'resolved' ? refuse('bad_state') : move(situation, 'transferred', body, around);
  },
  resolve: (situation, body) => {
    const { c, intent } = situation;
    if (c.state.status === 'resolved') return refuse('bad_state');
    const mark = body.noReplyNeeded;
    if (mark && mark.upTo > intent.basedOn.n) return refuse('bad_body');
    const left = c.state.unanswered.some((n) => n > (mark?.upTo ?? 0));
    return left ? refuse('unanswered') : store(own(situation, 'resolved', body, { kind: 'resolved', body: {} }));
  },
  reopen: (situation) => {
    const { c, who, intent } = situation;
    if (c.state.status !== 'resolved') return refuse('bad_state');
    const to = `agent:${who.id}`;
    return store(
      own(situation, 'reopened', {}, { kind: 'reopened', body: {} }),
      bySystem(intent, 'assigned', { from: null, to, reason: 'reopened' }),
    );
  },
  snooze: (situation, body) => {
    const { c, around } = situation;
    if (c.state.status === 'resolved') return refuse('bad_state');
    if (c.state.unanswered.length > 0) return refuse('unanswered');
    return isAhead(body.until, around) ? store(own(situation, 'snoozed', body)) : refuse('bad_body');
  },
  label: (situation, body) => {
    const { labels } = situation.c.state;
    const added = [...new Set(body.add ?? [])].filter((label) => !labels.includes(label));
    const removed = [...new Set(body.remove ?? [])].filter((label) => labels.includes(label) && !added.includes(label));
    return store(own(situation, 'labelled', { added, removed }));
  },
  noReplyNeeded: (situation, body) => {
    const { c, intent } = situation;
    if (body.upTo > intent.basedOn.n || body.upTo > c.head.n) return refuse('bad_body');
    return store(own(situation, 'answeredMarked', body));
  },
  rating: (situation, body) => store(own(situation, 'rated', body, { kind: 'rated', body })),
};

/** With each file as its bytes have it; undefined where one is not there, not its author's, or of another conversation. */
function attached({ c, who, traces }: Case, body: Body<'message'>): Body<'message'> | undefined {
  if (!body.attachments?.length) return body;
  const attachments = body.attachments.map(({ id, sha256, size }) => {
    const found = traces.attachments.get(id);
    const isOwn = found?.owner.type === who.type && found.owner.id === who.id;
    const isFree = found?.conversation === null || found?.conversation === c.id;
    const isSame = found?.attachment.sha256 === sha256 && found.attachment.size === size;
    return isOwn && isFree && isSame ? found.attachment : undefined;
  });
  return attachments.every((each) => each !== undefined) ? { ...body, attachments } : undefined;
}

function store(...items: NewItem[]): Decision {
  return { do: 'store', items };
}

/** Whether it is a time at all, and one to come. */
function isAhead(time: string, { now }: Surroundings): boolean {
  const moment = momentOf(time);
  return moment !== undefined && moment > Date.parse(now);
}

/** LST7: what a customer writes to a resolved or snoozed conversation wakes it in the same transaction. */
function customerMessage(situation: Case, body: Body<'message'>): Decision {
  const { c, intent } = situation;
  const basedOn = intent.basedOn.n > 0 ? { basedOn: intent.basedOn } : {};
  const message = own(
    situation,
    'message',
    { ...body, ...basedOn },
    { kind: 'message', body: forChat(situation, body) },
  );
  if (c.head.n === 0) {
    return store(message, bySystem(intent, 'queued', { from: null, to: `queue:${c.state.queue}`, reason: 'new' }));
  }
  if (c.state.status === 'open') return store(message, ...backToQueue(situation));
  const resolved = c.state.status === 'resolved';
  const reopened = bySystem(intent, 'reopened', {}, resolved ? { kind: 'reopened', body: {} } : undefined);
  const last = c.state.holder ?? c.lastHolder;
  const to = last?.startsWith('agent:') && c.lastHolderIsFree ? last : `queue:${c.state.queue}`;
  if (to === c.state.holder) return store(message, reopened);
  const kind = to.startsWith('agent:') ? 'assigned' : 'queued';
  return store(message, reopened, bySystem(intent, kind, { from: c.state.holder, to, reason: 'woken' }));
}

/** LST6: what a customer writes to an agent who is not there goes back to the queue in the same transaction. */
function backToQueue({ c, intent }: Case): NewItem[] {
  const absence = absenceOf(holdersAttendance(c));
  return absence === undefined ? [] : [returned(c, `${intent.id}.returned`, absence)];
}

/** A reply keeps what its author had seen, and what it covers (GRD7); a bot covers only while it is the holder (CLK1). */
function reply(situation: Case, body: Body<'message'>, intent: Intent): Decision {
  const { c, who } = situation;
  const me = `agent:${who.id}`;
  const covers = who.type === 'bot' && c.state.holder !== me ? {} : { covers: intent.basedOn.n };
  const overrode = intent.override ? { overrode: intent.override } : {};
  const message = own(
    situation,
    'message',
    { ...body, seen: intent.basedOn, ...covers, ...overrode },
    { kind: 'message', body: forChat(situation, body) },
  );
  const taken = (reason: string) => bySystem(intent, 'assigned', { from: c.state.holder, to: me, reason });
  if (c.head.n === 0) return store(message, taken('new'));
  if (c.state.status === 'resolved') {
    const reopened = bySystem(intent, 'reopened', {}, { kind: 'reopened', body: {} });
    return store(message, reopened, taken('reply'));
  }
  return c.state.holder?.startsWith('queue:') ? store(message, taken('reply')) : store(message);
}

function move(
  situation: Case,
  kind: 'assigned' | 'transferred',
  body: Body<'assign' & 'transfer'> | Body<'assign'> | Body<'transfer'>,
  around: Surroundings,
): Decision {
  const { c } = situation;
  if (!around.exists(body.to)) return refuse('not_found');
  if (body.to === c.state.holder) return refuse('bad_state');
  const { to, ...rest } = body;
  return store(own(situation, kind, { from: c.state.holder, to, ...rest }));
}

function ownTarget({ traces }: Case, n: number, kinds: string[]): NamedTrace | undefined {
  const target = traces.targets.get(n);
  return target && kinds.includes(target.kind) ? target : undefined;
}

/** A message as the customer sees it: what it answers is named by the customer's number, if they see that at all. */
function forChat({ traces }: Case, body: Body<'message'>): Body<'message'> {
  const { replyTo, ...rest } = body;
  const inChat = replyTo === undefined ? undefined : traces.targets.get(replyTo)?.inChat;
  return inChat === undefined ? rest : { ...rest, replyTo: inChat };
}

/** The customer's window is told in its own numbers, and only of what it shows. */
function inChat(target: { kind: string; inChat?: number }, kind: ItemKind, body: object): NewItem['chat'] | undefined {
  if (!['message', 'rated'].includes(target.kind) || target.inChat === undefined) return undefined;
  return { kind, body: { target: target.inChat, ...body } };
}

/** SND11: what follows the message is part of the same decision; if it may not be, neither may the message. */
function withThen(c: Conversation, who: Who, intent: Intent, around: Surroundings, first: Decision): Decision {
  if (intent.then === undefined || first.do !== 'store') return first;
  if (intent.kind !== 'message' || who.type === 'customer') return refuse('bad_body');
  // What the message itself covers: a bot's nothing, where it is not the holder.
  const { covers = 0 } = (first.items[0] as NewItem<'message'>).body;
  if (c.state.unanswered.some((n) => n > covers)) return refuse('unanswered');
  const actor = actorOf(who);
  if (intent.then === 'resolve') {
    const resolved: NewItem<'resolved'> = {
      id: `${intent.id}.then`,
      kind: 'resolved',
      actor,
      body: {},
      chat: { kind: 'resolved', body: {} },
    };
    return { do: 'store', items: [...first.items, resolved] };
  }
  if (!isAhead(intent.then.snooze, around)) return refuse('bad_body');
  const snoozed: NewItem<'snoozed'> = {
    id: `${intent.id}.then`,
    kind: 'snoozed',
    actor,
    body: { until: intent.then.snooze },
  };
  return { do: 'store', items: [...first.items, snoozed] };
}
