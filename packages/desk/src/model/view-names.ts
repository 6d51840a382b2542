import type { Terminal } from '@heed/client';
import type { Sentence } from '../words/index.ts';
import { savedView } from './saved-views.ts';
import { queueName, type View } from './views.ts';

const NAMES: Readonly<Record<string, Sentence>> = {
  'my-work': { key: 'view.mine' },
  queue: { key: 'view.queue' },
  unanswered: { key: 'view.unanswered' },
  all: { key: 'view.all' },
  snoozed: { key: 'view.snoozed' },
};

/** What a view is called. */
export function nameOfView(t: Terminal, view: View): Sentence {
  const known = NAMES[view];
  if (known) return known;
  if (view.startsWith('filter-')) return { key: 'view.filtered' };
  const saved = savedView(view);
  if (saved) return { key: 'message.by', values: { name: saved.name } };
  const name = view.startsWith('label-') ? view.slice('label-'.length) : queueName(t, view.slice('queue-'.length));
  return view.startsWith('saved-') ? { key: 'view.gone' } : { key: 'message.by', values: { name } };
}
