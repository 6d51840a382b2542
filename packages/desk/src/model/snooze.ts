import type { Key } from '../words/index.ts';

export interface SnoozeChoice {
  label: Key;
  until: number;
}

const HOUR_MS = 3_600_000;
/** When a working day begins, where nothing else is known: snoozes end before it is forgotten what they were for. */
const MORNING = 9;

function morning(now: number, days: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, MORNING).getTime();
}

/** Until when a conversation may be set aside, in the reader's own days; the digits choose. */
export function snoozeChoices(now: number): SnoozeChoice[] {
  const toMonday = (8 - new Date(now).getDay()) % 7 || 7;
  const choices: SnoozeChoice[] = [
    { label: 'snooze.hour', until: now + HOUR_MS },
    { label: 'snooze.hours', until: now + 3 * HOUR_MS },
    { label: 'snooze.tomorrow', until: morning(now, 1) },
    { label: 'snooze.monday', until: morning(now, toMonday) },
    { label: 'snooze.week', until: morning(now, 7) },
  ];
  // On a Sunday tomorrow is Monday, on a Monday the next one is in a week.
  return choices.filter(({ until }, index) => choices.findIndex((one) => one.until === until) === index);
}

/** What somebody typed into the field for an own time, if it is one to come. */
export function ownTime(value: string, now: number): number | undefined {
  const at = new Date(value).getTime();
  return Number.isNaN(at) || at <= now ? undefined : at;
}
