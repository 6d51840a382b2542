import type { Measured } from './measured.ts';

/** What the server says of the inbox with a customer's session. */
export interface Inbox {
  id: string;
  name: string;
  company: string;
  team: { id: string; name: string }[];
  measured: Measured | null;
  accent: string | null;
  /** Instead of our own sentence. */
  greeting: string | null;
  /** What customers most often write about. */
  topics: string[];
  /** What is asked before the first message. */
  ask: { name: Wanted; email: Wanted } | null;
  consent: { text: string; url?: string } | null;
  /** When the team is there again; null while it is. */
  opensAt: string | null;
  /** Whether answers and transcripts can be mailed. */
  mail: boolean;
}

export type Wanted = 'no' | 'optional' | 'required';

/** One of the customer's conversations, as `GET /v1/conversations` lists them. */
export interface Past {
  conversation: string;
  status: 'open' | 'resolved';
  preview: string;
  at: string;
}

const NOTHING: Inbox = {
  ...{ id: '', name: '', company: '', team: [], measured: null, accent: null },
  ...{ greeting: null, topics: [], ask: null, consent: null, opensAt: null, mail: false },
};

/** Reads an answer of the server, which may be older than this script and lack a field. */
export function readInbox(value: unknown): Inbox {
  return { ...NOTHING, ...(value as Partial<Inbox> | null) };
}

export function readPast(value: unknown): Past[] {
  return (value as { conversations?: Past[] } | null)?.conversations ?? [];
}
