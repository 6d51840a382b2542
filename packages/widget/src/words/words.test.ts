import { expect, test } from 'vitest';
import { type Key, type Sentence, wordsOf } from './catalogue.ts';
import { en } from './en.ts';
import { CATALOGUES, pickDirection, pickWords } from './pick.ts';

const formsOf = (sentence: Sentence): string[] => (typeof sentence === 'string' ? [sentence] : Object.values(sentence));
const slotsOf = (sentence: Sentence): string[] => [
  ...new Set(formsOf(sentence).flatMap((form) => form.match(/\{\w+\}/g) ?? [])),
];
const KEYS = Object.keys(en) as Key[];

for (const [language, load] of Object.entries(CATALOGUES)) {
  test(`${language} has every sentence, with the same slots and every plural form`, async () => {
    const catalogue = await load();
    expect(Object.keys(catalogue).sort()).toEqual([...KEYS].sort());
    for (const key of KEYS) {
      const sentence = catalogue[key];
      expect(
        formsOf(sentence).every((form) => form.trim() !== ''),
        key,
      ).toBe(true);
      expect(
        slotsOf(sentence).filter((slot) => !slotsOf(en[key]).includes(slot)),
        key,
      ).toEqual([]);
      if (typeof sentence === 'string') continue;
      const type = key === 'place' ? 'ordinal' : 'cardinal';
      const wanted = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories;
      expect(Object.keys(sentence).sort(), key).toEqual([...wanted].sort());
    }
  });

  test(`${language} neither shouts nor apologises (DESIGN §7)`, async () => {
    const all = Object.values(await load())
      .flatMap(formsOf)
      .join('\n');
    expect(all).not.toMatch(/!|oops|sorry|websocket|sync|entschuldig/i);
  });
}

test('the shop’s wish comes first, then the browser’s languages, then English', async () => {
  expect((await pickWords('de', ['en-US'])).language).toBe('de');
  expect((await pickWords(undefined, ['fr-FR', 'de-AT', 'en'])).locale).toBe('de-AT');
  expect(await pickWords('fr', [])).toMatchObject({ language: 'en', locale: 'en-GB' });
  expect((await pickWords('en', ['de', 'en-US'])).locale).toBe('en-US');
  expect((await pickWords('not a tag !', ['constructor'])).language).toBe('en');
});

test('direction is forced, or that of the language asked for', async () => {
  const words = await pickWords('en', []);
  expect(pickDirection('rtl', undefined, words)).toBe('rtl');
  expect(pickDirection('ltr', 'ar', words)).toBe('ltr');
  expect(pickDirection(undefined, 'ar-JO', words)).toBe('rtl');
  expect(pickDirection(undefined, undefined, words)).toBe('ltr');
});

test('values are put in as they are', () => {
  const words = wordsOf('en', en, 'en');
  expect(words.say('said', { name: '{text}', text: '$& {name}' })).toBe('{text}: $& {name}');
  expect(words.say('newer', { n: 1 })).toBe('1 new message');
});
