import type { ChatState, ConversationState } from './evolve.ts';
import { actor } from './kinds.ts';
import { point } from './point.ts';
import {
  array,
  boolean,
  type Check,
  count,
  either,
  literal,
  nullable,
  type Of,
  object,
  optional,
  short,
  string,
  tuple,
  unknown,
} from './shape.ts';
import { attributes, type Decoded, decode, held, MAX_DEPTH, re, stream, target } from './wire.ts';

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
export const limits = object({
  frame: count,
  text: count,
  updateItems: count,
  streams: count,
  graceMs: count,
  file: optional(count),
});
export type Limits = Of<typeof limits>;
const you = object({
  type: literal('customer', 'agent', 'bot'),
  id: string,
  name: string,
  company: string,
  role: optional(literal('agent', 'supervisor', 'admin')),
  queues: optional(array(object({ id: string, name: string, role: literal('agent', 'supervisor') }))),
  presence: optional(literal('taking', 'away')),
  // Agents: who else there is, since lists name a holder by id.
  team: optional(array(object({ id: string, name: string }))),
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
    object({ t: literal('signal'), kind: literal('viewing'), s: stream, actor, on: boolean }),
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

/** Reads what the server sent. */
export function decodeFrame(text: string): Decoded<Frame> {
  return decode<Frame>(FRAMES, text, MAX_DEPTH * 2);
}
