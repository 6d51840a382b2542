import type { Frame, Hello, Point, Request, Signal, Stream, Welcome } from '@heed/protocol';
import { dropFile, setFile } from './local-files.ts';
import { endNearby, hearNearby } from './nearby.ts';
import {
  again,
  dropStored,
  flush,
  groundAll,
  keepWhatIsGone,
  type NewPending,
  press,
  receiveHeld,
  receiveRefused,
  receiveSent,
  reviewAll,
  withdraw,
  written,
} from './outbox.ts';
import {
  advanceSeen,
  ask,
  askAgain,
  bringUnseen,
  diverge,
  emptyReplica,
  receiveBeat,
  receiveRead,
  receiveSnapshot,
  receiveUpdate,
  reopen,
} from './replica.ts';
import { proofMs } from './selectors.ts';
import type { Draft, Link, LocalFile, Ms, Pending, Replica, Terminal, TerminalKind } from './state.ts';
import { type Effect, grounded, note, setPending, setReplica, transmit, type Work } from './work.ts';

export { emptyReplica } from './replica.ts';

/** What can happen to a terminal. */
export type Input =
  | { i: 'restored'; outbox: Pending[]; replicas: Replica[]; drafts: [Stream, Draft][]; epoch?: string }
  | { i: 'start' }
  | { i: 'opened'; token: string }
  | { i: 'no-token' }
  | { i: 'closed'; code: number }
  /** `askedAt`: when the hello was made that a welcome answers, where that was not the connection's first. */
  | { i: 'frame'; frame: Frame; askedAt?: Ms }
  | { i: 'tick' }
  | { i: 'page'; online: boolean; visible: boolean }
  | { i: 'wake' }
  | { i: 'watch'; s: Stream }
  | { i: 'unwatch'; s: Stream }
  | { i: 'press'; send: NewPending }
  | { i: 'written'; id: string }
  | { i: 'again'; id: string; override?: Pending['override'] }
  | { i: 'withdraw'; id: string }
  | { i: 'shown'; s: Stream; numbers: number[] }
  | { i: 'older'; s: Stream }
  | { i: 'draft'; s: Stream; draft: Draft }
  /** A file was put on this device, or its upload went on. */
  | { i: 'file'; file: LocalFile }
  | { i: 'no-file'; id: string }
  | { i: 'presence'; state: 'taking' | 'away' }
  /** Anything that is only transmitted, if there is a connection. */
  | { i: 'say'; frame: Request };

export const EMPTY_TERMINAL: Terminal = {
  kind: 'desk',
  id: '',
  link: { state: 'idle', since: 0 },
  online: true,
  visible: true,
  limits: { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 },
  beatMs: 10_000,
  skewMs: 0,
  watched: new Set(),
  replicas: new Map(),
  outbox: [],
  mine: new Set(),
  drafts: new Map(),
  files: new Map(),
  colleagues: new Map(),
  late: 0,
  counters: { mismatches: 0, repaired: 0, divergences: 0 },
  transitions: [],
  serial: 0,
};

/** A terminal that has just begun. */
export function newTerminal(kind: TerminalKind, id: string, now: Ms): Terminal {
  return { ...EMPTY_TERMINAL, kind, id, link: { state: 'idle', since: now } };
}

/** An answer is late after this long (CON2); sends have 8 s. */
const ANSWER_MS = 5_000;
const SEND_MS = 8_000;
const CONNECT_MS = 10_000;

/** One step: what a terminal becomes when something happens to it, and what is to be done. Pure. */
export function step(
  terminal: Terminal,
  input: Input,
  now: Ms,
  chance: number,
): { state: Terminal; effects: Effect[] } {
  const w: Work = { t: terminal, effects: [], now, chance };
  (HANDLERS[input.i] as (w: Work, input: Input) => void)(w, input);
  return { state: w.t, effects: w.effects };
}

