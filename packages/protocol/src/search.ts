import type { ActorType, At } from './kinds.ts';

/** Where words were found: what customers and agents wrote to each other, notes, names of files. */
export type SearchWhere = 'messages' | 'notes' | 'files';

/** A part of a text, and the stretches of it that were looked for. */
export interface Excerpt {
  text: string;
  marks: [from: number, to: number][];
}

/** A place in a conversation where something was found. */
export interface SearchHit {
  n: number;
  where: SearchWhere;
  by: { type: ActorType; name: string };
  at: At;
  excerpt: Excerpt;
}

export type SearchState = 'unanswered' | 'open' | 'snoozed' | 'resolved';

/** A conversation with what was found in it; with nothing where it was looked for by its number. */
export interface FoundConversation {
  conversation: string;
  number: number;
  customer: { id: string; name: string };
  queue: string;
  state: SearchState;
  holder: string | null;
  lastAt: At;
  hits: SearchHit[];
}

export interface FoundCustomer {
  id: string;
  name: string;
  email: string | null;
  verified: boolean;
  lastHeardAt: At | null;
  /** Their newest conversation that its reader may read. */
  conversation: string | null;
}

/** `GET /v1/search`. Counts are of everything found, before `where`, `queue` and `state` leave some out. */
export interface SearchResults {
  conversations: FoundConversation[];
  customers: FoundCustomer[];
  counts: {
    where: Record<SearchWhere | 'customers', number>;
    queues: Record<string, number>;
    states: Record<SearchState, number>;
  };
  /** There is more than was counted. */
  isMore: boolean;
}
