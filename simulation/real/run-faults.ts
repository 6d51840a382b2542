import { setTimeout as sleep } from 'node:timers/promises';
import { check, FAULTS, type FaultName, type Verdict } from './checker.ts';
import { readStored } from './evidence.ts';
import { planOf, type Size } from './plan.ts';
import { type Done, storm } from './storm.ts';
import { World } from './world.ts';

export interface FaultOptions {
  seed: number;
  size?: Size;
  /** Told what happens, as it happens. */
  tell?: (sentence: string) => void;
}

/** What a round of real faults came to. */
export interface Figures extends Verdict {
  ok: boolean;
  seed: number;
  seconds: number;
  /** How often each fault was done. */
  done: Done;
  counts: Record<FaultName, number>;
  /** What went wrong with the round itself, or with a process that ended by itself. */
  failures: string[];
}

const KEPT = 30;
/** How long everything may take to come to rest: reconnecting waits for up to 30 s, and a beat repairs the rest. */
const REST_MS = 90_000;
/** It must stay so for longer than a beat. */
const STILL_MS = 3_000;

/** One round: people write while networks and processes fail; then all is whole, and is compared from outside. */
export async function runFaults({ seed, size = 'usual', tell = () => undefined }: FaultOptions): Promise<Figures> {
  const began = performance.now();
  const world = await World.build(seed);
  const failures: string[] = [];
  try {
    let done: Done = {};
    try {
      done = await storm(world, planOf(seed, size), tell);
      failures.push(...(await rest(world)));
      await world.installation.verify();
    } catch (thrown) {
      failures.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
    for (const { hasCrashed, order } of world.terminals)
      if (hasCrashed) failures.push(`${order.name} ended by itself.`);
    const verdict = check(world.screens, await readStored(world.postgres.connection));
    const counts = Object.fromEntries(FAULTS.map((name) => [name, 0])) as Figures['counts'];
    for (const { fault } of verdict.faults) counts[fault]++;
    const ok = verdict.faults.length + failures.length === 0 && verdict.replies > 0 && verdict.windows > 0;
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const faults = verdict.faults.slice(0, KEPT);
    return { ...verdict, ok, seed, seconds, done, counts, faults, failures };
  } finally {
    await world.remove();
  }
}

/** Nobody presses any more: waits until nothing is under way, and has every screen written down. */
async function rest(world: World): Promise<string[]> {
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
