import { expect, test } from 'vitest';
import { Homes } from './homes.ts';

test('STR4 all conversations of a queue wait in one slot', () => {
  const homes = new Homes(4);
  const slots = Array.from({ length: 50 }, (_, i) => homes.slotOf(`c${i}`, 'sales'));
  expect(new Set(slots).size).toBe(1);
});

test('SND4 a conversation stays where its first command was, whoever writes next', () => {
  const homes = new Homes(4);
  for (let i = 0; i < 50; i++) {
    const first = homes.slotOf(`c${i}`, undefined);
    expect(homes.slotOf(`c${i}`, 'sales')).toBe(first);
    expect(homes.slotOf(`c${i}`, 'support')).toBe(first);
  }
});

test('queues, and conversations of which nothing is known, are spread', () => {
  const homes = new Homes(4);
  const slots = new Set(Array.from({ length: 50 }, (_, i) => homes.slotOf(`c${i}`, `queue${i}`)));
  expect(slots.size).toBe(4);
  expect(new Set(Array.from({ length: 50 }, (_, i) => homes.slotOf(`d${i}`, undefined))).size).toBe(4);
});
