import { expect, test } from 'vitest';
import { excerptOf, findIn } from './excerpt.ts';

const marked = (text: string, marks: [number, number][]) => marks.map(([from, to]) => text.slice(from, to));

test('a text fits as written, as a phrase, with the words apart, or not', () => {
  const text = 'One has a Pulled thread, right along the seam.';
  expect(findIn(text, 'Pulled thread', [['pulled'], ['thread']])).toMatchObject({ fit: 'written' });
  const phrase = findIn(text, 'PULLED THREAD', [['pulled'], ['thread']]);
  expect(phrase.fit).toBe('phrase');
  expect(marked(text, phrase.marks)).toEqual(['Pulled thread']);
  const apart = findIn(text, 'seam thr', [['seam'], ['thr']]);
  expect(apart.fit).toBe('words');
  expect(marked(text, apart.marks)).toEqual(['thread', 'seam']);
  expect(findIn(text, 'seams', [['seams']]).fit).toBe('none');
});

test('an excerpt shows what was found, with its marks, and breaks no letter', () => {
  const text = `${'word '.repeat(60)}the pulled\nthread${' and on'.repeat(60)}`;
  const { marks } = findIn(text, 'pulled thread', [['pulled'], ['thread']]);
  const excerpt = excerptOf(text, marks);
  expect(excerpt.text.length).toBeLessThan(200);
  expect(excerpt.text).toMatch(/^…word .*…$/);
  expect(marked(excerpt.text, excerpt.marks)).toEqual(['pulled thread']);
  const smiles = excerptOf('😀'.repeat(200), []);
  expect(smiles.text).toMatch(/^(😀)+…$/u);
});
