import type { ChatState, ConversationState } from './evolve.ts';
import { actor, BODIES, entry, type Kind } from './kinds.ts';
import { isStream, type Point, point, type Stream } from './point.ts';
import {
  array,
  boolean,
  type Check,
  count,
  either,
  literal,
  nestsAtMost,
  nullable,
  type Of,
  object,
  optional,
  record,
  short,
  string,
  tuple,
  unknown,
} from './shape.ts';

const stream: Check<Stream> = isStream;
/** A send's stream may also be one that does not exist yet (SND7). */
const target: Check<Stream> = (value): value is Stream =>
  value === 'chat/new' || value === 'conversation/new' || isStream(value);
const re = optional(short(64));
/** Ids are made by the caller (STR6): ULIDs by our terminals, at most 64 letters, digits, `-`, `_`, `.` or `:` by others. */
const id: Check<string> = (value): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(value);
const terminal: Check<string> = (value): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value);
const held = array(tuple(stream, count, string));
/** A stream with the point that a terminal holds in it; `[s, 0, ""]` where it holds nothing. */
export type HeldPoint = [Stream, number, string];
const time = short(40);

export const item = object({
  n: count,
  h: string,
  id: string,
  kind: string,
  actor,
  at: string,
  body: optional(unknown),
  erased: optional(literal(true)),
  n0: optional(count),
});
export type Item = Of<typeof item>;

const then = either(literal('resolve'), object({ snooze: time }));
export type Then = Of<typeof then>;
const override = object({ upTo: point, reason: optional(short(2000)) });
export type Override = Of<typeof override>;
const kind = literal(...(Object.keys(BODIES) as Kind[]));

const attributes = record(either(string, boolean, count, literal(null)));

