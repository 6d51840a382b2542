import { emptyReplica, type Terminal } from '@heed/client';
import type {
  Excerpt,
  FoundConversation,
  SearchHit,
  SearchResults,
  SearchState,
  SearchWhere,
  Update,
} from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { ask } from './ask.ts';
import { agentNames, firstName, fullName } from './people.ts';
import { type TimelineRow, timelineRows } from './timeline.ts';
import { shortTime } from './times.ts';
import { queueName } from './views.ts';

/** What is looked for, and where. Undefined: everywhere. */
export interface Filters {
  where: SearchWhere | 'customers';
  queues?: readonly string[];
  states?: readonly SearchState[];
  from?: 'customer' | 'team';
  since?: Since;
}

export const WHERES = ['messages', 'notes', 'customers', 'files'] as const;
export const STATES: readonly SearchState[] = ['unanswered', 'open', 'snoozed', 'resolved'];
export const SINCES = ['week', 'month', 'year'] as const;
export type Since = (typeof SINCES)[number];
const DAYS: Record<Since, number> = { week: 7, month: 30, year: 365 };

export type Found =
  | { state: 'nothing asked' }
  | { state: 'asking'; before: Extract<Found, { state: 'found' }> | undefined }
  | { state: 'found'; q: string; filters: Filters; results: SearchResults; ms: number }
  | { state: 'failed' };

/** The address that answers a search. */
export function searchPath(q: string, { where, queues, states, from, since }: Filters, now: number): string {
  const query = new URLSearchParams({ q });
  if (where !== 'customers') query.set('where', where);
  if (queues) query.set('queues', queues.join(',') || '-');
  if (states) query.set('states', states.join(',') || 'snoozed');
  if (from) query.set('from', from);
  if (since) query.set('since', new Date(now - DAYS[since] * 86_400_000).toISOString());
  return `/v1/search?${query}`;
}

/** Asks the server; what was asked before and was not answered yet is forgotten. */
export async function search(q: string, filters: Filters, signal: AbortSignal): Promise<Found> {
  const begun = performance.now();
  try {
    const answer = await ask<SearchResults>('GET', searchPath(q, filters, Date.now()), { signal });
    if (!answer.ok) return { state: 'failed' };
    return { state: 'found', q, filters, results: answer.value, ms: Math.round(performance.now() - begun) };
  } catch (error) {
    if (!signal.aborted) console.warn('heed: the search was not answered', error);
    return { state: 'failed' };
  }
}

/** A stretch of an excerpt, marked where it is what was looked for. */
export function stretchesIn({ text, marks }: Excerpt): { text: string; isMark: boolean }[] {
  const stretches: { text: string; isMark: boolean }[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    if (from < at) continue;
    if (from > at) stretches.push({ text: text.slice(at, from), isMark: false });
    stretches.push({ text: text.slice(from, to), isMark: true });
    at = to;
  }
  if (at < text.length) stretches.push({ text: text.slice(at), isMark: false });
  return stretches;
}

/** A place that can be chosen with the arrow keys. */
export interface HitRow {
  key: string;
  conversation: string;
  hit: SearchHit;
  by: Sentence;
  time: string;
}

export interface FoundRow {
  found: FoundConversation;
  name: string;
  about: Sentence;
  hits: HitRow[];
}

/** Results as they are drawn, each conversation once. */
export function foundRows(t: Terminal, results: SearchResults, now: number): FoundRow[] {
  return results.conversations.map((found) => ({
    found,
    name: fullName(found.customer.name),
    about: aboutOf(t, found, now),
    hits: found.hits.map((hit) => ({
      key: `${found.conversation}-${hit.n}-${hit.where}`,
      conversation: found.conversation,
      hit,
      by: hit.by.name === t.you?.name ? { key: 'message.you' } : byOf(hit),
      time: shortTime(Date.parse(hit.at), now),
    })),
  }));
}

function byOf({ by }: SearchHit): Sentence {
  return { key: 'message.by', values: { name: firstName(by.name) } };
}

/** Where a conversation is: its queue, and who has it or since when it is done. */
function aboutOf(t: Terminal, { queue, state, holder, lastAt }: FoundConversation, now: number): Sentence {
  const values = { queue: queueName(t, queue), time: shortTime(Date.parse(lastAt), now) };
  if (state === 'resolved') return { key: 'search.about.resolved', values };
  const agent = holder?.startsWith('agent:') ? holder.slice('agent:'.length) : undefined;
  if (agent === undefined) return { key: 'search.about.inLine', values };
  if (agent === t.you?.id) return { key: 'search.about.you', values };
  const name = firstName(agentNames(t).get(agent) ?? '');
  return { key: 'search.about.with', values: { ...values, name } };
}

/** What is said where nothing, or all of it, was found; `wider` tells what would look in more places. */
export function verdict(found: Extract<Found, { state: 'found' }>): { sentence: Sentence; wider: Filters | undefined } {
  const { q, filters, results } = found;
  const counted = filters.where === 'customers' ? results.customers.length : hitCount(results);
  const isNarrow = filters.queues || filters.states || filters.from || filters.since;
  const elsewhere = WHERES.find((where) => where !== filters.where && results.counts.where[where] > 0);
  const wider: Filters | undefined = isNarrow ? { where: filters.where } : elsewhere && { where: elsewhere };
  if (counted === 0 && results.conversations.length === 0)
    return { sentence: { key: 'search.nothing', values: { q } }, wider };
  if (results.isMore) return { sentence: { key: 'search.more' }, wider: undefined };
  return { sentence: { key: 'search.all' }, wider: isNarrow ? wider : undefined };
}

export function hitCount(results: SearchResults): number {
  return results.conversations.reduce((sum, { hits }) => sum + hits.length, 0);
}

/** So many items are shown before and after a hit. */
const AROUND = 8;

/** Some of a conversation around a position, as its window would show it. */
export async function around(
  t: Terminal,
  conversation: string,
  n: number,
  signal: AbortSignal,
): Promise<TimelineRow[] | undefined> {
  const path = `/v1/conversations/${encodeURIComponent(conversation)}/items?before=${n + AROUND + 1}`;
  const answer = await ask<Update>('GET', path, { signal });
  if (!answer.ok) return undefined;
  const { s, items, prev, head } = answer.value;
  const near = items.filter((item) => item.n >= n - AROUND);
  const before = items.find((item) => item.n === n - AROUND - 1) ?? prev;
  const replica = { ...emptyReplica(s), items: near, at: head, before: { n: before.n, h: before.h } };
  const rows = timelineRows({ ...t, outbox: [], replicas: new Map([[s, replica]]) }, s, {
    now: Date.now(),
    opened: new Set(),
  });
  return rows.filter(({ type }) => type !== 'older');
}
