import { figure, locale, t } from '../words/index.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions, at: number): string {
  const key = locale() + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  formats.set(key, made);
  return made.format(at);
}

/** 14:08 */
export function hourMinute(at: number): string {
  return format({ hour: '2-digit', minute: '2-digit' }, at);
}

/** 14:07:40 */
export function hourMinuteSecond(at: number): string {
  return format({ hour: '2-digit', minute: '2-digit', second: '2-digit' }, at);
}

function dayNumber(at: number): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** Whether two moments are on the same day where the reader is. */
export function sameDay(a: number, b: number): boolean {
  return dayNumber(a) === dayNumber(b);
}

/** Today, Yesterday, or the day's name and date; with the year where it is another. */
export function dayName(at: number, now: number): string {
  const days = dayNumber(now) - dayNumber(at);
  if (days === 0) return t('day.today');
  if (days === 1) return t('day.yesterday');
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return format({ weekday: 'long', day: 'numeric', month: 'long', ...year }, at);
}

/** Today's things by the hour, older ones by the day. */
export function shortTime(at: number, now: number): string {
  return sameDay(at, now) ? hourMinute(at) : format({ day: 'numeric', month: 'short' }, at);
}

/** A time to come: by the hour today and in the coming days, by the day later on. */
export function soonTime(at: number, now: number): string {
  if (sameDay(at, now)) return hourMinute(at);
  const days = dayNumber(at) - dayNumber(now);
  if (days > 0 && days < 7) return format({ weekday: 'short', hour: '2-digit', minute: '2-digit' }, at);
  return format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }, at);
}

export function monthYear(at: number): string {
  return format({ month: 'short', year: 'numeric' }, at);
}

/** A day by its name and date. */
export function longDay(at: number): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long' }, at);
}

function split(ms: number): { h: number; m: number; s: number } {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60), s: seconds % 60 };
}

function two(value: number): string {
  return figure(value, { minimumIntegerDigits: 2 });
}

/** What a clock chip shows: `m:ss` under an hour, then hours and minutes. */
export function chipTime(ms: number): string {
  const { h, m, s } = split(ms);
  return h > 0 ? t('span.hm', { h, m: two(m) }) : `${figure(m)}:${two(s)}`;
}

/** A length of time in a sentence. */
export function span(ms: number): string {
  const { h, m, s } = split(ms);
  if (h >= 48) return t('span.d', { count: Math.floor(h / 24) });
  if (h > 0) return t('span.hm', { h, m: two(m) });
  return m > 0 ? t('span.ms', { m, s: two(s) }) : t('span.s', { s });
}

/** A length of time as it is read out. */
export function spokenSpan(ms: number): string {
  const { h, m, s } = split(ms);
  if (h > 0) return t('spoken.hours', { count: h, m });
  return m > 0 ? t('spoken.minutes', { count: m, s }) : t('spoken.seconds', { count: s });
}
