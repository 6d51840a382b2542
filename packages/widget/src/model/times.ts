import type { Words } from '../words/catalogue.ts';

const DAY = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using one does, and a long conversation needs one for each row. */
function format(name: string, locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${locale}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, made);
  return made;
}

/** `14:08`, or as the reader's region writes it. */
export function timeOf(at: number, words: Words): string {
  return format('time', words.locale, { hour: 'numeric', minute: '2-digit' }).format(at);
}

/** The calendar day on this device, as a number that grows by one a day. */
export function dayNumber(at: number): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);
}

/** Today, yesterday, or the date; with the year where it is another one. */
export function dayOf(at: number, now: number, words: Words): string {
  const ago = dayNumber(now) - dayNumber(at);
  if (ago === 0) return words.say('today');
  if (ago === 1) return words.say('yesterday');
  const day = { day: 'numeric', month: 'long' } as const;
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (
    sameYear ? format('day', words.locale, day) : format('year', words.locale, { ...day, year: 'numeric' })
  ).format(at);
}

/** The same inside a sentence: `today`, `yesterday`, or the date. */
export function dayWithin(at: number, now: number, words: Words): string {
  const ago = dayNumber(now) - dayNumber(at);
  if (ago !== 0 && ago !== 1) return dayOf(at, now, words);
  return new Intl.RelativeTimeFormat(words.language, { numeric: 'auto' }).format(-ago, 'day');
}

const units = new Map<string, Intl.NumberFormat>();

/** A number of a unit, as short as the language writes it: `4m`, `04m`, `4 Min.`, `4分钟`. */
function inUnits(n: number, unit: 'hour' | 'minute' | 'second', words: Words, digits = 1): string {
  const key = `${unit} ${digits} ${words.locale}`;
  const style = { style: 'unit', unit, unitDisplay: 'narrow', minimumIntegerDigits: digits } as const;
  const made = units.get(key) ?? new Intl.NumberFormat(words.locale, style);
  units.set(key, made);
  return made.format(n);
}

/** A number in the reader's own digits. */
const digitsOf = (n: number, least: number, words: Words): string =>
  new Intl.NumberFormat(words.locale, { minimumIntegerDigits: least, useGrouping: false }).format(n);

/** From an hour on: `1h 04m`. */
const hoursOf = (minutes: number, words: Words): string =>
  `${inUnits(Math.floor(minutes / 60), 'hour', words)} ${inUnits(minutes % 60, 'minute', words, 2)}`;

/** A running clock: `0:48`, from an hour on `1h 04m`. */
export function clockOf(ms: number, words: Words): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return hoursOf(minutes, words);
  return `${digitsOf(minutes, 1, words)}:${digitsOf(seconds % 60, 2, words)}`;
}

/** A measured time in a sentence: `36s`, `1m 24s`, `1h 04m`. */
export function spanOf(ms: number, words: Words): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < 60) return inUnits(seconds, 'second', words);
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return hoursOf(minutes, words);
  const whole = inUnits(minutes, 'minute', words);
  return seconds % 60 === 0 ? whole : `${whole} ${inUnits(seconds % 60, 'second', words, 2)}`;
}
