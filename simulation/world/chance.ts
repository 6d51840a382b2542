import { seeded } from '../../packages/server/src/replay/random.ts';

/** What a world draws from its seed. */
export interface Chance {
  next(): number;
  /** Whether something that happens with this probability happens. */
  is(probability: number): boolean;
  between(from: number, to: number): number;
  pick<T>(values: readonly T[]): T | undefined;
  /** A stream of chance of its own, so that what one draws does not move what another draws. */
  fork(name: string): Chance;
}

/** The chance of a seed. */
export function chanceOf(seed: number): Chance {
  const next = seeded(seed);
  return {
    next,
    is: (probability) => probability > 0 && next() < probability,
    between: (from, to) => from + next() * (to - from),
    pick: (values) => values[Math.floor(next() * values.length)],
    fork: (name) => {
      let mixed = seed ^ 0x9e3779b9;
      for (const letter of name) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
      return chanceOf(mixed);
    },
  };
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** ULIDs of a world: by its time and its chance. */
export function idMaker(now: () => number, chance: Chance): () => string {
  return () => {
    let time = now();
    let head = '';
    for (let i = 0; i < 10; i++) {
      head = (LETTERS[time % 32] as string) + head;
      time = Math.floor(time / 32);
    }
    const tail = Array.from({ length: 16 }, () => LETTERS[Math.floor(chance.next() * 32)]).join('');
    return head + tail;
  };
}
