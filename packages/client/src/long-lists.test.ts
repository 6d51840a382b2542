import type { Entry, Item, Update } from '@heed/protocol';
import { expect, test } from 'vitest';
import { type Input, newTerminal, step } from './terminal.ts';

const S = 'list/open:q1';
const ME = { type: 'agent' as const, id: 'a1', name: 'Ann', company: 'Co', role: 'agent' as const, queues: [] };
const LIMITS = { frame: 262_144, text: 16_384, updateItems: 100, streams: 300, graceMs: 60_000 };
const SYSTEM = { type: 'system' as const, id: 'system', name: '' };
const AT = '2026-01-01T00:00:00.000Z';

/** A wall's list with so many conversations that came, changed and left, as a page that never reloads holds it. */
function afterDays(conversations: number) {
  let t = newTerminal('desk', 't1', 0);
  const run = (input: Input) => {
    t = step(t, input, 0, 0.5).state;
  };
  run({ i: 'watch', s: S });
  run({ i: 'start' });
  run({ i: 'opened', token: 'x' });
  run({
    i: 'frame',
    frame: { t: 'welcome', session: 's', epoch: 'e', now: AT, beatMs: 10_000, limits: LIMITS, you: ME, streams: [] },
  });
  let n = 0;
  const push = (kind: string, body: object) => {
    const prev = { n, h: `h${n}` };
    n += 1;
    const item: Item = { n, h: `h${n}`, id: `i${n}`, kind, actor: SYSTEM, at: AT, body };
    const update: Update = { t: 'update', s: S, epoch: 'e', prev, items: [item], head: { n, h: `h${n}` } };
    run({ i: 'frame', frame: update });
  };
  for (let k = 0; k < conversations; k++) {
    const entry = { conversation: `k${k}`, head: { n: 1, h: 'x' } } as Entry;
    push('entered', entry);
    push('changed', { ...entry, unanswered: 2 });
    if (k >= 5) push('left', { conversation: `k${k - 5}`, to: null });
  }
  return { replica: t.replicas.get(S), n };
}

test('I13 a list does not grow with all that ever came and left', () => {
  const { replica, n } = afterDays(3_000);
  expect(replica?.at?.n).toBe(n);
  expect(replica?.entries.size).toBe(5);
  expect(replica?.items.length).toBeLessThanOrEqual(205);
  expect(replica?.items.filter(({ kind }) => kind !== 'left')).toHaveLength(5);
});
