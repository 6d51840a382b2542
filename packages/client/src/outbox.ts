import { type FrameOf, GUARDED, mayTryAgain, type Request, type Stream, streamType } from '@heed/protocol';
import { CAN_BE_HELD } from '#windows';
import { bindFiles, freeFiles, goAgain, obstacleTo } from './local-files.ts';
import { diverge, emptyReplica, furthest, hashAt, receiveUpdate, reopen } from './replica.ts';
import { isInStep, seenPoint } from './selectors.ts';
import type { Pending, Replica } from './state.ts';
import {
  dropPending,
  grounded,
  keepPending,
  nextRe,
  note,
  setPending,
  setReplica,
  transmit,
  type Work,
} from './work.ts';

/** At most this many sends are in flight on one terminal (SND4). */
const IN_FLIGHT = 8;
const KEPT_IDS = 5_000;

export type NewPending = Pick<Pending, 'id' | 's' | 'kind' | 'body' | 'then' | 'override' | 'basedOn'>;

/** A key press: the point seen is frozen into it now, before anything else happens (GRD1). */
export function press(w: Work, send: NewPending): void {
  const basedOn = send.basedOn ?? seenPoint(w.t, send.s);
  const numbersOf = namesNumber(send.body) ? w.t.replicas.get(send.s)?.epoch : undefined;
  const pending: Pending = {
    ...send,
    basedOn,
    ...(numbersOf ? { numbersOf } : {}),
    ...bindFiles(w, send),
    terminal: w.t.id,
    attempt: 1,
    pressedAt: w.now,
    order: w.t.serial + 1,
    state: { name: 'writing' },
  };
  const mine = new Set([...w.t.mine, send.id].slice(-KEPT_IDS));
  w.t = { ...w.t, serial: w.t.serial + 1, mine, outbox: [...w.t.outbox, pending] };
  w.effects.push({ do: 'put-pending', pending: { ...pending, state: { name: 'waiting' } } });
}

/** Whether a body names an item by its number (§11): what it edits, erases or answers, or how far no reply is needed. */
function namesNumber(body: unknown): boolean {
  const { target, replyTo, upTo, noReplyNeeded } = (body ?? {}) as Record<string, unknown>;
  return [target, replyTo, upTo, noReplyNeeded].some((named) => named !== undefined);
}

/** The outbox has it for good: now it may be shown and transmitted (SND1). */
export function written(w: Work, id: string): void {
  const pending = find(w, id);
  if (pending?.state.name === 'writing') setPending(w, { ...pending, state: { name: 'waiting' } });
  flush(w);
}

/** A new press of a held, refused or reviewed send: same id, new `basedOn`, next attempt, last place (GRD3, SND4). */
export function again(w: Work, id: string, override: Pending['override']): void {
  const pending = find(w, id);
  if (!pending || !['held', 'refused', 'review'].includes(pending.state.name)) return;
  const { override: _, retryAt: __, ...rest } = pending;
  const basedOn = seenPoint(w.t, pending.s);
  // Who was shown the repeat and presses again means it, as far as they have seen (GRD5).
  const isRepeat = pending.state.name === 'held' && pending.state.duplicateOf !== undefined;
  const insisted = override ?? (isRepeat ? { upTo: basedOn } : undefined);
  w.t = { ...w.t, serial: w.t.serial + 1 };
  keepPending(w, {
    ...rest,
    basedOn,
    attempt: pending.attempt + 1,
    pressedAt: w.now,
    order: w.t.serial,
    state: { name: 'waiting' },
    ...(insisted ? { override: insisted } : {}),
  });
  flush(w);
}

/** Takes a send back. Where a copy may be under way, the server is told until it answers (SND9). */
export function withdraw(w: Work, id: string): void {
  const pending = find(w, id);
  if (!pending || pending.state.name === 'stored') return;
  freeFiles(w, id);
  if (!pending.flown) return dropPending(w, id);
  const { retryAt: _, ...rest } = pending;
  keepPending(w, { ...rest, state: { name: 'cancelling' } });
  flush(w);
}

