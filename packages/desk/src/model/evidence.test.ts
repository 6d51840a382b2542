import { expect, test } from 'vitest';
import { evidenceOf } from './evidence.ts';
import { item, ORLA, S, said, TEO, terminal, windowOf } from './test-terminal.ts';

const point = (n: number) => ({ n, h: `h${n}` });
const reply = (n: number, seen: number, more = {}) =>
  item(n, TEO, 'message', { text: 'Here you are', seen: point(seen), covers: seen, ...more });

test('GRD7 a reply shows what its author had seen, what it covers, and what stands between', () => {
  const items = [
    said(1, ORLA, 'One'),
    item(2, TEO, 'labelled', { added: ['gift'], removed: [] }),
    said(3, ORLA, 'Two'),
    reply(4, 1, { overrode: { upTo: point(3), reason: 'She asked twice' } }),
  ];
  const evidence = evidenceOf(terminal([windowOf(items)]), S, 4);
  expect(evidence).toMatchObject({
    basedOn: { values: { n: 1 } },
    covers: { key: 'evidence.covers', values: { n: 1 } },
    overrode: { sentence: { values: { n: 3 } }, reason: 'She asked twice' },
    betweenTitle: { key: 'evidence.between', values: { count: 2 } },
  });
  expect(evidence?.between.map(({ n, counts, text }) => [n, counts, text])).toEqual([
    [2, false, undefined],
    [3, true, 'Two'],
  ]);
});

test('GRD7 nothing between, or a stretch that this window does not hold', () => {
  expect(evidenceOf(terminal([windowOf([said(1, ORLA, 'One'), reply(2, 1)])]), S, 2)?.betweenTitle).toEqual({
    key: 'evidence.none',
    values: { n: 1 },
  });
  expect(evidenceOf(terminal([windowOf([reply(9, 4)])]), S, 9)?.betweenTitle.key).toBe('evidence.missing');
  expect(evidenceOf(terminal([windowOf([said(1, ORLA, 'One')])]), S, 1)).toBeUndefined();
});
