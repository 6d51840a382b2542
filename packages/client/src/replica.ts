import {
  type Beat,
  type ConversationState,
  compare,
  type Held,
  type Item,
  isWellFormed,
  type Point,
  type Snapshot,
  type Stream,
  streamType,
  type Update,
} from '@heed/protocol';
import { emptyState, evolved, grownList, isCutOff } from '#windows';
import { isNews } from './selectors.ts';
import type { Asking, Pending, Replica } from './state.ts';
import { dropPending, keepPending, nextRe, note, setReplica, transmit, type Work } from './work.ts';

/** A window that holds nothing yet. */
export function emptyReplica(s: Stream): Replica {
  return {
    s,
    epoch: '',
    phase: { name: 'empty' },
    before: { n: 0, h: '' },
    items: [],
    state: emptyState(s),
    entries: new Map(),
    reads: new Map(),
    typing: new Map(),
    viewing: new Map(),
    malformed: 0,
    shown: new Set(),
    seen: { n: 0, h: '' },
    readTold: 0,
  };
}

/** Where the item with this number stands, or would stand: items are in the order of their numbers. */
function indexOf(items: readonly Item[], n: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as Item).n < n) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The hash at a number, where this window still knows it. */
export function hashAt(replica: Replica, n: number): string | undefined {
  if (replica.at?.n === n) return replica.at.h;
  if (replica.before.n === n && replica.before.h !== '') return replica.before.h;
  const item = replica.items[indexOf(replica.items, n)];
  return item?.n === n ? item.h : undefined;
}

function heldOf(replica: Replica, asked: Point | undefined): Held {
  return {
    hashAt: (n) => hashAt(replica, n),
    ...(replica.at === undefined ? {} : { at: replica.at }),
    ...(asked === undefined ? {} : { asked }),
  };
}

/** The furthest point that the server has told of: an answer from now on cannot have a lower head (CMP3). */
export function furthest({ at, head }: Replica): Point {
  if (!at || (head && head.n > at.n)) return head ?? { n: 0, h: '' };
  return at;
}

/** After so many answers that led no further, asking waits for the clock: as long as for an answer that is late. */
const STUCK_AFTER = 3;
const STUCK_MS = 5_000;

/** Asks for what is missing: one request in flight per stream, then a snapshot after three tries (CMP6). */
export function ask(w: Work, replica: Replica, what: Asking['what'], tries = 1): void {
  if (w.t.link.state !== 'open') return;
  const n = replica.at?.n ?? 0;
  const stuck = { n, times: replica.stuck?.n === n ? replica.stuck.times + 1 : 1 };
  const isStuck = what === 'after' && stuck.times > STUCK_AFTER && tries === 1;
  const re = isStuck ? '' : nextRe(w);
  const asking: Asking = { re, what, at: w.now, tries, asked: furthest(replica) };
  setReplica(w, { ...replica, asking, ...(what === 'after' ? { stuck } : {}) });
  // Whatever answers like this will not answer better at once: the clock asks again.
  if (isStuck) return;
  if (what === 'after' && replica.at) transmit(w, { t: 'get', s: replica.s, after: replica.at, re });
  else if (what === 'before') transmit(w, { t: 'get', s: replica.s, before: replica.before.n + 1, re });
  else transmit(w, { t: 'open', s: replica.s, re });
}

/** Asks again for what did not come in time. */
export function askAgain(w: Work, replica: Replica): void {
  const asking = replica.asking;
  if (!asking) return;
  const rest = endRequest(replica);
  if (asking.what === 'before') return setReplica(w, rest);
  // What is frozen goes on with nothing but a snapshot (CMP3, EPO2).
  if (asking.tries >= 3 || !replica.at || replica.phase.name === 'frozen') ask(w, rest, 'snapshot', asking.tries + 1);
  else ask(w, rest, 'after', asking.tries + 1);
}

function endRequest(replica: Replica): Replica {
  const { asking: _, ...rest } = replica;
  return rest;
}

