import { expect, test } from 'vitest';
import { returnedOf, tellNoMore, toldUpTo } from './returned.ts';
import { entry, item, list, SYSTEM, terminal } from './test-terminal.ts';

const left = (n: number, conversation: string, reason?: string) =>
  item(n, SYSTEM, 'left', { conversation, to: 'queue:q1', ...(reason ? { reason } : {}) });

test('LST6 what was taken back is said with its reason, until it is with its agent again or was told', () => {
  const back = entry('k4');
  const replica = {
    ...list('list/agent:a1', []),
    items: [left(1, 'k1', 'gone'), left(2, 'k2', 'gone'), left(3, 'k3'), left(4, 'k4', 'away')],
    entries: new Map([['k4', back]]),
  };
  const open = list('list/open:q1', [entry('k1', { customer: { id: 'c', name: 'Orla Hennigan' } })]);
  const drafts = new Map([['conversation/k2', { text: 'Half a reply', version: 1, kind: 'message' as const }]]);
  const t = terminal([replica, open], { drafts });
  expect(returnedOf(t, 0)).toEqual({
    upTo: 4,
    groups: [
      {
        why: 'returned.gone',
        queue: 'Orders',
        conversations: [
          { id: 'k1', name: 'Orla Hennigan', hasDraft: false },
          { id: 'k2', name: '', hasDraft: true },
        ],
      },
    ],
  });
  expect(returnedOf(t, 4).groups).toEqual([]);
});

test('what was told of is remembered on the device', () => {
  const shelf = new Map<string, string>();
  const store = {
    getItem: (key: string) => shelf.get(key) ?? null,
    setItem: (key: string, value: string) => void shelf.set(key, value),
  };
  expect(toldUpTo(store, 'a1')).toBe(0);
  tellNoMore(store, 'a1', 7);
  expect([toldUpTo(store, 'a1'), toldUpTo(store, 'a2')]).toEqual([7, 0]);
});