function find(w: Work, id: string | undefined): Pending | undefined {
  return w.t.outbox.find((pending) => pending.id === id);
}

/** Sends what may go now, stream by stream in the order of the presses (SND4). */
export function flush(w: Work): void {
  if (w.t.link.state !== 'open' || w.t.outbox.length === 0) return;
  for (const s of new Set(w.t.outbox.map((pending) => pending.s))) flushStream(w, s);
}

function flushStream(w: Work, s: Stream): void {
  if (isBegunAgain(w, s)) return;
  const queue = w.t.outbox.filter((pending) => pending.s === s).sort((a, b) => a.order - b.order);
  const flying: Pending[] = [];
  let held = false;
  for (const pending of queue) if (pending.state.name === 'cancelling') tellCancelled(w, pending);
  for (const pending of queue) {
    if (CAN_BE_HELD && (pending.state.name === 'held' || pending.state.name === 'review')) held = true;
    if (pending.state.name === 'flying') flying.push(pending);
    if (pending.state.name !== 'waiting' || (held && GUARDED.has(pending.kind))) continue;
    if (isAstray(w, pending)) {
      keepPending(w, { ...pending, state: { name: 'refused', code: 'bad_state', message: ASTRAY } });
      continue;
    }
    const obstacle = obstacleTo(w.t, pending);
    if (obstacle?.name === 'refused') {
      keepPending(w, { ...pending, state: { ...obstacle, code: `file_${obstacle.code}` } });
      continue;
    }
    if (obstacle || !mayFly(w, pending)) return;
    flying.push(fly(w, pending, followed(flying, pending)));
  }
}

/** SND4: what is to be said in a conversation stands behind what begins it once more (SND7). */
function isBegunAgain(w: Work, s: Stream): boolean {
  return w.t.outbox.some(({ began, state }) => began === s && (state.name === 'waiting' || state.name === 'flying'));
}

/**
 * Which of those under way a send follows (SND4): the last one. But where that one went past a guarded one before it, as
 * what is not guarded may, a guarded send follows the last guarded one, or it would go past it too.
 */
function followed(flying: readonly Pending[], pending: Pending): Pending | undefined {
  const last = flying.at(-1);
  if (!CAN_BE_HELD) return last;
  const guarded = flying.findLast(({ kind }) => GUARDED.has(kind));
  if (!guarded || !GUARDED.has(pending.kind)) return last;
  let link = last;
  while (link && link !== guarded) link = flying.find(({ id }) => id === link?.follows);
  return link ? last : guarded;
}

const ASTRAY = 'The database went back. Press anew.';

/** EPO2: in another epoch the number that a send names may be another item's, and it would be about that one. */
function isAstray(w: Work, { numbersOf }: Pending): boolean {
  return numbersOf !== undefined && w.t.epoch !== undefined && numbersOf !== w.t.epoch;
}

function mayFly(w: Work, pending: Pending): boolean {
  if (pending.retryAt !== undefined && pending.retryAt > w.now) return false;
  if (w.t.outbox.filter((other) => other.state.name === 'flying').length >= IN_FLIGHT) return false;
  // A desk does not send while its window may be behind (I9); a customer's words are never held up (SND8). Where there
  // is no window, or none any more, the server's answer says what is to be known.
  if (!CAN_BE_HELD) return true;
  const replica = w.t.replicas.get(pending.s);
  const hasWindow = w.t.watched.has(pending.s) && replica?.phase.name !== 'gone';
  const guarded = w.t.kind !== 'widget' && GUARDED.has(pending.kind) && hasWindow;
  return !guarded || isInStep(w.t, replica, w.now);
}

