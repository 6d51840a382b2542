import { expect, test } from 'vitest';
import { ownTime, snoozeChoices } from './snooze.ts';

test('a conversation is set aside until a morning, never until one that has been', () => {
  for (let day = 1; day <= 14; day++) {
    const now = new Date(2026, 2, day, 10, 30).getTime();
    const choices = snoozeChoices(now);
    const untils = choices.map(({ until }) => until);
    for (const until of untils) expect(until).toBeGreaterThan(now);
    expect(new Set(untils).size).toBe(untils.length);
    expect(untils.some((until) => new Date(until).getDay() === 1)).toBe(true);
    const monday = choices.find(({ label }) => label === 'snooze.monday');
    if (monday) expect(new Date(monday.until).getDay()).toBe(1);
    expect(new Date(untils[2] ?? 0).getHours()).toBe(9);
  }
});

test('an own time is one to come', () => {
  const now = new Date(2026, 2, 2, 10).getTime();
  expect(ownTime('2026-03-02T11:00', now)).toBe(new Date(2026, 2, 2, 11).getTime());
  expect(ownTime('2026-03-02T09:00', now)).toBeUndefined();
  expect(ownTime('', now)).toBeUndefined();
});
