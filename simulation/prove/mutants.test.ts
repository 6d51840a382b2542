import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutantsOf } from './mutants.ts';
import { patched } from './patch.ts';

const root = join(import.meta.dirname, '../..');
const mutants = mutantsOf(root);

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('the mutant %s still fits', (_, mutant) => {
  for (const file of mutant.files) {
    const content = readFileSync(join(root, file.path), 'utf8');
    expect(patched(content, file)).not.toBe(content);
  }
});

test('there are as many mutants as were promised, and some of them over PostgreSQL', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(25);
  expect(mutants.filter(({ where }) => where.startsWith('pg ')).length).toBeGreaterThanOrEqual(6);
});
