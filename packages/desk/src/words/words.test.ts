/// <reference types="vite/client" />
import { afterAll, expect, test } from 'vitest';
import { chipTime, span } from '../model/times.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { partsOf, say, setLanguage, t } from './index.ts';

afterAll(() => setLanguage('en'));

const files = import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const sources = Object.entries(files)
  .filter(([file]) => !file.startsWith('./') && !file.includes('.test.'))
  .map(([, source]) => source)
  .join('\n');

/** What may stand in a sentence, sorted: placeholders and tags. */
function marks(sentence: string): string[] {
  return [...sentence.matchAll(/\{\{\w+\}\}|<\/?\w>/g)].map(([mark]) => mark).sort();
}

test('both languages have every sentence, with the same placeholders and tags', () => {
  expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
  for (const [key, sentence] of Object.entries(en))
    expect([key, marks(de[key as keyof typeof de])]).toEqual([key, marks(sentence)]);
});

test('every plural has all its forms', () => {
  const keys = new Set(Object.keys(en));
  for (const key of keys) if (key.endsWith('_one')) expect(keys).toContain(key.replace('_one', '_other'));
});

test('every key in the sources is in the catalogue, and every sentence is used', () => {
  const keys = new Set(Object.keys(en).map((key) => key.replace(/_(one|other)$/, '')));
  const written = new Set(
    [...sources.matchAll(/['`"]([a-z][A-Za-z]*(?:\.[A-Za-z${}]+)+)['`"]/g)].map(([, key]) => key as string),
  );
  const groups = new Set([...keys].map((key) => key.slice(0, key.indexOf('.'))));
  const named = [...written].filter((key) => groups.has(key.split('.')[0] as string) && !key.includes('$'));
  const stems = [...keys].map((key) => key.replace(/\.(you|other|system|label|brief)$/, ''));
  for (const key of named) expect([...keys, ...stems]).toContain(key);
  const made = /^(item\.|me\.(theme|language|taking|away|offline)|step\.|typing$|keys\.)/;
  const unused = [...keys].filter((key) => !written.has(key) && !made.test(key));
  expect(unused).toEqual([]);
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
});
