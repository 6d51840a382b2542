import { heldOf, isNews, type Pending, type Replica, type Terminal, unseen } from '@heed/client';
import type { Item, Kind, Stream } from '@heed/protocol';
import type { Key, Sentence } from '../words/index.ts';
import { spoken } from './files.ts';
import { firstName } from './people.ts';
import { type Ruler, rulerOf } from './ruler.ts';
import { type Run, sharedRuns } from './shared-runs.ts';
import { hourMinute, hourMinuteSecond, span } from './times.ts';

/** Time in which a reflex may still press what was the Send key a moment ago (DESIGN §4). */
export const REFLEX_MS = 1_600;
/** A hold that came this long after the press found its reply in the outbox. */
const OUTBOX_MS = 3_000;
/** From this many shared runs on, two replies say much the same. */
const MUCH_THE_SAME = 3;

export interface HeldCard {
  id: string;
  /** Changes when it is held again: the card then appears anew. */
  attempt: number;
  text: string;
  title: Sentence;
  text2: Sentence;
  draftLabel: Sentence;
  primary: Sentence;
  edit?: Sentence;
  discard: Sentence;
  /** Sending it goes against what somebody else said: then its author says why (GRD4). */
  asksWhy: boolean;
  /** The number of the last item the reply was written after. */
  yours: number;
  now: number;
  shape:
    | { kind: 'customer'; ruler: Ruler }
    | { kind: 'outbox' | 'repeat' }
    | { kind: 'colleague'; theirs: Item; theirLabel: Sentence; left: Run[]; right: Run[] };
  /** What arrived since it was written, by number. */
  news: readonly Item[];
  /** The first of them that has not been seen yet. */
  firstUnseen?: number;
}

/** What a reply does not know about: material items of others above the point it was based on. */
export function newsFor(t: Terminal, replica: Replica, pending: Pending): Item[] {
  const from = pending.basedOn?.n ?? 0;
  return replica.items.filter((item) => item.n > from && isNews(t, item));
}

function colleagueReply(news: readonly Item[]): Item | undefined {
  const reply = news.findLast((item) => item.kind === 'message' && item.actor.type !== 'customer' && !item.erased);
  const after = news.some((item) => item.actor.type === 'customer' && reply && item.n > reply.n);
  return after ? undefined : reply;
}

/** The card that stands where the composer was, while a reply of this window is held. */
export function heldCard(t: Terminal, s: Stream, reviewing: boolean): HeldCard | undefined {
  const pending = heldOf(t, s);
  const replica = t.replicas.get(s);
  if (pending?.state.name !== 'held' || !replica) return undefined;
  const news = newsFor(t, replica, pending);
  const common = commonOf(t, replica, pending, news);
  const { duplicateOf } = pending.state;
  if (duplicateOf !== undefined) return repeatCard(t, replica, duplicateOf, common);
  const theirs = pending.kind === 'message' ? colleagueReply(news) : undefined;
  if (theirs) return colleagueCard(t, replica, pending, theirs, common);
  const fromOutbox = pending.state.heldAt - pending.pressedAt > OUTBOX_MS;
  return customerCard(replica, pending, { ...common, reviewing, fromOutbox });
}

type Common = Pick<HeldCard, 'id' | 'attempt' | 'text' | 'yours' | 'now' | 'news' | 'firstUnseen'>;

function commonOf(t: Terminal, replica: Replica, pending: Pending, news: Item[]): Common {
  const first = unseen(t, replica)[0];
  return {
    id: pending.id,
    attempt: pending.attempt,
    text: spoken(pending.body),
    yours: pending.basedOn?.n ?? 0,
    now: replica.at?.n ?? 0,
    news,
    ...(first ? { firstUnseen: first.n } : {}),
  };
}

function customerName(replica: Replica): string {
  return firstName(
    replica.customer?.name ?? replica.items.find((item) => item.actor.type === 'customer')?.actor.name ?? '',
  );
}

function whatArrived(replica: Replica, { news, yours }: Common, fromOutbox: boolean): Sentence {
  const count = news.length;
  const messages = news.every((item) => item.kind === 'message' && item.actor.type === 'customer');
  if (fromOutbox) return { key: 'held.outbox.text', values: { count, n: yours } };
  if (count === 0) return { key: 'held.text.behind' };
  if (messages) return { key: 'held.text', values: { count, name: customerName(replica) } };
  return { key: 'held.text.mixed', values: { count } };
}

interface Wording {
  title: Key;
  review: Key;
  go: Key;
}
const REPLY: Wording = { title: 'held.title', review: 'held.review', go: 'held.sendAfter' };
const OTHER: Wording = { title: 'held.title.act', review: 'held.reviewAct', go: 'held.actAfter' };
const ACTS: Partial<Record<Kind, Wording>> = {
  resolve: { title: 'held.title.resolve', review: 'held.reviewResolve', go: 'held.resolveAfter' },
  transfer: { title: 'held.title.transfer', review: 'held.reviewAct', go: 'held.actAfter' },
  snooze: { title: 'held.title.snooze', review: 'held.reviewAct', go: 'held.actAfter' },
  noReplyNeeded: { title: 'held.title.noReply', review: 'held.reviewAct', go: 'held.actAfter' },
};

