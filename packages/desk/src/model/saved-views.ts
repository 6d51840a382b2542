import type { Terminal } from '@heed/client';
import type { Entry, SavedView, ViewFilter } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { ask } from './ask.ts';
import { keptFrom } from './kept.ts';

export const savedViews = keptFrom('/v1/views', ({ views }: { views: SavedView[] }) => views);

/** A part of all that is open: by label, by a filter of the moment, by a saved one. */
export type FilterView = `label-${string}` | `filter-${string}` | `saved-${string}`;

export function isFilterView(view: string): view is FilterView {
  return /^(label|filter|saved)-./u.test(view);
}

/** What a view leaves; a saved one that is not known (yet) leaves nothing. */
export function filterOf(view: string): ViewFilter | undefined {
  if (view.startsWith('label-')) return { labels: [view.slice('label-'.length)] };
  if (view.startsWith('filter-')) return parsed(view.slice('filter-'.length));
  if (view.startsWith('saved-')) return savedView(view)?.filter ?? { states: [] };
  return undefined;
}

export function savedView(view: string): SavedView | undefined {
  return savedViews.now()?.find(({ id }) => view === `saved-${id}`);
}

export function viewFor(filter: ViewFilter): FilterView | 'all' {
  const { queues, labels, states, holder } = filter;
  const kept = { queues, labels, states, holder };
  const text = JSON.stringify(kept);
  return text === '{}' ? 'all' : `filter-${text}`;
}

/** An address is anybody's text: what does not fit in it is left out. */
function parsed(text: string): ViewFilter {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const list = (name: string): string[] | undefined =>
      Array.isArray(value[name]) ? value[name].filter((each) => typeof each === 'string') : undefined;
    return {
      queues: list('queues'),
      labels: list('labels'),
      states: list('states') as ViewFilter['states'],
      holder: HOLDERS.find((holder) => holder === value.holder),
    };
  } catch {
    return {};
  }
}

export const STATES = ['unanswered', 'answered', 'snoozed'] as const;
export const HOLDERS = ['me', 'nobody', 'others'] as const;

/** Whether a filter leaves this work order in. */
export function passes(t: Terminal, entry: Entry, { queues, labels, states, holder }: ViewFilter): boolean {
  const state = entry.state === 'snoozed' ? 'snoozed' : entry.waitingSince === null ? 'answered' : 'unanswered';
  const mine = entry.holder === `agent:${t.you?.id}`;
  const whose = mine ? 'me' : entry.holder.startsWith('queue:') ? 'nobody' : 'others';
  return (
    (queues?.includes(entry.queue) ?? true) &&
    (labels?.some((label) => entry.labels.includes(label)) ?? true) &&
    (states?.includes(state) ?? true) &&
    (holder === undefined || holder === whose)
  );
}

/** Keeps a filter under a name; a sentence where that was not done. */
export async function saveView(
  view: Pick<SavedView, 'id' | 'name' | 'isShared' | 'filter'>,
): Promise<Sentence | undefined> {
  return told(() => ask('POST', '/v1/views', { body: view }));
}

export async function dropView(id: string): Promise<Sentence | undefined> {
  return told(() => ask('DELETE', `/v1/views/${id}`));
}

async function told(call: () => ReturnType<typeof ask>): Promise<Sentence | undefined> {
  try {
    const answer = await call();
    await savedViews.refresh();
    return answer.ok ? undefined : { key: 'saved.refused', values: { message: answer.message } };
  } catch (error) {
    console.warn('heed: a view could not be changed', error);
    return { key: 'saved.unreachable' };
  }
}
