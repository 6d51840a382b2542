import type { SavedReply } from '@heed/protocol';
import { expect, test } from 'vitest';
import { filled, fitting, insert, slashAt } from './saved-replies.ts';

function reply(shortcut: string, text: string, used = 0): SavedReply {
  return { id: shortcut, shortcut, folder: '', text, scope: { type: 'all' }, used, mayChange: true };
}

test('a slash asks at the beginning of a word, not in an address', () => {
  expect(slashAt('/', 1)).toEqual({ from: 0, to: 1, query: '' });
  expect(slashAt('Yes. /repl', 10)).toEqual({ from: 5, to: 10, query: 'repl' });
  expect(slashAt('a\n/ß-1', 6)).toMatchObject({ query: 'ß-1' });
  for (const text of ['and/or', 'https://', '// no', 'x /y z'])
    expect(slashAt(text, text.length), text).toBeUndefined();
});

test('replies fit by shortcut first, the most used before others', () => {
  const replies = [reply('late', 'We replace it'), reply('replace-keep', 'a', 1), reply('replace-return', 'b', 5)];
  expect(fitting(replies, 'REPL').map(({ shortcut }) => shortcut)).toEqual(['replace-return', 'replace-keep', 'late']);
  expect(fitting(replies, 'nothing')).toEqual([]);
});

test('variables are filled in, and the first that is not known is selected', () => {
  const values = new Map([
    ['first_name', 'Rónán'],
    ['order no', '7'],
  ]);
  const text = 'Hello {first_name}, {Order No} goes to {city}. {"json": 1} {}';
  const done = filled(text, values);
  expect(done.text).toBe('Hello Rónán, 7 goes to {city}. {"json": 1} {}');
  expect(done.text.slice(...(done.open ?? [0, 0]))).toBe('{city}');
  const put = insert('Yes. /x more', { from: 5, to: 7 }, done);
  expect(put.text).toBe(`Yes. ${done.text} more`);
  expect(put.text.slice(...put.select)).toBe('{city}');
  expect(insert('/x', { from: 0, to: 2 }, { text: 'Hi' })).toEqual({ text: 'Hi', select: [2, 2] });
});

test('a value with braces or marks of a replacement is taken as it is', () => {
  expect(filled('{name}!', new Map([['name', "{name} $& $1 $'"]])).text).toBe("{name} $& $1 $'!");
});
