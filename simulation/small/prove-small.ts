import type { Bounds } from './actions.ts';
import { checkSmallWorld, type SmallWorldFigures } from './search.ts';

export type NamedFigures = SmallWorldFigures & { name: string; seconds: number };

/** Visits several small worlds whole, one after the other. */
export async function proveSmall(
  worlds: Readonly<Record<string, Bounds>>,
  tell?: (name: string, states: number, waiting: number) => void,
): Promise<NamedFigures[]> {
  const all: NamedFigures[] = [];
  for (const [name, bounds] of Object.entries(worlds)) {
    const began = performance.now();
    const figures = await checkSmallWorld({ bounds, tell: (states, waiting) => tell?.(name, states, waiting) });
    all.push({ name, seconds: Math.round((performance.now() - began) / 100) / 10, ...figures });
  }
  return all;
}

/** What a world came to, and the way to what is wrong with it. */
export function linesOf({ name, seconds, violations, ...figures }: NamedFigures): string[] {
  const { states, transitions, depth, settled, mostBeats } = figures;
  const size = `${states} states, ${transitions} transitions, ${depth} deep`;
  const rest = `${settled} came to rest in at most ${mostBeats} beats`;
  return [
    `${name}: ${size}; ${rest}; ${violations.length} violations; ${seconds} s`,
    ...violations.flatMap(({ what, story }) => [what, ...story.map((line) => `  ${line}`)]),
  ];
}
