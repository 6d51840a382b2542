import { expect, test } from 'vitest';
import { mentionsIn } from './mentions.ts';
import { terminal } from './test-terminal.ts';

const you = terminal([]).you;
const team = ['Alma Reyes', 'Teo Lindgren', 'Ann Arden', 'Ann Berg'].map((name, index) => ({
  id: `a${index + 1}`,
  name,
}));
const t = terminal([], you ? { you: { ...you, team } } : {});

test('CON9 a note names colleagues by @ and their name; a name that two share needs the whole of it', () => {
  expect(mentionsIn(t, 'Could @teo look at this?')).toEqual(['a2']);
  expect(mentionsIn(t, '@Teo Lindgren and @Ann Berg, please')).toEqual(['a2', 'a4']);
  expect(mentionsIn(t, '@Ann, please')).toEqual([]);
  expect(mentionsIn(t, '@Teodor or teo or @Alma')).toEqual([]);
});