/** What a terminal says first, with what it holds now (CON1). What is asked for already comes with its answer. */
export function helloOf(t: Terminal, token: string): Hello {
  const streams = [...t.watched].flatMap((s): [Stream, number, string][] => {
    const replica = t.replicas.get(s);
    if (replica?.asking && isUnderWay(replica, t)) return [];
    const at = replica?.phase.name === 'held' ? replica.at : undefined;
    return [[s, at?.n ?? 0, at?.h ?? '']];
  });
  return { t: 'hello', v: 1, token, terminal: t.id, ...(t.epoch === undefined ? {} : { epoch: t.epoch }), streams };
}

type Handlers = { [K in Input['i']]: (w: Work, input: Extract<Input, { i: K }>) => void };

const HANDLERS: Handlers = {
  restored: (w, { outbox: kept, replicas, drafts, epoch }) => {
    const order = Math.max(w.t.serial, ...kept.map((pending) => pending.order));
    // Whether its item was applied before the page ended nobody noted: the answer to a repeat says it again (SND3).
    const outbox = kept.map((pending): Pending => {
      return pending.state.name === 'stored' ? { ...pending, state: { name: 'waiting' } } : pending;
    });
    w.t = {
      ...w.t,
      serial: order + 1,
      outbox: [...outbox, ...w.t.outbox],
      mine: new Set([...outbox.map((pending) => pending.id), ...w.t.mine]),
      replicas: new Map([
        ...replicas.map((replica): [Stream, Replica] => [replica.s, ofEpoch(replica, epoch)]),
        ...w.t.replicas,
      ]),
      drafts: new Map([...drafts, ...w.t.drafts]),
      ...(epoch === undefined ? {} : { epoch }),
    };
  },
  start: (w) => connect(w, 0),
  opened: (w, { token }) => {
    if (w.t.link.state !== 'connecting') return;
    setLink(w, { ...w.t.link, state: 'greeting', since: w.now });
    transmit(w, helloOf(w.t, token));
  },
  'no-token': (w) => {
    lost(w);
    setLink(w, { state: 'refused', since: w.now, why: 'token' });
  },
  closed: (w, { code }) => closed(w, code),
  frame: (w, { frame, askedAt }) => {
    if (frame.t === 'welcome' && w.t.link.state === 'open') welcomeAgain(w, frame, askedAt ?? w.now);
    if (w.t.link.state === 'open') w.t = { ...w.t, link: { ...w.t.link, heardAt: w.now } };
    (FRAMES[frame.t] as (w: Work, frame: Frame) => void)(w, frame);
  },
  tick: (w) => tick(w),
  page: (w, { online, visible }) => {
    w.t = { ...w.t, online, visible };
    // A device that says it has no network has none; silence would tell the same, but a minute later (BEAT4).
    if (!online && w.t.link.state === 'open') hangUp(w);
  },
  wake: (w) => wake(w),
  watch: (w, { s }) => {
    if (w.t.watched.has(s)) return;
    w.t = { ...w.t, watched: new Set(w.t.watched).add(s) };
    const replica = w.t.replicas.get(s);
    if (!replica || replica.phase.name === 'gone') setReplica(w, emptyReplica(s));
    reopen(w, s);
  },
  unwatch: (w, { s }) => {
    const watched = new Set(w.t.watched);
    if (!watched.delete(s)) return;
    w.t = { ...w.t, watched };
    const { provenAt: _, head: __, asking: ___, heldAtBeat: ____, ...rest } = w.t.replicas.get(s) ?? emptyReplica(s);
    setReplica(w, rest);
    dropStored(w, s);
    if (w.t.link.state === 'open') transmit(w, { t: 'shut', s });
  },
  press: (w, { send }) => press(w, send),
  written: (w, { id }) => written(w, id),
  again: (w, { id, override }) => again(w, id, override),
  withdraw: (w, { id }) => withdraw(w, id),
  shown: (w, { s, numbers }) => {
    const replica = w.t.replicas.get(s);
    if (!replica) return;
    // Nobody has looked at what is not here: it may come, and be something else than what was here before.
    const here = numbers.filter((n) => n > replica.before.n && n <= (replica.at?.n ?? 0));
    if (here.every((n) => replica.shown.has(n))) return;
    setReplica(w, advanceSeen(w, { ...replica, shown: new Set([...replica.shown, ...here]) }));
    // What was seen must not be news again on the next page.
    w.effects.push({ do: 'put-replica', s });
    tellReads(w);
  },
  older: (w, { s }) => {
    const replica = w.t.replicas.get(s);
    if (replica?.at && replica.before.n > 0 && !replica.asking) ask(w, replica, 'before');
  },
  draft: (w, { s, draft }) => {
    const drafts = new Map(w.t.drafts);
    if (draft.text === '') drafts.delete(s);
    else drafts.set(s, draft);
    w.t = { ...w.t, drafts };
    // Replies that are being written are the same on all terminals of an agent (CON2).
    const isShared = draft.kind === 'message' && s.startsWith('conversation/');
    if (isShared && w.t.link.state === 'open') transmit(w, { t: 'draft', s, text: draft.text, version: draft.version });
  },
  file: (w, { file }) => {
    setFile(w, file);
    flush(w);
  },
  'no-file': (w, { id }) => dropFile(w, id),
  presence: (w, { state }) => {
    w.t = { ...w.t, presence: state };
    if (w.t.link.state === 'open') transmit(w, { t: 'presence', state });
  },
  say: (w, { frame }) => {
    if (frame.t === 'take') w.t = { ...w.t, mine: new Set([...w.t.mine, frame.id]) };
    if (w.t.link.state === 'open') transmit(w, frame);
  },
};

