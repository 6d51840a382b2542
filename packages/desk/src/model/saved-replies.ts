import type { Terminal } from '@heed/client';
import type { SavedReply } from '@heed/protocol';
import { ask } from './ask.ts';
import { keptFrom } from './kept.ts';
import { firstName } from './people.ts';
import { conversationStream, entryOf, queueName, queuesOf } from './views.ts';

export const savedReplies = keptFrom('/v1/saved-replies', ({ replies }: { replies: SavedReply[] }) => replies);

/** A slash that asks for a saved reply: where it stands in the text, and what was typed after it. */
export interface Slash {
  from: number;
  to: number;
  query: string;
}

/** A slash at the beginning of a word, with the caret in that word. An address (`and/or`, `https://`) is none. */
export function slashAt(text: string, caret: number): Slash | undefined {
  const before = text.slice(0, caret);
  const found = /(?:^|\s)\/([\p{L}\p{N}\p{M}_-]*)$/u.exec(before);
  if (!found) return undefined;
  const query = found[1] ?? '';
  return { from: caret - query.length - 1, to: caret, query };
}

/** How many are offered at once. */
const MOST = 8;

function rank(reply: SavedReply, wanted: string): number {
  const shortcut = reply.shortcut.toLocaleLowerCase();
  if (shortcut.startsWith(wanted)) return 0;
  if (shortcut.includes(wanted)) return 1;
  if (reply.folder.toLocaleLowerCase().startsWith(wanted)) return 2;
  return reply.text.toLocaleLowerCase().includes(wanted) ? 3 : -1;
}

/** Those that fit what was typed: by shortcut, then folder, then words; the most used first. */
export function fitting(replies: readonly SavedReply[], query: string, most = MOST): SavedReply[] {
  const wanted = query.toLocaleLowerCase();
  return replies
    .map((reply) => ({ reply, rank: rank(reply, wanted) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => a.rank - b.rank || b.reply.used - a.reply.used || (a.reply.shortcut < b.reply.shortcut ? -1 : 1))
    .slice(0, most)
    .map(({ reply }) => reply);
}

/** What may stand in braces, beside the attributes of the customer. */
export const VARIABLES = [
  'first_name',
  'name',
  'email',
  'number',
  'queue',
  'agent',
  'agent_first_name',
  'company',
] as const;

/** What the braces of a reply stand for in this conversation. */
export function valuesFor(t: Terminal, id: string): ReadonlyMap<string, string> {
  const entry = entryOf(t, id);
  const customer = t.replicas.get(conversationStream(id))?.customer;
  const name = entry?.customer.name ?? customer?.name ?? '';
  const values = new Map<string, string>();
  const add = (key: string, value: string | number | boolean | null | undefined) => {
    if (value !== undefined && value !== null && value !== '') values.set(key, String(value));
  };
  for (const [key, value] of Object.entries(customer?.attributes ?? {})) add(key.toLocaleLowerCase(), value);
  // Somebody who has not told a name has none to be called by.
  if (!name.startsWith('#')) {
    add('name', name);
    add('first_name', name === '' ? '' : firstName(name));
  }
  add('email', customer?.email);
  add('number', entry?.number);
  add('queue', entry && queueName(t, entry.queue));
  add('agent', t.you?.name);
  add('agent_first_name', t.you && firstName(t.you.name));
  add('company', t.you?.company);
  return values;
}

/** A text with its variables filled in; `open` is where the first stands for which nothing is known. */
export function filled(text: string, values: ReadonlyMap<string, string>): { text: string; open?: [number, number] } {
  let open: [number, number] | undefined;
  let shift = 0;
  const done = text.replace(/\{([\p{L}\p{N}_. -]{1,60})\}/gu, (whole, name: string, at: number) => {
    const value = values.get(name.trim().toLocaleLowerCase());
    if (value === undefined) {
      open ??= [at + shift, at + shift + whole.length];
      return whole;
    }
    shift += value.length - whole.length;
    return value;
  });
  return { text: done, ...(open ? { open } : {}) };
}

/** Puts a reply where the slash stood; `select` is what the caret then covers. */
export function insert(
  text: string,
  { from, to }: Pick<Slash, 'from' | 'to'>,
  reply: { text: string; open?: [number, number] },
): { text: string; select: [number, number] } {
  const next = text.slice(0, from) + reply.text + text.slice(to);
  const end = from + reply.text.length;
  return { text: next, select: reply.open ? [from + reply.open[0], from + reply.open[1]] : [end, end] };
}

/** Tells that one was used; what is counted may be missed. */
export function noteUse(id: string): void {
  ask('POST', `/v1/saved-replies/${id}/used`).catch((error: unknown) =>
    console.warn('heed: a use was not counted', error),
  );
}

/** What a preview is filled in with: the reader's own names, and nobody's in particular. */
export function exampleValues(t: Terminal): ReadonlyMap<string, string> {
  const values: [string, string][] = [
    ['first_name', 'Maria'],
    ['name', 'Maria Silva'],
    ['email', 'maria@example.com'],
    ['number', '3127'],
    ['queue', queuesOf(t)[0]?.name ?? ''],
    ['agent', t.you?.name ?? ''],
    ['agent_first_name', firstName(t.you?.name ?? '')],
    ['company', t.you?.company ?? ''],
  ];
  return new Map(values);
}
