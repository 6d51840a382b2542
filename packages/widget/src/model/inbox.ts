import type { Measured } from './measured.ts';

/** What the server says of the inbox with a customer's session. */
export interface Inbox {
  id: string;
  name: string;
  company: string;
  team: { id: string; name: string }[];
  measured: Measured | null;
  accent: string | null;
}

/** One of the customer's conversations, as `GET /v1/conversations` lists them. */
export interface Past {
  conversation: string;
  status: 'open' | 'resolved';
  preview: string;
  at: string;
}

const NOTHING: Inbox = { id: '', name: '', company: '', team: [], measured: null, accent: null };

/** Reads an answer of the server, which may be older than this script and lack a field. */
export function readInbox(value: unknown): Inbox {
  return { ...NOTHING, ...(value as Partial<Inbox> | null) };
}

export function readPast(value: unknown): Past[] {
  return (value as { conversations?: Past[] } | null)?.conversations ?? [];
}