function fly(w: Work, pending: Pending, before: Pending | undefined): Pending {
  const session = w.t.link.state === 'open' ? w.t.link.session : '';
  const { follows: _, retryAt: __, ...rest } = pending;
  const flying: Pending = {
    ...rest,
    ...(before ? { follows: before.id } : {}),
    flown: true,
    state: { name: 'flying', re: nextRe(w), at: w.now, session },
  };
  setPending(w, flying);
  transmit(w, sendFrame(w, flying));
  if (!pending.flown) w.effects.push({ do: 'put-pending', pending: { ...flying, state: { name: 'waiting' } } });
  return flying;
}

function sendFrame(w: Work, pending: Pending): Request {
  const { id, s, kind, body, attempt, basedOn, follows, then, override } = pending;
  return {
    t: 'send',
    id,
    s,
    epoch: w.t.epoch ?? '',
    kind,
    body,
    attempt,
    ...(basedOn ? { basedOn } : {}),
    ...(follows ? { follows } : {}),
    ...(then ? { then } : {}),
    ...(override ? { override } : {}),
    ...(pending.state.name === 'flying' ? { re: pending.state.re } : {}),
  };
}

function tellCancelled(w: Work, pending: Pending): void {
  if (pending.state.name === 'cancelling' && pending.state.re !== undefined) return;
  const { retryAt = 0, ...rest } = pending;
  if (retryAt > w.now) return;
  const re = nextRe(w);
  setPending(w, { ...rest, state: { name: 'cancelling', re, at: w.now } });
  transmit(w, { t: 'cancel', s: pending.s, id: pending.id, re });
}

/** What was under way on a connection that ended goes again on the next, as the same attempt. */
export function groundAll(w: Work): void {
  w.t = { ...w.t, outbox: w.t.outbox.map(grounded) };
}

export function receiveSent(w: Work, frame: FrameOf<'sent'>): void {
  const pending = find(w, frame.id);
  if (!pending) return;
  if (pending.s !== frame.s) begun(w, pending, frame.s);
  const replica = w.t.replicas.get(frame.s);
  // Where the window will never show it (not watched, or gone), `sent` is all that can come.
  if (replica && w.t.watched.has(frame.s) && replica.phase.name !== 'gone') isStored(w, replica, pending, frame);
  else dropPending(w, frame.id);
  flush(w);
}

/** What is stored stays in the outbox until the window holds it (SND1). */
function isStored(w: Work, replica: Replica, pending: Pending, { s, at }: FrameOf<'sent'>): void {
  const h = hashAt(replica, at.n);
  const isHeld = replica.phase.name === 'held' && at.n <= (replica.at?.n ?? 0);
  // What is held up to there holds it, though it may be older than the window.
  if (isHeld && (h === undefined || h === at.h)) return dropPending(w, pending.id);
  keepPending(w, { ...pending, s, state: { name: 'stored', at } });
  if (isHeld) return diverge(w, replica, { n: at.n, h: h ?? '' }, at);
  // The log reaches this far: until the window does, it may be behind (I9).
  if (at.n > furthest(replica).n) setReplica(w, { ...replica, head: at });
}

/**
 * The first message began its conversation (SND7): what is behind it belongs there, also what is under way and follows
 * it, since the next copy of it would begin another; and the window opens. What went alone, since the one before it was
 * being taken back, begins a conversation itself, and a copy of it under another name would be stored a second time.
 */
function begun(w: Work, first: Pending, s: Stream): void {
  const isNamed = first.s.endsWith('/new') && streamType(s) === 'chat';
  for (const pending of isNamed ? goingWith(w, first) : []) {
    const { began: _, ...rest } = pending;
    keepPending(w, { ...rest, s });
  }
  if (w.t.watched.has(s)) return;
  w.t = { ...w.t, watched: new Set(w.t.watched).add(s) };
  if (!w.t.replicas.has(s)) setReplica(w, emptyReplica(s));
  reopen(w, s);
}

