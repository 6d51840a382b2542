import { expect, test } from 'vitest';
import { wordsOf } from '../words/catalogue.ts';
import { de } from '../words/first/de.ts';
import { NOON, WORDS } from './samples.test-data.ts';
import { clockOf, dayOf, dayWithin, spanOf, timeOf } from './times.ts';

const GERMAN = wordsOf('de', de, 'de-AT');

test('a day is a calendar day, not 24 hours', () => {
  const night = new Date(2026, 4, 20, 0, 5).getTime();
  expect(dayOf(night - 10 * 60_000, night, WORDS)).toBe('Yesterday');
  expect(dayOf(night, night + 23 * 3_600_000, WORDS)).toBe('Today');
  expect(dayOf(NOON - 3 * 86_400_000, NOON, GERMAN)).toBe('17. Mai');
});

test('inside a sentence today is written small', () => {
  expect(dayWithin(NOON, NOON, WORDS)).toBe('today');
  expect(dayWithin(NOON - 86_400_000, NOON, GERMAN)).toBe('gestern');
});

test('clocks and spans', () => {
  expect([0, 48_000, 60_000, 3_599_000, 3_840_000].map((ms) => clockOf(ms, WORDS))).toEqual([
    '0:00',
    '0:48',
    '1:00',
    '59:59',
    '1h 04m',
  ]);
  expect([36_000, 84_000, 120_000, 3_840_000].map((ms) => spanOf(ms, WORDS))).toEqual([
    '36s',
    '1m 24s',
    '2m',
    '1h 04m',
  ]);
  expect(clockOf(-5, WORDS)).toBe('0:00');
});

test('clocks and spans are written as the reader writes them', () => {
  const arabic = { ...WORDS, locale: 'ar-EG' };
  expect(clockOf(48_000, arabic)).toBe('٠:٤٨');
  expect(spanOf(84_000, GERMAN)).toBe('1 Min. 24 Sek.');
  expect(spanOf(84_000, { ...WORDS, locale: 'zh-CN' })).toBe('1分钟 24秒');
});

test('times are those of the reader’s region', () => {
  expect(timeOf(new Date(2026, 4, 20, 15, 5).getTime(), WORDS)).toBe('15:05');
  expect(timeOf(new Date(2026, 4, 20, 15, 5).getTime(), { ...WORDS, locale: 'en-US' })).toMatch(/^3:05\sPM$/);
});