type FrameHandlers = { [K in Frame['t']]: (w: Work, frame: Extract<Frame, { t: K }>) => void };

const FRAMES: FrameHandlers = {
  welcome: (w, frame) => welcome(w, frame),
  update: (w, frame) => {
    if (!meetsEpoch(w, frame.epoch)) return;
    receiveUpdate(w, frame);
    afterNews(w);
  },
  snapshot: (w, frame) => {
    if (!meetsEpoch(w, frame.epoch)) return;
    receiveSnapshot(w, frame);
    afterNews(w);
  },
  beat: (w, frame) => {
    if (!meetsEpoch(w, frame.epoch)) return;
    w.t = { ...w.t, skewMs: Date.parse(frame.now) - w.now };
    receiveBeat(w, frame);
    // Desks prove that the page itself lives: a browser answers pings for one that hangs (BEAT5).
    if (w.t.kind === 'desk' && frame.re === undefined) transmit(w, { t: 'alive' });
    afterNews(w);
  },
  sent: (w, frame) => receiveSent(w, frame),
  held: (w, frame) => {
    if (!meetsEpoch(w, frame.update.epoch)) return;
    receiveHeld(w, frame);
    afterNews(w);
  },
  refused: (w, frame) => {
    const replica = [...w.t.replicas.values()].find((other) => other.asking && other.asking.re === frame.re);
    if (!replica) return receiveRefused(w, frame);
    if (frame.code === 'not_found' || frame.code === 'forbidden') return forget(w, replica.s);
    const { asking, ...rest } = replica;
    // Nothing was answered: the next tick asks again, no sooner than a late answer would be.
    setReplica(w, asking ? { ...rest, asking: { ...asking, at: w.now } } : rest);
  },
  cancelled: (w, frame) => {
    const pending = w.t.outbox.find((other) => other.id === frame.id);
    if (pending) {
      w.t = { ...w.t, outbox: w.t.outbox.filter((other) => other.id !== frame.id) };
      w.effects.push({ do: 'drop-pending', id: frame.id });
    }
    flush(w);
  },
  done: () => undefined,
  gone: (w, { s }) => forget(w, s),
  draft: (w, { s, text, version }) => {
    if ((w.t.drafts.get(s)?.version ?? 0) >= version) return;
    w.t = { ...w.t, drafts: new Map(w.t.drafts).set(s, { text, version, kind: 'message' }) };
  },
  signal: (w, frame) => signal(w, frame),
};

