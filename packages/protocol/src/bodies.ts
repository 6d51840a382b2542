import { attachment } from './kinds.ts';
import { array, type Check, count, exact, literal, type Of, optional, short } from './shape.ts';

const holder: Check<string> = (value): value is string =>
  typeof value === 'string' && /^(?:queue|agent):[A-Za-z0-9_-]{1,64}$/.test(value);
const time: Check<string> = (value): value is string =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const reason = optional(short(2000));

/**
 * Whether the text can be stored exactly as it is (SND10): well-formed Unicode without U+0000. Its length in bytes is
 * a limit of the installation and checked where the limit is known.
 */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed() && !value.includes('\u0000');
}
const text: Check<string> = isText;

export const noReply = exact({ upTo: count, reason: short(2000) });

/** What each send carries (§11). */
export const BODIES = {
  // A message that was to begin a chat keeps its inbox when an earlier one began it (SND7).
  message: exact({
    text,
    inbox: optional(short(64)),
    attachments: optional(array(attachment, 20)),
    replyTo: optional(count),
    choices: optional(array(short(80), 8)),
  }),
  note: exact({ text, mentions: optional(array(short(64), 50)) }),
  edit: exact({ target: count, text }),
  erase: exact({ target: count, reason }),
  assign: exact({ to: holder, reason }),
  transfer: exact({ to: holder, note: optional(text) }),
  resolve: exact({ reason, noReplyNeeded: optional(noReply) }),
  reopen: exact({}),
  snooze: exact({ until: time }),
  label: exact({ add: optional(array(short(64), 20)), remove: optional(array(short(64), 20)) }),
  noReplyNeeded: noReply,
  rating: exact({ score: literal(1, 2, 3, 4, 5), comment: optional(text) }),
} as const satisfies Record<string, Check<unknown>>;

export type Kind = keyof typeof BODIES;
export type Body<K extends Kind> = Of<(typeof BODIES)[K]>;

/** A customer's first message (SND7): `s: 'chat/new'`, the inbox in the body. */
export const newChat = exact({
  text,
  inbox: short(64),
  attachments: optional(array(attachment, 20)),
});
/** An agent begins a conversation (SND7): `s: 'conversation/new'`. */
export const newConversation = exact({ text, inbox: short(64), customer: short(64) });

/** Whether a send can be what it says it is: known kind, a body that fits it, nothing else in it. */
export function isBody(stream: string, kind: Kind, body: unknown): boolean {
  if (stream === 'chat/new') return kind === 'message' && newChat(body);
  if (stream === 'conversation/new') return kind === 'message' && newConversation(body);
  return BODIES[kind](body);
}