/** A first message, what waits behind it, and what is under way and follows it. */
function goingWith(w: Work, first: Pending): Pending[] {
  const ids = new Set([first.id]);
  const sameStream = w.t.outbox.filter(({ s }) => s === first.s).sort((a, b) => a.order - b.order);
  return sameStream.filter(({ id, flown, follows }) => {
    const isTheirs = ids.has(id) || !flown || ids.has(follows ?? '');
    if (isTheirs) ids.add(id);
    return isTheirs;
  });
}

/** GRD3: nothing is stored; the answer repairs the window, and the draft stays as it was typed. */
export function receiveHeld(w: Work, frame: FrameOf<'held'>): void {
  if (!CAN_BE_HELD) return;
  receiveUpdate(w, frame.update);
  const pending = find(w, frame.id);
  // An answer to an older press only repairs.
  if (!pending || pending.attempt !== frame.attempt || pending.state.name !== 'flying') return;
  const { because, duplicateOf } = frame;
  keepPending(w, {
    ...pending,
    state: { name: 'held', because, heldAt: w.now, ...(duplicateOf === undefined ? {} : { duplicateOf }) },
  });
  flush(w);
}

export function receiveRefused(w: Work, frame: FrameOf<'refused'>): void {
  const pending = find(w, frame.id) ?? w.t.outbox.find((p) => 're' in p.state && p.state.re === frame.re);
  if (!pending || (pending.state.name !== 'flying' && pending.state.name !== 'cancelling')) return;
  if (pending.state.name === 'cancelling') {
    if (!mayTryAgain(frame.code)) return dropPending(w, pending.id);
    return setPending(w, { ...pending, retryAt: w.now + (frame.retryAfterMs ?? 1_000), state: { name: 'cancelling' } });
  }
  if (frame.code === 'no_attachment' && goAgain(w, pending)) {
    setPending(w, { ...pending, state: { name: 'waiting' } });
  } else if (!mayTryAgain(frame.code)) {
    keepPending(w, { ...pending, state: { name: 'refused', code: frame.code, message: frame.message } });
  } else if (CAN_BE_HELD && frame.code === 'wrong_epoch' && w.t.kind !== 'widget') {
    keepPending(w, { ...pending, state: { name: 'review' } });
  } else {
    const pause = frame.retryAfterMs ?? (frame.code === 'unknown_follows' ? 100 : 1_000 + 1_000 * w.chance);
    setPending(w, { ...pending, retryAt: w.now + pause, state: { name: 'waiting' } });
  }
  flush(w);
}

/**
 * A new epoch: customers' sends go again in order, an agent's must be looked at again (EPO2). What was stored in the epoch
 * that ended may be stored no longer.
 */
export function reviewAll(w: Work): void {
  if (!CAN_BE_HELD || w.t.kind === 'widget') return storeAgain(w);
  for (const pending of w.t.outbox) {
    const open = pending.state.name === 'waiting' || pending.state.name === 'flying' || pending.state.name === 'stored';
    if (open) keepPending(w, { ...pending, state: { name: 'review' } });
  }
}

/** A first message may have begun a conversation that is lost: the same id begins the same one again (SND7). */
function storeAgain(w: Work): void {
  for (const pending of w.t.outbox) {
    const begins = (pending.body as { inbox?: unknown } | null)?.inbox !== undefined && pending.s !== 'chat/new';
    const there: Pending = begins ? { ...pending, s: 'chat/new', began: pending.s } : pending;
    const isStored = pending.state.name === 'stored';
    if (isStored || begins) keepPending(w, isStored ? { ...there, state: { name: 'waiting' } } : there);
  }
}

/** No window will show any more what was stored: `sent` was the last that could be heard of it. */
export function dropStored(w: Work, s: Stream): void {
  for (const pending of w.t.outbox) if (pending.s === s && pending.state.name === 'stored') dropPending(w, pending.id);
}

/** The stream is gone for this person: what its author wrote stays, to copy or discard (CON9). */
export function keepWhatIsGone(w: Work, s: Stream): void {
  dropStored(w, s);
  note(w, 'gone', 0, s);
}
