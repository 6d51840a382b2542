/// <reference types="vite/client" />
import { afterAll, expect, test } from 'vitest';
import { chipTime, span } from '../model/times.ts';
import type { Key, Wording } from './catalogue.ts';
import { en } from './en/index.ts';
import { CATALOGUES, LANGUAGES, type Language, nameOf, partsOf, say, setLanguage, t } from './index.ts';

afterAll(() => setLanguage('en'));

const files = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const sources = Object.entries(files)
  .filter(([file]) => !file.startsWith('./') && !file.includes('.test.'))
  .map(([, source]) => source)
  .join('\n');

const formsOf = (wording: Wording): [string, string][] =>
  typeof wording === 'string' ? [['other', wording]] : Object.entries(wording);

/** What may stand in a sentence, sorted: placeholders and tags. */
function marks(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{\w+\}\}|<\/?\w>/g)].map(([mark]) => mark).sort();
}

/** In the form for none, one or two of something, the number is often a word, and so may be what it counts. */
const MAY_SAY_IT_IN_WORDS = new Set(['zero', 'one', 'two']);
const withoutCount = (all: string[]) => all.filter((mark) => !['{{count}}', '{{m}}', '{{s}}'].includes(mark));

function expectSameMarks(key: string, wording: Wording, english: Wording): void {
  const wanted = marks(formsOf(english).find(([form]) => form === 'other')?.[1] ?? '');
  for (const [form, sentence] of formsOf(wording)) {
    const found = marks(sentence);
    const inWords = MAY_SAY_IT_IN_WORDS.has(form) && typeof wording !== 'string';
    const expected = inWords ? withoutCount(wanted) : wanted;
    // Of nothing there may be nothing to say about.
    if (form !== 'zero') expect([key, form, inWords ? withoutCount(found) : found]).toEqual([key, form, expected]);
    expect(
      found.every((mark) => wanted.includes(mark)),
      `${key} ${form}`,
    ).toBe(true);
  }
}

test.each(LANGUAGES)('%s has every sentence, with the same placeholders and tags', async (language: Language) => {
  const catalogue = await CATALOGUES[language]();
  expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
  for (const [key, wording] of Object.entries(catalogue)) expectSameMarks(key, wording, en[key as Key]);
});

test.each(LANGUAGES)('%s has every plural form that it counts with, and none is empty', async (language: Language) => {
  const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const [key, wording] of Object.entries(await CATALOGUES[language]())) {
    if (typeof wording !== 'string') expect([key, Object.keys(wording).sort()]).toEqual([key, [...wanted].sort()]);
    for (const [, sentence] of formsOf(wording)) expect(sentence.trim(), key).not.toBe('');
  }
});

test.each(LANGUAGES)('%s neither shouts nor apologises (DESIGN §7)', async (language: Language) => {
  const all = Object.values(await CATALOGUES[language]())
    .flatMap(formsOf)
    .map(([, sentence]) => sentence)
    .join('\n');
  expect(all).not.toMatch(/!|！|oops|sorry|websocket|entschuldig|désolé|perdón|抱歉|عذر(?!ا)/i);
});

test('every key in the sources is in the catalogue, and every sentence is used', () => {
  const keys = Object.keys(en);
  const written = new Set(
    [...sources.matchAll(/['`"]([a-z][A-Za-z]*(?:\.[A-Za-z${}]+)+)['`"]/g)].map(([, key]) => key as string),
  );
  const groups = new Set(keys.map((key) => key.slice(0, key.indexOf('.'))));
  const named = [...written].filter((key) => groups.has(key.split('.')[0] as string) && !key.includes('$'));
  const stems = keys.map((key) => key.replace(/\.(you|other|system|label|brief)$/, ''));
  for (const key of named) expect([...keys, ...stems]).toContain(key);
  const made = /^(item\.|me\.(theme|taking|away|offline)|step\.|typing$|keys\.)/;
  expect(keys.filter((key) => !written.has(key) && !made.test(key))).toEqual([]);
});

test('a person’s words are never read as tags or placeholders', () => {
  const name = '<b>{{count}}</b> $t(typing)';
  expect(say({ key: 'typing', values: { name } })).toBe(`${name} is typing`);
  expect(partsOf({ key: 'item.resolved.other', values: { name } })[0]).toEqual({ text: name, foreign: true, tag: 'b' });
});

test('plurals and lengths of time follow the language', async () => {
  expect(t('held.text', { count: 1, name: 'Orla' })).toContain('wrote 1 message you');
  expect([span(192_000), span(9_000), chipTime(192_000), chipTime(3_840_000)]).toEqual([
    '3m 12s',
    '9s',
    '3:12',
    '1h 04m',
  ]);
  await setLanguage('de');
  expect(t('held.text', { count: 2, name: 'Orla' })).toContain('2 Nachrichten');
  expect(span(192_000)).toBe('3 min 12 s');
  await setLanguage('fr');
  expect([0, 1, 2].map((count) => t('customer.count', { count }))).toEqual([
    '0 conversation',
    '1 conversation',
    '2 conversations',
  ]);
});

test('Arabic counts in six forms and in its own digits; positions are the same everywhere', async () => {
  await setLanguage('ar');
  expect([0, 1, 2, 3, 11, 100].map((count) => t('customer.count', { count }))).toEqual([
    'لا محادثات',
    'محادثة واحدة',
    'محادثتان',
    '٣ محادثات',
    '١١ محادثة',
    '١٠٠ محادثة',
  ]);
  expect(t('step.in.label', { n: 1280 })).toBe('محدَّث عند الموضع 1280');
  expect(chipTime(192_000)).toBe('٣:١٢');
});

test('a language is called what it calls itself', () => {
  expect(LANGUAGES.map(nameOf)).toEqual(['English', 'Deutsch', 'Français', 'Español', '中文', 'العربية']);
});
