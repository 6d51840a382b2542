import type { Client, Terminal } from '@heed/client';
import type { Entry, Kind } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { conversationStream, entryOf, supervisedQueues } from './views.ts';

/** What is done with several conversations at once. */
export type BulkAct = { do: 'move'; to: string; note: string } | { do: 'label'; add: string[] } | { do: 'resolve' };

export interface BulkSend {
  conversation: string;
  kind: Kind;
  body: unknown;
}

function supervises(t: Terminal, queue: string): boolean {
  return t.you?.role === 'admin' || supervisedQueues(t).some(({ id }) => id === queue);
}

/** What a conversation gets; undefined where this may not be done with it, or not unseen (GRD2). */
function sendFor(t: Terminal, entry: Entry, act: BulkAct): BulkSend | undefined {
  const { conversation } = entry;
  if (act.do === 'label') {
    const add = act.add.filter((label) => !entry.labels.includes(label));
    return add.length === 0 ? undefined : { conversation, kind: 'label', body: { add } };
  }
  if (act.do === 'resolve') {
    // Resolving says that all was seen: what this desk does not hold, or has not shown, is left.
    const replica = t.replicas.get(conversationStream(conversation));
    const isSeen = replica?.at !== undefined && replica.seen.n >= entry.head.n;
    return entry.waitingSince === null && isSeen ? { conversation, kind: 'resolve', body: {} } : undefined;
  }
  if (entry.holder === act.to) return undefined;
  const mine = entry.holder === `agent:${t.you?.id}`;
  if (supervises(t, entry.queue))
    return { conversation, kind: 'assign', body: { to: act.to, ...(act.note ? { reason: act.note } : {}) } };
  if (!mine) return undefined;
  return { conversation, kind: 'transfer', body: { to: act.to, ...(act.note ? { note: act.note } : {}) } };
}

/** What is sent for the chosen ones, and how many are left as they are. */
export function bulkSends(t: Terminal, chosen: readonly string[], act: BulkAct): { sends: BulkSend[]; left: number } {
  const entries = chosen.flatMap((id) => entryOf(t, id) ?? []);
  const sends = entries.flatMap((entry) => sendFor(t, entry, act) ?? []);
  return { sends, left: chosen.length - sends.length };
}

/** A window is kept open so long for its send: nothing goes out of one that is not in step. */
const OPEN_MS = 30_000;

/** Does it, each through its own conversation and the same guard; tells how many. */
export function doAll(client: Client, chosen: readonly string[], act: BulkAct): Sentence {
  const { sends, left } = bulkSends(client.state, chosen, act);
  for (const { conversation, kind, body } of sends) {
    const s = conversationStream(conversation);
    const close = client.watch(s);
    setTimeout(close, OPEN_MS);
    client.press({ s, kind, body });
  }
  if (left > 0) return { key: 'bulk.left', values: { count: sends.length, left } };
  return { key: 'bulk.done', values: { count: sends.length } };
}