/** CMP3: what is held is not what the server has. The window freezes, says so, and begins anew from a snapshot. */
export function diverge(w: Work, replica: Replica, ours: Point, theirs: Point): void {
  storeAgain(w, replica.s);
  // What was held at the last beat is no measure for what comes instead of it.
  const { heldAtBeat: _, ...rest } = endRequest(replica);
  const frozen: Replica = { ...rest, phase: { name: 'frozen', why: 'diverged' } };
  setReplica(w, frozen);
  note(w, 'diverged', replica.at?.n ?? 0, replica.s);
  alarm(w, replica.s, ours, theirs);
  ask(w, frozen, 'snapshot');
}

/** Tells the server that what it said before is not what it says now (EPO3). */
function alarm(w: Work, s: Stream, ours: Point, theirs: Point): void {
  w.t = { ...w.t, counters: { ...w.t.counters, divergences: w.t.counters.divergences + 1 } };
  transmit(w, { t: 'diverged', s, ours, theirs });
}

/** What was called stored in a history that is not the server's goes again: where it is there after all, once (SND3). */
function storeAgain(w: Work, s: Stream): void {
  for (const pending of w.t.outbox)
    if (pending.s === s && pending.state.name === 'stored') keepPending(w, { ...pending, state: { name: 'waiting' } });
}

/** CMP12: the first unreadable sequence is a mismatch, the second a divergence. */
function malformed(w: Work, replica: Replica, update: Update): void {
  const counted = { ...replica, malformed: replica.malformed + 1 };
  if (counted.malformed > 1 && replica.at) diverge(w, { ...counted, malformed: 0 }, replica.at, update.head);
  else {
    setReplica(w, counted);
    ask(w, counted, replica.at ? 'after' : 'snapshot');
  }
}

/** Compares an update with what is held and does what the comparison says (§3). */
export function receiveUpdate(w: Work, update: Update): void {
  const before = w.t.replicas.get(update.s);
  if (!before || before.phase.name === 'gone') return;
  if (update.re?.startsWith('r') && before.asking?.re === update.re && before.asking.what === 'before')
    return extend(w, before, update);
  const answer = isAnswer(before, update.re);
  // What comes unasked may have been on its way for long: only an answer is as new as its question.
  const asked = before.asking?.re === update.re ? before.asking?.asked : undefined;
  const isAnew = answer && before.phase.name === 'frozen' && before.asking?.what === 'snapshot' && update.prev.n === 0;
  const replica = isAnew ? begunAnew(before) : answer ? endRequest(before) : before;
  // A frozen window takes no items, but what is heard in a new epoch is where its snapshot must lead.
  if (replica.phase.name === 'frozen') {
    const frozen = replica.phase.why === 'epoch' ? { ...replica, head: update.head } : replica;
    setReplica(w, frozen);
    if (!frozen.asking) ask(w, frozen, 'snapshot');
    return;
  }
  if (!isWellFormed(update)) return malformed(w, replica, update);
  const verdict = compare(update, heldOf(replica, asked));
  const head = replica.head && replica.head.n > update.head.n ? replica.head : update.head;
  const known: Replica = { ...replica, head };
  if (verdict.do === 'diverged') return diverge(w, known, verdict.ours, verdict.theirs);
  if (verdict.do === 'apply') applyItems(w, known, update, verdict.from, answer);
  else setReplica(w, known);
  if (verdict.do === 'get' && !replica.asking) countMismatch(w);
  settle(w, update.s, update.head);
}

/** Lists have no snapshot but their entries from 0: what was frozen begins with them, and stays to be seen until then (LST2). */
function begunAnew(replica: Replica): Replica {
  const { at: _, head: __, ...rest } = endRequest(replica);
  return { ...rest, phase: { name: 'empty' }, items: [] };
}

/** An answer bears our `re`; what the server sends unasked after a hello or check ends the waiting for it (BEAT3). */
function isAnswer(replica: Replica, re: string | undefined): boolean {
  return replica.asking !== undefined && (replica.asking.re === re || replica.asking.re === '');
}

function countMismatch(w: Work): void {
  w.t = { ...w.t, counters: { ...w.t.counters, mismatches: w.t.counters.mismatches + 1 } };
}

