import { type Chance, chanceOf } from './chance.ts';

/** What of a network between a terminal and a node works: all of it, nothing, or one direction only. */
export type Reach = 'whole' | 'none' | 'deaf' | 'mute';

/** Networks that never become whole: who can reach which node is drawn once, and stays so for good. */
export class Partition {
  readonly #seed: number;
  readonly #nodes: number;
  readonly #cutOff: string | undefined;

  constructor(seed: number, nodes: number, people: readonly string[]) {
    this.#seed = seed;
    this.#nodes = nodes;
    const chance = this.#chance('whom');
    this.#cutOff = chance.is(0.3) ? chance.pick(people) : undefined;
  }

  #chance(name: string): Chance {
    return chanceOf(this.#seed).fork(`partition ${name}`);
  }

  /** Who reaches no node whole. */
  isCutOff(person: string): boolean {
    return person === this.#cutOff;
  }

  /** A node that is started again stands where it stood. */
  reach(person: string, node: string): Reach {
    const place = Number(node.replaceAll(/\D/g, ''));
    const isGood = place === 1 + Math.floor(this.#chance(person).next() * this.#nodes);
    if (isGood && !this.isCutOff(person)) return 'whole';
    const chance = this.#chance(`${person} ${place}`);
    if (!this.isCutOff(person) && chance.is(0.3)) return 'whole';
    return chance.pick(['none', 'deaf', 'mute'] as const) ?? 'none';
  }
}
