import { expect, test } from 'vitest';
import { gathering } from './gathering.ts';

/** A source whose answers wait until they are let go. */
function source() {
  const asked: string[][] = [];
  const answers: (() => void)[] = [];
  const load = (keys: string[]) => {
    asked.push(keys);
    return new Promise<Map<string, number>>((resolve) => {
      answers.push(() => resolve(new Map(keys.map((key) => [key, key.length]))));
    });
  };
  return { asked, answers, load };
}

test('what comes while questions are under way is asked for at once, each key once', async () => {
  const { asked, answers, load } = source();
  const ask = gathering(load);
  const all = [['a'], ['b'], ['c', 'd'], ['d', 'ee']].map((keys) => ask(keys));
  expect(asked).toEqual([['a'], ['b']]);
  answers[0]?.();
  expect((await all[0])?.get('a')).toBe(1);
  expect(asked).toEqual([['a'], ['b'], ['c', 'd', 'ee']]);
  answers[1]?.();
  answers[2]?.();
  expect((await all[3])?.get('ee')).toBe(2);
});

test('CON2 nobody is answered by a question that was asked before theirs', async () => {
  const { asked, answers, load } = source();
  const ask = gathering(load);
  const [first, second, third] = [ask(['a']), ask(['a']), ask(['a'])];
  expect(asked).toEqual([['a'], ['a']]);
  answers[0]?.();
  await first;
  expect(asked).toHaveLength(3);
  answers[1]?.();
  answers[2]?.();
  await Promise.all([second, third]);
});

test('where a question fails all who shared it are told, and the next is asked', async () => {
  let isBroken = true;
  const ask = gathering(async (keys: string[]) => {
    if (isBroken) throw new Error('gone');
    return new Map(keys.map((key) => [key, 1]));
  });
  const answers = await Promise.allSettled([ask(['a']), ask(['b']), ask(['c'])]);
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  isBroken = false;
  expect((await ask(['a'])).get('a')).toBe(1);
});
