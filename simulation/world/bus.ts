import type { Bus, Whisper } from '../../packages/server/src/bus/bus.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Time } from './time.ts';

type Hint = Parameters<Bus['publish']>[0];
interface Ear {
  node: string;
  isAlive: () => boolean;
  onNews: (news: Hint[number]) => void;
  onWhisper: (whisper: Whisper) => void;
}

/** The bus of a world (NOD1): loses, doubles, delays and reorders hints; dead for good in the end. */
export class WorldBus {
  readonly #time: Time;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #ears = new Set<Ear>();
  isDead: boolean;

  constructor(time: Time, chance: Chance, faults: Faults) {
    this.#time = time;
    this.#chance = chance.fork('bus');
    this.#faults = faults;
    this.isDead = faults.busDead;
  }

  /** One node's end of it. */
  of(node: string, isAlive: () => boolean): Bus {
    return {
      state: 'connected',
      publish: (news) => {
        for (const each of news) this.#tell((ear) => ear.onNews(each));
      },
      whisper: (whisper) => this.#tell((ear) => ear.onWhisper(whisper)),
      listen: (onNews, onWhisper) => {
        const ear = { node, isAlive, onNews, onWhisper };
        this.#ears.add(ear);
        return () => this.#ears.delete(ear);
      },
    };
  }

  #tell(say: (ear: Ear) => void): void {
    for (const ear of this.#ears) {
      const copies = this.#chance.is(this.#faults.busDouble) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        if (this.isDead || this.#chance.is(this.#faults.busLoss)) continue;
        const delay = 1 + this.#chance.next() * this.#faults.busDelay;
        this.#time.after(delay, () => {
          if (ear.isAlive() && !this.isDead) say(ear);
        });
      }
    }
  }
}