/** What a terminal may send (CON2), by `t`. */
export const REQUESTS = {
  hello: object({ t: literal('hello'), v: count, token: string, terminal, epoch: optional(string), streams: held }),
  open: object({ t: literal('open'), s: stream, at: optional(point), re }),
  get: object({
    t: literal('get'),
    s: stream,
    after: optional(point),
    before: optional(count),
    limit: optional(count),
    re,
  }),
  shut: object({ t: literal('shut'), s: stream, re }),
  check: object({ t: literal('check'), streams: held, re }),
  send: object({
    t: literal('send'),
    id,
    s: target,
    epoch: string,
    kind,
    body: unknown,
    attempt: count,
    basedOn: optional(point),
    follows: optional(id),
    then: optional(then),
    override: optional(override),
    re,
  }),
  cancel: object({ t: literal('cancel'), s: target, id, re }),
  take: object({ t: literal('take'), id, queue: short(64), re }),
  read: object({ t: literal('read'), s: stream, n: count, re }),
  typing: object({ t: literal('typing'), s: stream, on: boolean, re }),
  alive: object({ t: literal('alive'), re }),
  presence: object({ t: literal('presence'), state: literal('taking', 'away'), re }),
  draft: object({ t: literal('draft'), s: stream, text: string, version: count, re }),
  visit: object({ t: literal('visit'), url: short(2048), title: optional(string), referrer: optional(string), re }),
  attributes: object({ t: literal('attributes'), attributes, re }),
  renew: object({ t: literal('renew'), token: string, re }),
  diverged: object({ t: literal('diverged'), s: stream, ours: point, theirs: point, re }),
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestOf<N extends RequestName> = Of<(typeof REQUESTS)[N]>;
export type Request = { [N in RequestName]: RequestOf<N> }[RequestName];
export type Hello = RequestOf<'hello'>;
export type Send = RequestOf<'send'>;

const read = tuple(string, count, string);
/** How far somebody has read: actor, number, time. A register: the highest number wins (CON3). */
export type Read = Of<typeof read>;

const pastConversation = object({
  conversation: string,
  number: count,
  queue: string,
  status: literal('open', 'snoozed', 'resolved'),
  startedAt: string,
  /** Null where the reader may see only date and queue (CON9). */
  preview: nullable(string),
});

/** Who the customer is, as of now (§3): sent with a conversation's snapshot. */
export const customer = object({
  id: string,
  name: string,
  email: nullable(string),
  verified: boolean,
  language: nullable(string),
  device: nullable(string),
  attributes,
  createdAt: string,
  lastHeardAt: nullable(string),
  visits: array(object({ url: string, title: string, referrer: string, at: string })),
  past: array(pastConversation),
});
export type Customer = Of<typeof customer>;

const status = literal('ok', 'behind', 'ahead', 'diverged', 'forbidden');
export const limits = object({ frame: count, text: count, updateItems: count, streams: count, graceMs: count });
export type Limits = Of<typeof limits>;
const you = object({
  type: literal('customer', 'agent', 'bot'),
  id: string,
  name: string,
  company: string,
  role: optional(literal('agent', 'supervisor', 'admin')),
  queues: optional(array(object({ id: string, name: string, role: literal('agent', 'supervisor') }))),
  presence: optional(literal('taking', 'away')),
  chats: optional(held),
});
export type You = Of<typeof you>;

export const update = object({
  t: literal('update'),
  s: stream,
  epoch: string,
  prev: point,
  items: array(item),
  head: point,
  re,
});
export type Update = Of<typeof update>;

/** What the server sends, by `t`. */
export const FRAMES = {
  welcome: object({
    t: literal('welcome'),
    session: string,
    epoch: string,
    now: string,
    beatMs: count,
    limits,
    you,
    streams: array(tuple(stream, status, count, string)),
  }),
  update,
  snapshot: object({
    t: literal('snapshot'),
    s: stream,
    epoch: string,
    before: point,
    items: array(item),
    at: point,
    state: unknown as Check<ConversationState | ChatState | null>,
    reads: optional(array(read)),
    customer: optional(customer),
    re,
  }),
  beat: object({
    t: literal('beat'),
    epoch: string,
    now: string,
    heads: held,
    reads: optional(array(tuple(stream, string, count, string))),
    re,
  }),
  sent: object({ t: literal('sent'), id: string, s: stream, at: point, re }),
  held: object({
    t: literal('held'),
    id: string,
    s: stream,
    attempt: count,
    update,
    because: array(count, 100),
    duplicateOf: optional(count),
    re,
  }),
  refused: object({
    t: literal('refused'),
    id: optional(string),
    re,
    code: string,
    message: string,
    retryAfterMs: optional(count),
  }),
  cancelled: object({ t: literal('cancelled'), id: string, s: target, re }),
  done: object({ t: literal('done'), re: short(64) }),
  gone: object({ t: literal('gone'), s: stream }),
  draft: object({ t: literal('draft'), s: stream, text: string, version: count }),
  signal: either(
    object({ t: literal('signal'), kind: literal('typing'), s: stream, actor, on: boolean }),
    object({
      t: literal('signal'),
      kind: literal('viewing'),
      s: stream,
      agents: array(object({ id: string, name: string })),
    }),
    object({
      t: literal('signal'),
      kind: literal('presence'),
      agent: string,
      state: literal('taking', 'away', 'offline'),
    }),
    object({ t: literal('signal'), kind: literal('read'), s: stream, actor: string, n: count, at: string }),
    object({ t: literal('signal'), kind: literal('position'), s: stream, place: count, waitMs: nullable(count) }),
  ),
} as const;

export type FrameName = keyof typeof FRAMES;
export type FrameOf<N extends FrameName> = Of<(typeof FRAMES)[N]>;
export type Frame = { [N in FrameName]: FrameOf<N> }[FrameName];
export type Snapshot = FrameOf<'snapshot'>;
export type Welcome = FrameOf<'welcome'>;
export type Beat = FrameOf<'beat'>;
export type Signal = FrameOf<'signal'>;
export type HeldAnswer = FrameOf<'held'>;

export type Decoded<T> =
  | { ok: true; frame: T }
  | { ok: false; malformed: boolean; t?: string; re?: string; id?: string };

function decode<T>(table: Record<string, Check<unknown>>, text: string, maxDepth: number): Decoded<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, malformed: true };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, malformed: true };
  const { t, re: answers, id: named } = value as { t?: unknown; re?: unknown; id?: unknown };
  if (typeof t !== 'string' || !nestsAtMost(value, maxDepth)) return { ok: false, malformed: true };
  const check = Object.hasOwn(table, t) ? table[t] : undefined;
  if (check?.(value)) return { ok: true, frame: value as T };
  return {
    ok: false,
    malformed: false,
    t,
    ...(typeof answers === 'string' && answers.length <= 64 ? { re: answers } : {}),
    ...(id(named) ? { id: named } : {}),
  };
}

/** Nesting allowed in a frame (CON5). */
export const MAX_DEPTH = 32;

/** Reads what a terminal sent. `malformed` counts towards 4009 (CON5); anything else unreadable is refused `bad_frame`. */
export function decodeRequest(text: string): Decoded<Request> {
  return decode<Request>(REQUESTS, text, MAX_DEPTH);
}

/** Reads what the server sent. */
export function decodeFrame(text: string): Decoded<Frame> {
  return decode<Frame>(FRAMES, text, MAX_DEPTH * 2);
}

export type { Entry } from './kinds.ts';
export { entry, type Point };
