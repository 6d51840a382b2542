import { actionsIn, type Bounds, spend } from './actions.ts';
import { nameOf, sightOf } from './canonical.ts';
import { violationIn } from './invariants.ts';
import { type ServerBreak, SmallServer } from './server.ts';
import { type Settled, settle } from './settle.ts';
import { story } from './story.ts';
import { type Action, act, beginWorld, type Ground, type Lens, type World } from './world.ts';

export interface SmallWorldOptions {
  bounds: Bounds;
  /** Rules of the server to break, and what pages see instead of what comes: to see that it is found. */
  breaks?: readonly ServerBreak[];
  lens?: Lens;
  /** Told now and then how far it is. */
  tell?: (states: number, waiting: number) => void;
  /** Gives up after so many states; then it was no proof. */
  mostStates?: number;
}

export interface Violation {
  what: string;
  /** The shortest way there, readable. */
  story: string[];
}

export interface SmallWorldFigures {
  states: number;
  transitions: number;
  /** States from which it was tried whether all comes to rest. */
  settled: number;
  /** The most beats that it took until all was well. */
  mostBeats: number;
  /** Actions on the longest way to a state. */
  depth: number;
  isExhausted: boolean;
  violations: Violation[];
}

interface Reached {
  world: World;
  index: number;
  depth: number;
}

/**
 * Visits every state that a small world can reach within the bounds, the nearest first, and stops at the first that breaks
 * a rule. What is broken is told with the shortest way to it.
 */
export async function checkSmallWorld(options: SmallWorldOptions): Promise<SmallWorldFigures> {
  return new Search(options).run();
}

class Search {
  readonly #options: SmallWorldOptions;
  readonly #ground: Ground;
  readonly #names = new Map<string, number>();
  readonly #from: number[] = [];
  readonly #how: Action[] = [];
  readonly #rests = new Set<string>();
  readonly #figures: SmallWorldFigures = {
    states: 0,
    transitions: 0,
    settled: 0,
    mostBeats: 0,
    depth: 0,
    isExhausted: true,
    violations: [],
  };

  constructor(options: SmallWorldOptions) {
    this.#options = options;
    const { lens } = options;
    this.#ground = { server: new SmallServer(options.breaks ?? []), ...(lens ? { lens } : {}) };
  }

  async run(): Promise<SmallWorldFigures> {
    const { bounds, mostStates = Number.POSITIVE_INFINITY, tell } = this.#options;
    const figures = this.#figures;
    let layer: Reached[] = [];
    await this.#reach(layer, beginWorld(this.#ground, bounds.presses.length), -1, { do: 'say' }, 0);
    while (layer.length > 0 && figures.violations.length === 0) {
      const next: Reached[] = [];
      for (const { world, index, depth } of layer) {
        for (const action of actionsIn(world, bounds)) {
          figures.transitions++;
          const after = await act(this.#ground, spend(world, action), action);
          await this.#reach(next, after, index, action, depth + 1);
          if (figures.violations.length > 0) return figures;
        }
      }
      tell?.(figures.states, next.length);
      if (figures.states > mostStates) return { ...figures, isExhausted: false };
      layer = next;
    }
    return figures;
  }

  async #reach(layer: Reached[], world: World, from: number, how: Action, depth: number): Promise<void> {
    const name = nameOf(world);
    if (this.#names.has(name)) return;
    const figures = this.#figures;
    const index = figures.states++;
    this.#names.set(name, index);
    this.#from.push(from);
    this.#how.push(how);
    figures.depth = Math.max(figures.depth, depth);
    const what = violationIn(world, this.#ground.server.histories);
    if (what !== undefined) return this.#found(what, index, []);
    const rest = await this.#rest(world);
    if (rest?.ok === false) return this.#found(rest.why, index, rest.actions);
    figures.mostBeats = Math.max(figures.mostBeats, rest?.beats ?? 0);
    layer.push({ world, index, depth });
  }

  /** States in which nothing is under way are where all must come to rest; every other one leads to such a state. */
  async #rest(world: World): Promise<Settled | undefined> {
    const isQuiet = world.pages.every(({ line }) => !line || (line.up.length === 0 && line.down.length === 0));
    if (!isQuiet) return undefined;
    const sight = JSON.stringify(sightOf(world));
    if (this.#rests.has(sight)) return undefined;
    this.#rests.add(sight);
    this.#figures.settled++;
    return settle(this.#ground, world);
  }

  async #found(what: string, index: number, then: Action[]): Promise<void> {
    const actions: Action[] = [];
    for (let at = index; at > 0; at = this.#from[at] ?? 0) actions.unshift(this.#how[at] as Action);
    const { bounds } = this.#options;
    const begin = beginWorld(this.#ground, bounds.presses.length);
    this.#figures.violations.push({ what, story: await story(this.#ground, begin, actions, then) });
  }
}
