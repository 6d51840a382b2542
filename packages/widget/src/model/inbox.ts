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

type Loose = Record<string, unknown>;
const isLoose = (value: unknown): value is Loose => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const list = (value: unknown): Loose[] => (Array.isArray(value) ? value.filter(isLoose) : []);

function readMeasured(value: unknown): Measured | null {
  if (!isLoose(value)) return null;
  return {
    replies: number(value.replies),
    halfWithinMs: number(value.halfWithinMs),
    slowestMs: number(value.slowestMs),
    repliesMs: Array.isArray(value.repliesMs) ? value.repliesMs.map(number) : [],
  };
}

/** Reads an answer of the server, which may be newer or older than this script. */
export function readInbox(value: unknown): Inbox {
  const inbox = isLoose(value) ? value : {};
  return {
    id: text(inbox.id),
    name: text(inbox.name),
    company: text(inbox.company),
    team: list(inbox.team).map(({ id, name }) => ({ id: text(id), name: text(name) })),
    measured: readMeasured(inbox.measured),
    accent: typeof inbox.accent === 'string' ? inbox.accent : null,
  };
}

export function readPast(value: unknown): Past[] {
  return list(isLoose(value) ? value.conversations : []).map((row) => ({
    conversation: text(row.conversation),
    status: row.status === 'resolved' ? 'resolved' : 'open',
    preview: text(row.preview),
    at: text(row.at),
  }));
}
