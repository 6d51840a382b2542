import { expect, test } from 'vitest';
import { BOX, heightAt, scaleTo, stepsPath } from './charts.ts';

test('a scale has even steps, is never lower than what is drawn, and is there for nothing too', () => {
  for (let most = 0; most < 3_000; most++) {
    const { top, ticks } = scaleTo(most);
    expect(top).toBeGreaterThanOrEqual(most);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(5);
    expect(ticks.at(-1)).toBe(top);
  }
});

test('steps begin at the left and end at the right', () => {
  expect(stepsPath([0, 2, 1], 2)).toBe('M24.0 90.0H219.0V8.0H414.0V49.0');
  expect([heightAt(0, 4), heightAt(4, 4)]).toEqual([BOX.bottom, BOX.top]);
});
