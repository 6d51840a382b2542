import { setTimeout as sleep } from 'node:timers/promises';
import { check } from './checker.ts';
import { readStored } from './evidence.ts';
import { attempt, type Figures, figuresOf } from './figures.ts';
import { planOf, type Size } from './plan.ts';
import { storm } from './storm.ts';
import { type Terminal, World } from './world.ts';

export interface FaultOptions {
  seed: number;
  size?: Size;
  /** Told what happens, as it happens. */
  tell?: (what: string) => void;
}

/** How long everything may take to come to rest: a beat repairs what is not there, a send is tried again. */
const REST_MS = 90_000;
/** It must stay so for longer than a beat. */
const STILL_MS = 3_000;

/** One round: people write while networks and processes fail; then all is whole, and is compared from outside. */
export function runFaults({ seed, size = 'usual', tell = () => undefined }: FaultOptions): Promise<Figures> {
  return figuresOf(seed, async (done, failures) => {
    const world = await World.build(seed);
    try {
      await attempt(failures, () => storm(world, planOf(seed, size), done, tell));
      failures.push(...(await rest(world)));
      await attempt(failures, () => world.installation.verify());
      for (const { hasCrashed, order } of world.terminals)
        if (hasCrashed) failures.push(`${order.name} ended by itself.`);
      return check(world.screens, await readStored(world.postgres.connection));
    } finally {
      await world.remove();
    }
  });
}

/** Nobody presses any more: waits until nothing is under way, and has every screen written down. */
export async function rest(world: { terminals: readonly Terminal[] }): Promise<string[]> {
  for (const terminal of world.terminals) terminal.say('quiet');
  const isSettled = () => world.terminals.every(({ told }) => told === 'settled');
  let since = performance.now();
  for (const end = since + REST_MS; performance.now() < end && performance.now() - since < STILL_MS; await sleep(50))
    if (!isSettled()) since = performance.now();
  const restless = world.terminals.filter(({ told }) => told !== 'settled').map(({ order }) => order.name);
  for (const terminal of world.terminals) terminal.say('end');
  for (const end = performance.now() + 10_000; performance.now() < end; await sleep(50))
    if (world.terminals.every(({ told }) => told === 'ended')) break;
  return restless.map((name) => `${name} did not come to rest.`);
}