function setLink(w: Work, link: Link): void {
  w.t = { ...w.t, link };
}

function connect(w: Work, attempt: number, fresh = false): void {
  setLink(w, { state: 'connecting', since: w.now, attempt, ...(fresh ? { isFresh: true } : {}) });
  w.effects.push({ do: 'connect', fresh });
}

/** BEAT4: after 0.5 s, doubling to 30 s, full jitter, for ever. */
function wait(w: Work, attempt: number, least = 0): void {
  const until = w.now + least + w.chance * Math.min(30_000, 500 * 2 ** attempt);
  setLink(w, { state: 'waiting', since: w.now, until, attempt: attempt + 1 });
}

function lost(w: Work): void {
  if (w.t.link.state === 'open' || w.t.lostAt === undefined) {
    w.t = { ...w.t, lostAt: w.now };
    note(w, 'offline', 0);
  }
  groundAll(w);
  const replicas = new Map<Stream, Replica>();
  for (const [s, { asking: _, provenAt: __, heldAtBeat: ___, ...rest }] of w.t.replicas) {
    replicas.set(s, { ...rest, viewing: new Map(), typing: new Map() });
  }
  w.t = { ...w.t, replicas, late: 0 };
}

/** What each close code asks for (CON7). */
function closed(w: Work, code: number): void {
  const { link } = w.t;
  if (link.state === 'idle' || link.state === 'refused') return;
  const attempt = 'attempt' in link ? link.attempt : 0;
  lost(w);
  // A token that was good once may be over, however often the network failed before it could be shown.
  if (code === 4001 && !('isFresh' in link)) return connect(w, attempt, true);
  if (code === 4001) return setLink(w, { state: 'refused', since: w.now, why: 'token' });
  if (code === 4009) return wait(w, 6, 10_000);
  // The server sends its terminals away a few at a time: who is told need not spread itself over seconds.
  if (code === 4012) return wait(w, 0);
  wait(w, attempt);
}

/** CMP1: whether a frame belongs to what is held here. What comes late of an epoch that ended begins nothing. */
function meetsEpoch(w: Work, epoch: string): boolean {
  if (w.t.epoch === epoch) return true;
  if (w.t.formerEpoch !== epoch) beginEpoch(w, epoch);
  return false;
}

/** What the device kept of an earlier epoch stays to be seen, and is held no longer (EPO2). */
function ofEpoch(replica: Replica, epoch: string | undefined): Replica {
  const isOther = epoch !== undefined && replica.epoch !== epoch;
  return isOther ? { ...replica, phase: { name: 'frozen', why: 'epoch' } } : replica;
}

/** EPO2: freeze, keep outbox and drafts, take snapshots. */
function beginEpoch(w: Work, epoch: string): void {
  const former = w.t.epoch;
  w.t = { ...w.t, epoch, ...(former === undefined ? {} : { formerEpoch: former }) };
  w.effects.push({ do: 'put-epoch', epoch });
  if (former === undefined) return;
  reviewAll(w);
  for (const replica of w.t.replicas.values()) {
    const { asking: _, provenAt: __, heldAtBeat: ___, head: ____, ...rest } = replica;
    if (!replica.at) {
      setReplica(w, { ...rest, ...(replica.asking ? { asking: replica.asking } : {}) });
      continue;
    }
    const frozen: Replica = { ...rest, phase: { name: 'frozen', why: 'epoch' } };
    setReplica(w, frozen);
    if (w.t.watched.has(replica.s)) ask(w, frozen, 'snapshot');
  }
}

