import { expect, test } from 'vitest';
import { type Key, type Sentence, wordsOf } from './catalogue.ts';
import { en as first } from './first/en.ts';
import { en as later } from './later/en.ts';
import { FIRST, pickDirection, pickWords } from './pick.ts';
import { LATER, learnTheRest } from './rest.ts';

const formsOf = (sentence: Sentence): string[] => (typeof sentence === 'string' ? [sentence] : Object.values(sentence));
const slotsOf = (sentence: Sentence): string[] => [
  ...new Set(formsOf(sentence).flatMap((form) => form.match(/\{\w+\}/g) ?? [])),
];
/** A form for one or two often says its number as a word. */
const MAY_BE_LEFT_OUT = new Set(['{half}']);
const ENGLISH = { first, later };

for (const [language, first] of Object.entries(FIRST)) {
  const later = LATER[language] ?? (async () => ({}));
  test(`${language} has every sentence, with the same slots and every plural form`, async () => {
    for (const [part, catalogue] of Object.entries({ first: await first(), later: await later() })) {
      const english: Record<string, Sentence> = ENGLISH[part as keyof typeof ENGLISH];
      expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english).sort());
      for (const [key, sentence] of Object.entries(catalogue) as [Key, Sentence][]) expectFits(language, key, sentence);
    }
  });

  test(`${language} neither shouts nor apologises (DESIGN §7)`, async () => {
    const all = (Object.values({ ...(await first()), ...(await later()) }) as Sentence[]).flatMap(formsOf).join('\n');
    expect(all).not.toMatch(/!|！|oops|sorry|websocket|sync|entschuldig|désolé|perdón|抱歉|آسف/i);
  });
}

function expectFits(language: string, key: Key, sentence: Sentence): void {
  const english: Sentence = { ...first, ...later }[key];
  expect(
    formsOf(sentence).every((form) => form.trim() !== ''),
    key,
  ).toBe(true);
  expect(
    slotsOf(sentence).filter((slot) => !slotsOf(english).includes(slot)),
    key,
  ).toEqual([]);
  // Every form but those for one and two says all there is to say.
  expect(
    slotsOf(english).filter((slot) => !slotsOf(sentence).includes(slot) && !MAY_BE_LEFT_OUT.has(slot)),
    key,
  ).toEqual([]);
  if (typeof sentence === 'string') return;
  const type = key === 'place' ? 'ordinal' : 'cardinal';
  const wanted = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories;
  expect(Object.keys(sentence).sort(), key).toEqual([...wanted].sort());
}

test('the shop’s wish comes first, then the browser’s languages, then English', async () => {
  expect((await pickWords('de', ['en-US'])).language).toBe('de');
  expect((await pickWords(undefined, ['nl-NL', 'de-AT', 'en'])).locale).toBe('de-AT');
  expect(await pickWords('nl', [])).toMatchObject({ language: 'en', locale: 'en-GB' });
  expect(await pickWords('zh-Hant-TW', ['en'])).toMatchObject({ language: 'zh', locale: 'zh-Hant-TW' });
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
  const words = wordsOf('en', first, 'en');
  words.learn(later);
  expect(words.say('said', { name: '{text}', text: '$& {name}' })).toBe('{text}: $& {name}');
  expect(words.say('newer', { n: 1 })).toBe('1 new message');
});

test('numbers are written and counted as the language does', async () => {
  const arabic = await pickWords('ar-EG', []);
  await learnTheRest(arabic);
  expect(arabic.say('newer', { n: 2 })).toBe('رسالتان جديدتان');
  expect(arabic.say('newer', { n: 7 })).toBe('٧ رسائل جديدة');
  expect(arabic.say('place', { n: 3 })).toBe('رقم ٣ في الصف');
  const french = await pickWords('fr', []);
  await learnTheRest(french);
  expect(french.say('place', { n: 1 })).toBe('1er en attente');
  expect(french.say('pace', { n: 2 })).toBe('Environ 2 minutes au rythme d’aujourd’hui.');
});
