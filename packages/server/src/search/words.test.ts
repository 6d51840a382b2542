import { expect, test } from 'vitest';
import { customerQuery, likeness, phraseQuery, termsOf, termsQuery, vectorOf, wordsOf } from './words.ts';

const only = (text: string) => wordsOf(text).map(({ word }) => word);

test('words are compared without case, accents, width and signs', () => {
  expect(only('Rónán’s “Größe”, ＡＢＣ e\u0301te\u0301 42%')).toEqual(['ronan', 's', 'grosse', 'abc', 'ete', '42']);
  expect(only('مُدَرِّسَةٌ  مدرسه  إلى الي')).toEqual(['مدرسه', 'مدرسه', 'الي', 'الي']);
  expect(only('हिन्दी')).toEqual(['हिन्दी']);
});

test('letters of scripts without spaces are words each', () => {
  expect(only('你好 Heed 世界')).toEqual(['你', '好', 'heed', '世', '界']);
  expect(only('한국어')).toEqual(['한', '국', '어']);
});

test('a word is told with where it stands', () => {
  const text = 'So: Äpfel und 苹果.';
  expect(wordsOf(text).map(({ from, to }) => text.slice(from, to))).toEqual(['So', 'Äpfel', 'und', '苹', '果']);
});

test('what is looked for is what is kept', () => {
  expect(vectorOf(['One pulled thread', 'thread'])).toBe("'one' 'pulled' 'thread' 'one pulled' 'pulled thread'");
  expect(phraseQuery(['one', 'pulled', 'thread'])).toBe("'one pulled' & 'pulled thread'");
  expect(phraseQuery(['thread'])).toBe("'thread'");
  expect(termsQuery(termsOf(wordsOf('a thr')), 'going on')).toBe("'a' & 'thr':*");
  expect(termsQuery(termsOf(wordsOf('a thr')), 'whole')).toBe("'a' & 'thr'");
  expect(termsQuery(termsOf(wordsOf('线')), 'going on')).toBe("'线'");
  expect(termsQuery(termsOf(wordsOf('拉线的 垫子')), 'going on')).toBe("'拉 线' & '线 的' & '垫 子'");
  expect(customerQuery(['ro', 'keh'])).toBe("'ro':* & 'keh':*");
});

test('words that nobody can write into a query do no harm', () => {
  expect(vectorOf(["it's \\ 'quoted' & | ! :* \u0000"])).toBe("'it' 's' 'quoted' 'it s' 's quoted'");
  expect(vectorOf(['x'.repeat(5_000)])).toHaveLength(82);
});

test('names are alike that differ by a letter', () => {
  expect(likeness(['keho'], ['kehoe', 'ronan'])).toBeGreaterThan(0.5);
  expect(likeness(['kowalczyk'], ['kowalcyk'])).toBeGreaterThan(0.5);
  expect(likeness(['smith'], ['jones'])).toBe(0);
});
