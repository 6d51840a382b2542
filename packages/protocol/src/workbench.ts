import type { ActorType, At } from './kinds.ts';
import type { Excerpt, SearchState } from './search.ts';

/** Whose something is: its owner's, a queue's, or everybody's. */
export type Scope = { type: 'own' } | { type: 'queue'; queue: string } | { type: 'all' };

/** An answer that was written once; `{first_name}` and its kind are filled in where it is used. */
export interface SavedReply {
  id: string;
  shortcut: string;
  folder: string;
  text: string;
  scope: Scope;
  used: number;
  mayChange: boolean;
}

/** What a view leaves of all that is open; what is left out does not matter. */
export interface ViewFilter {
  queues?: string[] | undefined;
  labels?: string[] | undefined;
  states?: ('unanswered' | 'answered' | 'snoozed')[] | undefined;
  holder?: 'me' | 'nobody' | 'others' | undefined;
}

export interface SavedView {
  id: string;
  name: string;
  isShared: boolean;
  mayChange: boolean;
  filter: ViewFilter;
}

/** A note in which somebody was named. */
export interface Mention {
  conversation: string;
  number: number;
  customer: { id: string; name: string };
  queue: string;
  state: SearchState;
  n: number;
  at: At;
  by: { type: ActorType; name: string };
  excerpt: Excerpt;
  seen: boolean;
}

export interface CustomerNote {
  id: string;
  author: { id: string; name: string };
  text: string;
  at: At;
  mayErase: boolean;
}

/** One conversation of a customer; of those outside its reader's queues only date and queue (CON9). */
export interface CustomerConversation {
  conversation: string;
  number: number;
  queue: string;
  state: SearchState;
  startedAt: At;
  mayRead: boolean;
  preview: string | null;
  holder: string | null;
  labels: string[];
  rating: number | null;
  firstReplyMs: number | null;
  waitingSince: At | null;
  dueAt: At | null;
}

/** A session of the person who asks. */
export interface OwnSession {
  id: string;
  device: string;
  address: string;
  createdAt: At;
  usedAt: At;
  isThis: boolean;
}

/** `GET /v1/customers/:id/page`: all that the team knows of somebody. */
export interface CustomerPage {
  id: string;
  inbox: string;
  name: string;
  email: string | null;
  verified: boolean;
  language: string | null;
  device: string | null;
  attributes: Record<string, string | number | boolean | null>;
  createdAt: At;
  lastHeardAt: At | null;
  visits: { url: string; title: string; at: At }[];
  conversations: CustomerConversation[];
  notes: CustomerNote[];
}

/** Somebody in the list of customers, the last heard first. */
export interface CustomerRow {
  id: string;
  name: string;
  email: string | null;
  verified: boolean;
  lastHeardAt: At | null;
  conversations: number;
  isWaiting: boolean;
}
