import { point } from './point.ts';
import {
  array,
  boolean,
  count,
  either,
  exact,
  literal,
  nullable,
  type Of,
  object,
  optional,
  short,
  string,
} from './shape.ts';

export const actor = object({ type: literal('customer', 'agent', 'bot', 'system'), id: string, name: string });
export type Actor = Of<typeof actor>;
export type ActorType = Actor['type'];

/** Times as transmitted: `YYYY-MM-DDTHH:mm:ss.sssZ` (STR2). */
export type At = string;

export const attachment = exact({
  id: short(64),
  name: short(255),
  type: short(127),
  size: count,
  sha256: short(64),
  width: optional(count),
  height: optional(count),
});
export type Attachment = Of<typeof attachment>;

/** The bodies of items, as far as the two applications and `evolve` read them. */
export interface ItemBodies {
  message: {
    text: string;
    attachments?: Attachment[];
    replyTo?: number;
    /** Answers of which the customer may press one. */
    choices?: string[];
    seen?: { n: number; h: string };
    covers?: number;
    overrode?: { upTo: { n: number; h: string }; reason?: string };
    basedOn?: { n: number; h: string };
  };
  note: { text: string; mentions?: string[] };
  edited: { target: number; text: string };
  erased: { target: number; reason?: string; covers?: number };
  assigned: Move;
  transferred: Move;
  queued: Move;
  returned: Move;
  escalated: Move;
  resolved: { reason?: string; noReplyNeeded?: { upTo: number; reason: string } };
  reopened: Record<string, never>;
  snoozed: { until: At };
  labelled: { added: string[]; removed: string[] };
  answeredMarked: { upTo: number; reason: string };
  rated: { score: 1 | 2 | 3 | 4 | 5; comment?: string };
  served: { by: { id: string; name: string } | null };
}
export type ItemKind = keyof ItemBodies;

/**
 * A work order went from one holder to another; `reason` is a word (take, push, new, woken, reply, signedOut, away, gone,
 * overdue …) or a person's sentence. Of `escalated` it is the step: remind, return, tell (CLK3).
 */
export interface Move {
  from: string | null;
  to: string | null;
  reason?: string;
  note?: string;
}

const MATERIAL: Record<ActorType, ReadonlySet<string>> = {
  customer: new Set(['message', 'edited', 'erased']),
  agent: new Set(['message', 'note', 'edited', 'resolved', 'reopened', 'assigned', 'transferred', 'returned']),
  bot: new Set(['message', 'note', 'edited', 'resolved', 'reopened', 'assigned', 'transferred', 'returned']),
  system: new Set(['resolved', 'reopened', 'assigned', 'transferred', 'returned']),
};

/** Whether somebody who answers must have seen this item (GRD2). */
export function isMaterial(kind: string, by: ActorType): boolean {
  return MATERIAL[by].has(kind);
}

/** The sends that the guard holds (GRD2). */
export const GUARDED: ReadonlySet<string> = new Set(['message', 'resolve', 'snooze', 'transfer', 'noReplyNeeded']);

/** One row of a list (LST2). */
export const entry = object({
  conversation: string,
  number: count,
  head: point,
  state: literal('waiting', 'active', 'snoozed'),
  customer: object({ id: string, name: string }),
  inbox: string,
  queue: string,
  holder: string,
  subject: nullable(string),
  preview: string,
  unanswered: count,
  waitingSince: nullable(string),
  soonAt: nullable(string),
  dueAt: nullable(string),
  overdue: boolean,
  pausedUntil: nullable(string),
  priority: either(count, literal(0)),
  labels: array(string),
  snoozedUntil: nullable(string),
  // Overdue for so long that the supervisors were told (CLK3).
  told: optional(literal(true)),
});
export type Entry = Of<typeof entry>;
