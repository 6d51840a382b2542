import { describe, expect, test } from 'vitest';
import { type PlanOptions, planOf } from './plan.ts';
import type { Transcript, Turn } from './transcripts.ts';

const OPTIONS: PlanOptions = { speed: 10, agents: 2, seed: 7 };

function talk(id: string, ...turns: Turn[]): Transcript {
  return { id, customer: id, turns };
}
const said = (from: Turn['from'], at?: number): Turn => ({
  from,
  text: `${from} ${at}`,
  ...(at === undefined ? {} : { at }),
});

/** So many conversations of ten turns, the sides in turn. */
function talks(count: number): Transcript[] {
  return Array.from({ length: count }, (_, index) =>
    talk(`t${index}`, ...Array.from({ length: 10 }, (__, place) => said(place % 2 === 0 ? 'customer' : 'agent'))),
  );
}

describe('where the record has real times', () => {
  const minute = 60_000;
  const first = talk('first', said('customer', 0), said('agent', 2 * minute));
  const meanwhile = talk('meanwhile', said('customer', minute), said('agent', 3 * minute));
  const hours = talk('hours later', said('customer', 600 * minute), said('agent', 601 * minute));

  test('order and gaps are those of the record, and time in which nothing is open is skipped', () => {
    const { parts, lastsMs } = planOf([hours, meanwhile, first], OPTIONS);
    expect(parts.map(({ id }) => id)).toEqual(['first', 'meanwhile', 'hours later']);
    const dues = parts.map(({ turns }) => turns.map(({ due }) => (due * 10) / minute));
    expect(dues).toEqual([
      [0, 2],
      [1, 3],
      [3, 4],
    ]);
    expect(lastsMs).toBe((4 * minute) / 10);
  });

  test('a clock that went back does not turn the order around', () => {
    const { parts } = planOf([talk('back', said('customer', minute), said('agent', 0))], OPTIONS);
    expect(parts[0]?.turns.map(({ due }) => due)).toEqual([0, 0]);
  });
});

describe('where it has none', () => {
  test('gaps are drawn by the seed: the same one plays the same', () => {
    expect(planOf(talks(5), OPTIONS)).toEqual(planOf(talks(5), OPTIONS));
    expect(planOf(talks(5), OPTIONS)).not.toEqual(planOf(talks(5), { ...OPTIONS, seed: 8 }));
  });

  test('no more are open at once than the agents have in hand', () => {
    const { parts } = planOf(talks(40), OPTIONS);
    const spans = parts.map(({ turns }) => [turns[0]?.due ?? 0, turns.at(-1)?.due ?? 0] as const);
    const most = Math.max(...spans.map(([at]) => spans.filter(([from, to]) => from <= at && at <= to).length));
    expect(most).toBeGreaterThan(4);
    expect(most).toBeLessThanOrEqual(8);
  });

  test('without a speed it takes about two minutes', () => {
    const { speed, lastsMs } = planOf(talks(400), { ...OPTIONS, speed: undefined });
    expect(speed).toBeGreaterThan(1);
    expect(lastsMs).toBeLessThanOrEqual(120_000);
    expect(lastsMs).toBeGreaterThan(60_000);
  });
});

test('a tenth is pressed without waiting, by either side, and never what nothing comes before', () => {
  const { parts } = planOf(talks(50), OPTIONS);
  const blind = parts.flatMap(({ turns }) => turns.filter((turn) => turn.blind));
  expect(blind).toHaveLength(50);
  expect(new Set(blind.map(({ from }) => from))).toEqual(new Set(['customer', 'agent']));
  expect(parts.every(({ turns }) => turns[0]?.blind === undefined)).toBe(true);
});

test('even in a short record a reply is held', () => {
  const { parts } = planOf([talk('short', said('customer'), said('agent'))], OPTIONS);
  expect(parts[0]?.turns[1]?.blind).toEqual({ when: 'as it appears' });
});

test('GRD1 dwell shrinks with the speed', () => {
  expect(planOf(talks(1), OPTIONS).dwellMs).toBe(80);
});
