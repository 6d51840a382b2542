import { expect, test } from 'vitest';
import { markOf, questionOf, rankOf, sectionsFor } from './palette.ts';
import { terminal } from './test-terminal.ts';

const NOTHING = { conversations: [], customers: [] };

test('what is typed asks for everything, or for one kind', () => {
  expect(questionOf('  re')).toEqual({ only: undefined, text: 're' });
  expect(questionOf('> resolve')).toEqual({ only: 'commands', text: 'resolve' });
  expect(questionOf('@orla')).toEqual({ only: 'people', text: 'orla' });
  expect(questionOf('#31')).toEqual({ only: 'numbers', text: '31' });
});

test('names answer at their beginning, then at that of a word, then within', () => {
  expect(['Resolve', 'Camila Restrepo', 'Are you', 'No'].map((text) => rankOf(text, 're'))).toEqual([0, 1, 2, -1]);
  expect(rankOf('Ünal (neu)', '(n')).toBe(1);
  expect(markOf('Camila Restrepo', 're')).toEqual([7, 9]);
  expect(markOf('Camila', '')).toBeUndefined();
});

test('the open conversation comes first, and only where one is open', () => {
  const t = terminal([]);
  const titles = (open: string | undefined, typed: string) =>
    sectionsFor(t, open, questionOf(typed), [], NOTHING).map(({ title }) => title);
  expect(titles('k1', 're')[0]).toBe('palette.conversation');
  expect(titles(undefined, 're')).not.toContain('palette.conversation');
  expect(titles('k1', '@re')).not.toContain('palette.go');
  expect(sectionsFor(t, 'k1', questionOf('nothing is called so'), [], NOTHING)).toEqual([]);
});
