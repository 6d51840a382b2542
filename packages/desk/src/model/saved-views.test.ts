import type { Entry } from '@heed/protocol';
import { expect, test } from 'vitest';
import { choicesOf, labelChange } from './labels.ts';
import { filterOf, passes, viewFor } from './saved-views.ts';
import { terminal } from './test-terminal.ts';
import { addressOf, hrefOf, placeOf } from './views.ts';

const t = terminal([]);
const entry = (more: Partial<Entry>) =>
  ({ queue: 'q1', labels: [], state: 'open', waitingSince: null, holder: `agent:${t.you?.id}`, ...more }) as Entry;

test('a filter leaves what fits in all that it names', () => {
  expect(passes(t, entry({}), {})).toBe(true);
  expect(passes(t, entry({ labels: ['gift', 'x'] }), { labels: ['gift', 'y'], holder: 'me' })).toBe(true);
  expect(passes(t, entry({ labels: ['x'] }), { labels: ['gift'] })).toBe(false);
  expect(passes(t, entry({ waitingSince: '2026-01-01' }), { states: ['unanswered'] })).toBe(true);
  expect(passes(t, entry({ state: 'snoozed' }), { states: ['answered'] })).toBe(false);
  expect(passes(t, entry({ holder: 'queue:q1' }), { holder: 'nobody' })).toBe(true);
  expect(passes(t, entry({ holder: 'agent:else' }), { holder: 'me' })).toBe(false);
});

test('a filter stands in the address as it is, and nonsense there filters nothing', () => {
  const filter = { labels: ['loom / fault', '100 %'], states: ['unanswered' as const] };
  const view = viewFor(filter);
  expect(filterOf(view)).toMatchObject(filter);
  expect(viewFor({})).toBe('all');
  expect(filterOf('filter-{')).toEqual({});
  expect(filterOf('saved-unknown')).toEqual({ states: [] });
  expect(filterOf('label-gift')).toEqual({ labels: ['gift'] });
  expect(decodeURIComponent(hrefOf({ view }))).toBe(`/desk/${view}`);
});

test('places are told by their address', () => {
  for (const place of [
    { view: 'my-work' },
    { view: 'all', conversation: 'c1', at: 12 },
    { view: 'all', page: { name: 'search', q: 'a b' } },
    { view: 'my-work', page: { name: 'settings', section: 'replies' } },
    { view: 'my-work', page: { name: 'customer', id: 'c9' } },
    { view: 'my-work', page: { name: 'customers' } },
    { view: 'my-work', page: { name: 'mentions' } },
  ] as const)
    expect(placeOf(addressOf(place))).toEqual(place);
  expect(placeOf({ view: 'all', rest: 'c1', hash: 'x' })).toEqual({ view: 'all', conversation: 'c1' });
});

test('labels: what is known is offered, what is new can be made, what changes is sent', () => {
  expect(choicesOf(['gift', 'customs'], ['loom'], '').map(({ name }) => name)).toEqual(['customs', 'gift', 'loom']);
  expect(choicesOf(['gift'], [], ' Gift ')).toEqual([{ name: 'gift', isNew: false }]);
  expect(choicesOf(['gift'], [], 'gif')).toEqual([
    { name: 'gift', isNew: false },
    { name: 'gif', isNew: true },
  ]);
  expect(labelChange(['a', 'b'], ['b', 'c'])).toEqual({ add: ['c'], remove: ['a'] });
  expect(labelChange(['a'], ['a'])).toBeUndefined();
});
