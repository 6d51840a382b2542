import type { Stream } from '@heed/protocol';
import type { Tables } from '../../packages/server/src/store/memory/data.ts';
import type { Violation } from './check.ts';
import type { Faults } from './faults.ts';
import type { Person } from './person.ts';

/** Lists are gathered for 200 ms, an update ahead may wait for 300 ms (LST9, CMP6); the rest is for what runs beside it. */
const WORK_MS = 1_000;

/**
 * On a day on which nothing is lost no window waits for a beat: what is stored is shown as soon as it can be. That a
 * server subscribes first and reads second (CON2) shows here and nowhere else, since the next beat mends everything.
 */
export class Freshness {
  readonly #newsMs: number;
  /** What the log was at, and since when. */
  readonly #heads: { at: number; heads: ReadonlyMap<Stream, number> }[] = [];
  /** Since when each window of each page is open without a break. */
  readonly #since = new Map<string, number>();

  constructor({ delay, databaseMs }: Faults) {
    this.#newsMs = WORK_MS + 4 * delay + 12 * databaseMs;
  }

  /** Looks at all windows; to be called every now and then. */
  look(tables: Tables, people: readonly Person[], now: number): Violation[] {
    this.#heads.push({ at: now, heads: new Map([...tables.streams].map(([s, { n }]) => [s, n])) });
    while ((this.#heads[1]?.at ?? now) <= now - this.#newsMs) this.#heads.shift();
    const [old] = this.#heads;
    return people.flatMap((person) =>
      this.#late(person, old && old.at <= now - this.#newsMs ? old.heads : new Map(), now),
    );
  }

  #late(person: Person, heads: ReadonlyMap<Stream, number>, now: number): Violation[] {
    const { state } = person.page.client;
    for (const name of this.#since.keys())
      if (name.startsWith(`${person.name}\n`) && !state.watched.has(name.slice(person.name.length + 1)))
        this.#since.delete(name);
    return [...state.watched].flatMap((s) => {
      const name = `${person.name}\n${s}`;
      const replica = state.replicas.get(s);
      if (state.link.state !== 'open' || replica?.phase.name === 'gone') {
        this.#since.delete(name);
        return [];
      }
      const since = this.#since.get(name) ?? now;
      this.#since.set(name, since);
      const [n, least] = [replica?.at?.n ?? 0, heads.get(s) ?? 0];
      if (n >= least || since > now - this.#newsMs) return [];
      this.#since.set(name, now);
      return [
        { rule: 'CON2', what: `${person.name}: ${s} is at ${n}; the log was at ${least} ${this.#newsMs} ms ago` },
      ];
    });
  }
}