/** After any row: where the head is ahead, ask for the rest; where it is held, that is proof (CMP8). */
function settle(w: Work, s: Stream, confirmed: Point): void {
  const replica = w.t.replicas.get(s);
  if (!replica) return;
  const n = replica.at?.n ?? -1;
  if (replica.head && replica.head.n > n) {
    note(w, 'catching-up', Math.max(n, 0), s);
    if (!replica.asking) ask(w, replica, replica.at ? 'after' : 'snapshot');
    return;
  }
  if (replica.at && confirmed.n === replica.at.n && confirmed.h === replica.at.h) {
    // A list that begins anew goes on showing its rows until others come; here it is known that there are none.
    const isEmpty = streamType(s) === 'list' && replica.items.length === 0 && replica.entries.size > 0;
    setReplica(w, { ...replica, provenAt: w.now, ...(isEmpty ? { entries: new Map() } : {}) });
    note(w, 'in-step', replica.at.n, s);
  }
}

function applyItems(w: Work, replica: Replica, update: Update, from: number, answer: boolean): void {
  const fresh = update.items.slice(from);
  const begins = replica.at === undefined;
  const last = fresh.at(-1);
  const at: Point = last ? { n: last.n, h: last.h } : update.prev;
  const repaired = w.t.counters.repaired + (answer && !begins && fresh.length > 0 ? 1 : 0);
  w.t = { ...w.t, counters: { ...w.t.counters, repaired } };
  const grown: Replica = {
    ...replica,
    epoch: update.epoch,
    phase: { name: 'held' },
    ...(begins ? { before: update.prev, state: emptyState(replica.s) } : {}),
    at,
    malformed: 0,
    ...(streamType(replica.s) === 'list' ? grownList(replica, fresh, at) : grownLog(replica, fresh)),
    ...(answer && !begins && fresh[0] && last ? { caughtUp: { from: fresh[0].n, to: last.n, at: w.now } } : {}),
  };
  enter(w, grown, fresh);
}

/** Puts a changed window in place: one write for items and point (CMP9), and own items leave the outbox (SND1). */
function enter(w: Work, replica: Replica, fresh: readonly Item[]): void {
  setReplica(w, advanceSeen(w, replica));
  w.effects.push({ do: 'put-replica', s: replica.s });
  if (streamType(replica.s) === 'list') return;
  for (const item of fresh) leaveOutbox(w, item);
  for (const pending of w.t.outbox) if (pending.s === replica.s) leaveStored(w, replica, pending);
}

/** What was stored below a snapshot's first item is never applied, and held all the same. */
function leaveStored(w: Work, replica: Replica, pending: Pending): void {
  const { state, id, s } = pending;
  if (state.name !== 'stored' || state.at.n > (replica.at?.n ?? 0)) return;
  const h = hashAt(replica, state.at.n);
  if (h === undefined || h === state.at.h) return dropPending(w, id);
  // Something else stands where the server said that it stands.
  alarm(w, s, state.at, { n: state.at.n, h });
  keepPending(w, { ...pending, state: { name: 'waiting' } });
}

function leaveOutbox(w: Work, item: Item): void {
  const pending = w.t.outbox.find((waiting) => waiting.id === item.id);
  if (pending && item.actor.id === w.t.you?.id) dropPending(w, pending.id);
}

function grownLog(replica: Replica, fresh: readonly Item[]): Pick<Replica, 'items' | 'state' | 'typing'> {
  const typing = new Map(replica.typing);
  for (const item of fresh) if (item.kind === 'message') typing.delete(`${item.actor.type}:${item.actor.id}`);
  return { items: withoutErased([...replica.items, ...fresh], fresh), state: evolved(replica, fresh), typing };
}

/** The words of what was erased, and what they were changed to, go from the window and the device (I12). */
function withoutErased(items: readonly Item[], fresh: readonly Item[]): readonly Item[] {
  const target = (item: Item) => (item.body as { target?: number } | undefined)?.target ?? 0;
  const gone = new Set(fresh.filter(({ kind }) => kind === 'erased').map(target));
  if (gone.size === 0) return items;
  return items.map((item) => {
    if (!gone.has(item.kind === 'edited' ? target(item) : item.n)) return item;
    const { body: _, ...rest } = item;
    return { ...rest, erased: true };
  });
}