function welcome(w: Work, frame: Welcome): void {
  if (w.t.link.state !== 'greeting') return;
  const newEpoch = w.t.epoch !== undefined && w.t.epoch !== frame.epoch;
  const { lostAt: _, formerEpoch: __, ...rest } = w.t;
  w.t = {
    ...rest,
    link: { state: 'open', since: w.now, heardAt: w.now, session: frame.session },
    you: frame.you,
    limits: frame.limits,
    beatMs: frame.beatMs,
    skewMs: Date.parse(frame.now) - w.now,
    lastOpenAt: w.now,
    late: 0,
    ...(frame.you.presence ? { presence: frame.you.presence } : {}),
  };
  if (newEpoch || w.t.epoch === undefined) beginEpoch(w, frame.epoch);
  if (!newEpoch) for (const row of frame.streams) greet(w, row);
  const greeted = new Set(frame.streams.map(([s]) => s));
  for (const s of w.t.watched) if (!greeted.has(s)) reopen(w, s);
  afterNews(w);
}

/** What the welcome says of each stream; for those that are behind, the rest comes unasked (BEAT3). */
function greet(w: Work, [s, status, n, h]: Welcome['streams'][number]): void {
  const known = w.t.replicas.get(s);
  if (!known) return;
  if (status === 'forbidden') return forget(w, s);
  // A permission that came back begins anew.
  const replica = known.phase.name === 'gone' ? emptyReplica(s) : known;
  if (replica.at && (status === 'ahead' || status === 'diverged')) return diverge(w, replica, replica.at, { n, h });
  const lost = storedBeyond(w, s, n);
  if (lost && (status === 'ok' || status === 'behind')) return diverge(w, replica, lost, { n, h });
  const isHeld = replica.at !== undefined && replica.phase.name === 'held';
  if (status === 'ok' && replica.at) setReplica(w, { ...replica, head: replica.at, provenAt: w.now });
  else
    setReplica(w, {
      ...replica,
      head: { n, h },
      asking: { re: '', what: isHeld ? 'after' : 'snapshot', at: w.now, tries: 1, asked: { n, h } },
    });
}

/** A point that `sent` named on a connection before this one, and that the log does not reach any more (CMP3). */
function storedBeyond(w: Work, s: Stream, n: number): Point | undefined {
  for (const { s: where, state } of w.t.outbox)
    if (where === s && state.name === 'stored' && state.at.n > n) return state.at;
  return undefined;
}

/** Whether the answer to what it asked for is still to come on this connection, or the clock is to ask again (I13). */
function isUnderWay({ asking, stuck, at }: Replica, t: Terminal): boolean {
  if (t.link.state !== 'open' || asking === undefined) return false;
  return asking.re !== '' || (stuck !== undefined && stuck.n === (at?.n ?? 0));
}

/**
 * Each post of an exchange is greeted (CON8). What was in step is proven as of when it asked, and no window is taken
 * for complete because an answer was long on its way (I9).
 */
function welcomeAgain(w: Work, frame: Welcome, askedAt: Ms): void {
  if (!meetsEpoch(w, frame.epoch)) return;
  for (const row of frame.streams) {
    const before = w.t.replicas.get(row[0]);
    if (!before || before.phase.name === 'gone') continue;
    // What was asked for since has an answer of its own.
    if (row[1] === 'behind' && before.asking && before.asking.re !== '') continue;
    greet(w, row);
    const after = w.t.replicas.get(row[0]);
    const provenAt = Math.max(before.provenAt ?? 0, askedAt);
    if (after && row[1] === 'ok') setReplica(w, { ...after, provenAt });
  }
  afterNews(w);
}

/** CON9: the items are forgotten; what its reader wrote stays. */
function forget(w: Work, s: Stream): void {
  setReplica(w, { ...emptyReplica(s), phase: { name: 'gone' } });
  w.effects.push({ do: 'drop-replica', s });
  keepWhatIsGone(w, s);
}

function signal(w: Work, frame: Signal): void {
  if (frame.kind === 'presence') {
    w.t = { ...w.t, colleagues: new Map(w.t.colleagues).set(frame.agent, frame.state) };
    if (frame.agent === w.t.you?.id && frame.state !== 'offline') w.t = { ...w.t, presence: frame.state };
    return;
  }
  const replica = w.t.replicas.get(frame.s);
  if (!replica) return;
  if (frame.kind === 'typing' || frame.kind === 'viewing') hearNearby(w, replica, frame);
  else if (frame.kind === 'read') receiveRead(w, frame.s, frame.actor, frame.n, frame.at);
  else setReplica(w, { ...replica, place: { place: frame.place, waitMs: frame.waitMs } });
}

