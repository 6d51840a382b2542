import { emptyReplica } from '@heed/client';
import type { Entry } from '@heed/protocol';
import { expect, test } from 'vitest';
import { bulkSends } from './bulk.ts';
import { ORLA, S, said, terminal, windowOf } from './test-terminal.ts';

const base = terminal([windowOf([said(1, ORLA, 'a')])]);
const me = `agent:${base.you?.id}`;
const id = S.slice('conversation/'.length);

function withEntry(more: Partial<Entry>) {
  const entry = {
    conversation: id,
    queue: 'q1',
    holder: me,
    labels: ['gift'],
    waitingSince: null,
    head: { n: 1, h: 'h1' },
    state: 'open',
    ...more,
  } as Entry;
  const list = { ...emptyReplica(`list/${me}`), entries: new Map([[id, entry]]) };
  return { ...base, replicas: new Map([...base.replicas, [list.s, list]]) };
}

test('labels go to those that lack them', () => {
  const act = { do: 'label', add: ['gift', 'loom'] } as const;
  expect(bulkSends(withEntry({}), [id], { ...act, add: [...act.add] }).sends).toEqual([
    { conversation: id, kind: 'label', body: { add: ['loom'] } },
  ]);
  expect(bulkSends(withEntry({}), [id], { do: 'label', add: ['gift'] })).toEqual({ sends: [], left: 1 });
});

test('GRD2 only what was seen, and where nobody waits, is resolved', () => {
  const resolve = { do: 'resolve' } as const;
  expect(bulkSends(withEntry({ waitingSince: '2026-01-01T00:00:00.000Z' }), [id], resolve).left).toBe(1);
  expect(bulkSends(withEntry({ head: { n: 9, h: 'h9' } }), [id], resolve).left).toBe(1);
});

test('LST7 the holder hands over, a supervisor assigns, nobody else', () => {
  const move = { do: 'move', to: 'agent:other', note: '' } as const;
  expect(bulkSends(withEntry({}), [id], move).sends[0]?.kind).toMatch(/transfer|assign/);
  expect(bulkSends(withEntry({ holder: 'agent:other' }), [id], move).left).toBe(1);
});