/** CMP11: older items extend the window downwards where they end at what it begins with. */
function extend(w: Work, replica: Replica, update: Update): void {
  const rest = endRequest(replica);
  const last = update.items.at(-1);
  const meets =
    last !== undefined && last.n === replica.before.n && last.h === replica.before.h && isWellFormed(update);
  if (!meets) return setReplica(w, rest);
  const extended = advanceSeen(w, { ...rest, before: update.prev, items: [...update.items, ...rest.items] });
  setReplica(w, extended);
  w.effects.push({ do: 'put-replica', s: replica.s });
  // What was pushed meanwhile may have revealed a gap at the other end; its request had to wait for this one.
  if (extended.head && extended.at && extended.head.n > extended.at.n) ask(w, extended, 'after');
}

/** CMP10: applied when asked for, or when it is ahead; else compared as an update without items. */
export function receiveSnapshot(w: Work, snapshot: Snapshot): void {
  const replica = w.t.replicas.get(snapshot.s);
  if (!replica || replica.phase.name === 'gone') return;
  const wanted =
    isAnswer(replica, snapshot.re) || replica.phase.name !== 'held' || snapshot.at.n > (replica.at?.n ?? -1);
  if (!wanted) {
    const { s, epoch, at } = snapshot;
    return receiveUpdate(w, { t: 'update', s, epoch, prev: at, items: [], head: at });
  }
  const rest = endRequest(replica);
  const fresh = freshStart(w, rest, snapshot);
  enter(w, fresh, snapshot.items);
  if (streamType(snapshot.s) === 'list') return;
  settle(w, snapshot.s, snapshot.at);
}

function freshStart(w: Work, replica: Replica, snapshot: Snapshot): Replica {
  const sameHistory = replica.epoch === snapshot.epoch && replica.phase.name !== 'frozen';
  const list = streamType(snapshot.s) === 'list';
  // What was pushed while the snapshot was read is ahead of it; only a divergence makes nothing of what was heard.
  const isHeard = replica.phase.name !== 'frozen' || replica.phase.why === 'epoch';
  const behind = replica.head && replica.head.n > snapshot.at.n && isHeard;
  const missed = sameHistory && replica.at ? snapshot.items.filter((item) => item.n > (replica.at?.n ?? 0)) : [];
  const first = missed[0];
  return {
    ...replica,
    epoch: snapshot.epoch,
    phase: { name: 'held' },
    before: snapshot.before,
    items: snapshot.items,
    at: snapshot.at,
    head: behind && replica.head ? replica.head : snapshot.at,
    state: snapshot.state ?? emptyState(snapshot.s),
    entries: list ? replica.entries : new Map(),
    reads: new Map((snapshot.reads ?? []).map(([actor, n, at]) => [actor, { n, at }])),
    malformed: 0,
    shown: sameHistory ? replica.shown : new Set(),
    seen: sameHistory ? replica.seen : { n: 0, h: '' },
    readTold: sameHistory ? replica.readTold : 0,
    ...(snapshot.customer ? { customer: snapshot.customer } : {}),
    ...(first ? { caughtUp: { from: first.n, to: snapshot.at.n, at: w.now } } : {}),
  };
}

/** BEAT2: each head is an update without items; a stream that the beat omits is opened again. */
export function receiveBeat(w: Work, beat: Beat): void {
  const named = new Set<Stream>();
  for (const [s, n, h] of beat.heads) {
    named.add(s);
    const replica = w.t.replicas.get(s);
    if (!replica || replica.phase.name === 'gone') continue;
    const { asking } = replica;
    // The answer to a check is measured by the check, any other by the beat before (CMP3): it may have been read
    // before what was pushed and checked since.
    const least = beat.re === undefined ? replica.heldAtBeat : heldAtCheck(w, beat.re, s);
    if (least !== undefined && n < least && replica.at && replica.phase.name === 'held') {
      diverge(w, replica, replica.at, { n, h });
      continue;
    }
    receiveUpdate(w, { t: 'update', s, epoch: beat.epoch, prev: { n, h }, items: [], head: { n, h } });
    const after = w.t.replicas.get(s);
    if (!after) continue;
    const heldAtBeat = beat.re === undefined && after.phase.name === 'held' ? { heldAtBeat: after.at?.n ?? 0 } : {};
    setReplica(w, { ...after, ...heldAtBeat, ...(asking ? { asking } : {}) });
  }
  for (const [s, actor, n, at] of beat.reads ?? []) receiveRead(w, s, actor, n, at);
  if (beat.re !== undefined) return;
  for (const s of w.t.watched) if (!named.has(s)) reopen(w, s);
}