function afterNews(w: Work): void {
  tellReads(w);
  flush(w);
}

/** Stores how far its reader has seen, so that seeing goes on from there on any terminal (GRD1). */
function tellReads(w: Work): void {
  if (w.t.link.state !== 'open' || !w.t.you) return;
  for (const s of w.t.watched) {
    const replica = w.t.replicas.get(s);
    if (!replica || replica.seen.n <= replica.readTold || replica.phase.name !== 'held' || s.startsWith('list/'))
      continue;
    const own = replica.reads.get(`${w.t.you.type}:${w.t.you.id}`)?.n ?? 0;
    setReplica(w, { ...replica, readTold: replica.seen.n });
    if (replica.seen.n > own) transmit(w, { t: 'read', s, ...replica.seen });
  }
}

/** BEAT3: compare at once. */
function wake(w: Work): void {
  const { link } = w.t;
  if (link.state === 'waiting') return connect(w, link.attempt);
  if (link.state !== 'open') return;
  // A page that slept cannot know how its connection is: the check proves it or the tick ends it.
  check(w);
}

function check(w: Work): void {
  const streams = [...w.t.watched].flatMap((s): [Stream, number, string][] => {
    const replica = w.t.replicas.get(s);
    return replica?.at && replica.phase.name === 'held' ? [[s, replica.at.n, replica.at.h]] : [];
  });
  if (streams.length === 0) return;
  const serial = w.t.serial + 1;
  const re = `c${serial}`;
  w.t = { ...w.t, serial, checked: { re, held: new Map(streams.map(([s, n]) => [s, n])) } };
  transmit(w, { t: 'check', streams, re });
}

function tick(w: Work): void {
  const { link } = w.t;
  if (link.state === 'waiting' && w.now >= link.until) return connect(w, link.attempt);
  const stuck = (link.state === 'connecting' || link.state === 'greeting') && w.now - link.since > CONNECT_MS;
  if (stuck) return hangUp(w);
  if (link.state !== 'open') return;
  if (w.now - link.heardAt > 2.5 * w.t.beatMs) return hangUp(w);
  lateAnswers(w);
  if (w.t.late >= 2) return hangUp(w);
  const unproven = [...w.t.watched].some((s) => {
    const replica = w.t.replicas.get(s);
    return replica?.provenAt !== undefined && !replica.asking && w.now - replica.provenAt > proofMs(w.t.beatMs);
  });
  if (unproven && w.now - link.heardAt > ANSWER_MS) check(w);
  bringUnseen(w);
  endNearby(w);
  flush(w);
}

function hangUp(w: Work): void {
  const { link } = w.t;
  w.effects.push({ do: 'disconnect' });
  const attempt = 'attempt' in link ? link.attempt : 0;
  lost(w);
  wait(w, attempt);
}

function lateAnswers(w: Work): void {
  let late = 0;
  for (const replica of w.t.replicas.values()) {
    if (!replica.asking || w.now - replica.asking.at < ANSWER_MS) continue;
    late += replica.asking.re === '' ? 0 : 1;
    askAgain(w, replica);
  }
  for (const pending of w.t.outbox) {
    if (!isLate(pending, w.now)) continue;
    late += 1;
    setPending(w, grounded(pending));
  }
  if (late > 0) w.t = { ...w.t, late: w.t.late + late };
}

/** Whether a send or its taking back has waited too long for its answer on this connection. */
function isLate({ state }: Pending, now: Ms): boolean {
  if (state.name === 'flying') return now - state.at >= SEND_MS;
  return state.name === 'cancelling' && state.at !== undefined && now - state.at >= ANSWER_MS;
}
