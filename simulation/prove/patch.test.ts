import { expect, test } from 'vitest';
import { parseMutant, patched } from './patch.ts';

const PATCH = `rule: CMP6
title: a gap is not seen
where: worlds
--- a/one.ts
+++ b/one.ts
@@ -1,3 +1,3 @@
 before
-old
+new
 after
`;

test('a patch says its rule, its title and where it must be found, and changes its lines', () => {
  const mutant = parseMutant('gap', PATCH);
  expect(mutant).toMatchObject({ name: 'gap', rule: 'CMP6', title: 'a gap is not seen', where: 'worlds' });
  expect(patched('first\nbefore\nold\nafter\n', mutant.files[0] as never)).toBe('first\nbefore\nnew\nafter\n');
});

test('a patch that fits no more, or more than once, fails', () => {
  const [file] = parseMutant('gap', PATCH).files;
  expect(() => patched('before\nother\nafter\n', file as never)).toThrow('0 times');
  expect(() => patched('before\nold\nafter\nbefore\nold\nafter\n', file as never)).toThrow('2 times');
});

test('a patch without a header, or without a change, is none', () => {
  expect(() => parseMutant('gap', PATCH.replace('where', 'there'))).toThrow('where');
  expect(() => parseMutant('gap', PATCH.split('---')[0] as string)).toThrow('changes nothing');
});
