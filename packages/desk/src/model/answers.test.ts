import { expect, test } from 'vitest';
import { answersIn } from './answers.ts';

test('§11 answers stand on lines of their own, each once, as many and as long as a message takes', () => {
  expect(answersIn(' Yes, please \n\nNo\nNo\n')).toEqual(['Yes, please', 'No']);
  expect(answersIn(Array.from({ length: 12 }, (_, n) => `${n}`).join('\n'))).toHaveLength(8);
  expect(answersIn('x'.repeat(200))[0]).toHaveLength(80);
  expect(answersIn('')).toEqual([]);
});