function customerCard(
  replica: Replica,
  pending: Pending,
  common: Common & { reviewing: boolean; fromOutbox: boolean },
): HeldCard {
  const { reviewing, fromOutbox, ...rest } = common;
  const reply = pending.kind === 'message';
  const time = hourMinuteSecond(pending.pressedAt);
  const says = reply ? REPLY : (ACTS[pending.kind] ?? OTHER);
  return {
    ...rest,
    title: { key: reply && fromOutbox ? 'held.outbox.title' : says.title },
    text2: whatArrived(replica, rest, fromOutbox),
    draftLabel: { key: fromOutbox ? 'held.draft.outbox' : 'held.draft', values: { time } },
    primary: reviewing ? { key: says.go, values: { n: rest.now } } : { key: says.review },
    ...(reply ? { edit: { key: 'held.edit' } } : {}),
    discard: { key: reply ? 'held.discard' : 'held.leaveOpen' },
    asksWhy: false,
    shape: fromOutbox ? { kind: 'outbox' } : { kind: 'customer', ruler: rulerOf(rest.yours, rest.now) },
  };
}

function colleagueCard(t: Terminal, replica: Replica, pending: Pending, theirs: Item, common: Common): HeldCard {
  const { shared } = sharedRuns(spoken(theirs.body), common.text);
  const mine = theirs.actor.id === t.you?.id;
  const name = firstName(theirs.actor.name);
  const customer = customerName(replica);
  return {
    ...common,
    title: mine ? { key: 'held.self.title' } : { key: 'held.colleague.title', values: { name } },
    text2:
      shared >= MUCH_THE_SAME ? { key: 'held.colleague.same', values: { customer } } : whoFirst(t, pending, theirs),
    draftLabel: { key: 'held.colleague.draft', values: { n: common.yours } },
    primary: { key: 'held.colleague.send' },
    edit: { key: 'held.colleague.edit' },
    discard: { key: 'held.colleague.discard' },
    asksWhy: true,
    shape: beside(theirs, common.text, mine),
  };
}

/** GRD5: somebody has said the same since the customer wrote last. */
function repeatCard(t: Terminal, replica: Replica, duplicateOf: number, common: Common): HeldCard {
  const theirs = replica.items.find((item) => item.n === duplicateOf && !item.erased);
  const mine = theirs?.actor.id === t.you?.id;
  const time = theirs ? hourMinute(Date.parse(theirs.at)) : '';
  const name = theirs ? firstName(theirs.actor.name) : '';
  const says: Sentence = mine
    ? { key: 'held.repeat.self', values: { time } }
    : { key: 'held.repeat.text', values: { name, time } };
  return {
    ...common,
    title: { key: 'held.repeat.title' },
    text2: theirs ? says : { key: 'held.repeat.at', values: { n: duplicateOf } },
    draftLabel: { key: 'held.colleague.draft', values: { n: common.yours } },
    primary: { key: 'held.colleague.send' },
    edit: { key: 'held.colleague.edit' },
    discard: { key: 'held.colleague.discard' },
    asksWhy: true,
    shape: theirs ? beside(theirs, common.text, mine) : { kind: 'repeat' },
  };
}

/** Their reply and the draft side by side, with what they share marked. */
function beside(theirs: Item, draft: string, mine: boolean): HeldCard['shape'] {
  const { left, right } = sharedRuns(spoken(theirs.body), draft);
  const values = { name: firstName(theirs.actor.name), time: hourMinuteSecond(Date.parse(theirs.at)), n: theirs.n };
  const theirLabel: Sentence = { key: mine ? 'held.self.sent' : 'held.colleague.sent', values };
  return { kind: 'colleague', theirs, theirLabel, left, right };
}

/** How long before the press the other reply was stored; or that it came while this one waited. */
function whoFirst(t: Terminal, pending: Pending, theirs: Item): Sentence {
  const name = firstName(theirs.actor.name);
  const ms = pending.pressedAt + t.skewMs - Date.parse(theirs.at);
  if (ms < 0) return { key: 'held.colleague.waited', values: { name } };
  const mine = theirs.actor.id === t.you?.id;
  const apart = span(Math.max(1_000, ms));
  return { key: mine ? 'held.self.text' : 'held.colleague.text', values: { name, span: apart } };
}

/** What the primary key does now: move to what has not been seen, or send (DESIGN §4). */
export function reviewStep(card: HeldCard): { do: 'show'; n: number } | { do: 'send' } {
  return card.firstUnseen === undefined ? { do: 'send' } : { do: 'show', n: card.firstUnseen };
}

/** Beside a new item: how long before the press it came. */
export function beforeYouSent(t: Terminal, pending: Pending, item: Item): Sentence {
  const ms = pending.pressedAt + t.skewMs - Date.parse(item.at);
  const team = item.actor.type !== 'customer';
  // Less than a second is not zero seconds.
  const apart = span(Math.max(1_000, Math.abs(ms)));
  if (ms >= 0) return { key: team ? 'held.stored.before' : 'held.arrived.before', values: { span: apart } };
  return { key: team ? 'held.stored.after' : 'held.arrived.after', values: { span: apart } };
}
