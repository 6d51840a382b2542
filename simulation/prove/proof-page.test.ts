import { expect, test } from 'vitest';
import type { Trial } from './mutants.ts';
import { withTable } from './proof-page.ts';

const TRIAL: Trial = {
  name: 'gap',
  rule: 'CMP6',
  title: 'a gap is not seen',
  where: 'worlds',
  isFound: true,
  worlds: 12,
  seconds: 3,
  by: 'I1',
};
const PAGE = 'before\n<!-- mutants: written by npm run prove -- --write -->\nold\n<!-- end of mutants -->\nafter\n';

const inPg = { ...TRIAL, where: 'pg' as const };

test('the table stands between its markers, and what is around it stays', () => {
  const page = withTable(PAGE, [TRIAL, { ...TRIAL, ...inPg, isFound: false }], [TRIAL, inPg]);
  expect(page).toContain('| CMP6 | a gap is not seen | worlds | 12 worlds | I1 |');
  expect(page).toContain('**not found**');
  expect(page).not.toContain('old');
  expect(page).toMatch(/^before\n[\s\S]*after\n$/);
  expect(withTable(page, [{ ...TRIAL, worlds: 7 }], [TRIAL, inPg])).toContain('**not found**');
  expect(withTable(page, [], [TRIAL])).not.toContain('not found');
});

test('a page without markers is left alone', () => {
  expect(() => withTable('before\n', [TRIAL], [TRIAL])).toThrow('no place');
});