function heldAtCheck(w: Work, re: string, s: Stream): number | undefined {
  return w.t.checked?.re === re ? w.t.checked.held.get(s) : undefined;
}

/** Opens a stream at the point it holds. */
export function reopen(w: Work, s: Stream): void {
  const replica = w.t.replicas.get(s) ?? emptyReplica(s);
  if (w.t.link.state !== 'open' || replica.phase.name === 'gone') return;
  const re = nextRe(w);
  const asking: Asking = {
    re,
    what: replica.at ? 'after' : 'snapshot',
    at: w.now,
    tries: 1,
    asked: furthest(replica),
  };
  setReplica(w, { ...replica, asking });
  transmit(w, { t: 'open', s, re, ...(replica.at && replica.phase.name === 'held' ? { at: replica.at } : {}) });
}

/** Reads are registers: the highest number wins (CON3). */
export function receiveRead(w: Work, s: Stream, actor: string, n: number, at: string): void {
  const replica = w.t.replicas.get(s);
  if (!replica || (replica.reads.get(actor)?.n ?? 0) >= n) return;
  setReplica(w, advanceSeen(w, { ...replica, reads: new Map(replica.reads).set(actor, { n, at }) }));
  w.effects.push({ do: 'put-replica', s });
}

/** Goes on from what was seen over what was shown and what nobody must see (GRD1). */
export function advanceSeen(w: Work, replica: Replica): Replica {
  if (!replica.at || streamType(replica.s) === 'list') return replica;
  const you = w.t.you;
  const own = you ? (replica.reads.get(`${you.type}:${you.id}`)?.n ?? 0) : 0;
  const answered = streamType(replica.s) === 'conversation' ? (replica.state as ConversationState).answeredUpTo : 0;
  let seen = startOfSeen(replica, Math.min(Math.max(own, answered), replica.at.n));
  if (isCutOff(replica, seen)) return seen === replica.seen ? replica : { ...replica, seen };
  for (let index = indexOf(replica.items, seen.n + 1); index < replica.items.length; index++) {
    const item = replica.items[index] as Item;
    if (isNews(w.t, item) && !replica.shown.has(item.n)) break;
    seen = { n: item.n, h: item.h };
  }
  return seen.n === replica.seen.n && seen.h === replica.seen.h ? replica : { ...replica, seen };
}

/** Brings into the windows of conversations what their reader has to look at and a snapshot left out (GRD1, CMP11). */
export function bringUnseen(w: Work): void {
  for (const s of w.t.watched) {
    const replica = w.t.replicas.get(s);
    const isWanted = replica?.at && replica.phase.name === 'held' && !replica.asking && isCutOff(replica, replica.seen);
    if (isWanted) askBelow(w, replica);
  }
}

/** What leads no further does not lead further when asked at once (I13). */
function askBelow(w: Work, replica: Replica): void {
  const { n } = replica.before;
  const before = replica.stuckBelow?.n === n ? replica.stuckBelow : { n, times: 0, at: 0 };
  if (before.times >= STUCK_AFTER && w.now - before.at < STUCK_MS) return;
  ask(w, { ...replica, stuckBelow: { n, times: before.times + 1, at: w.now } }, 'before');
}

/** A point is a number with its hash: where the hash is not known here, the mark stays where it was. */
function startOfSeen(replica: Replica, n: number): Point {
  if (n <= replica.seen.n) return replica.seen;
  const h = hashAt(replica, n);
  return h === undefined ? replica.seen : { n, h };
}
