import { Customer } from './customer.ts';
import { Desk } from './desk.ts';
import { Office } from './office.ts';
import type { Part, Plan } from './plan.ts';
import type { Recorder } from './recorder.ts';
import { Scene } from './scene.ts';
import type { Stage } from './stage.ts';

/** How a play went, as far as those who were in it can tell. */
export interface Played {
  seconds: number;
  /** Conversations that came to an end, and why the others did not. */
  ended: number;
  failures: string[];
  /** Terminals with something left in the outbox. */
  unsent: number;
  mismatches: { found: number; repaired: number };
}

export interface Progress {
  pressed: number;
  turns: number;
  ended: number;
  conversations: number;
  elapsedMs: number;
}

/** How long outboxes may take to empty after the last scene: two beats, and then it is said. */
const OUTBOX_MS = 50_000;
const TOLD_MS = 2_000;

/** Plays a plan on a stage, every terminal recorded. */
export async function play(
  stage: Stage,
  plan: Plan,
  recorder: Recorder,
  tell: (progress: Progress) => void,
): Promise<Played> {
  const { url, inbox, queue } = stage;
  const place = { url, dwellMs: plan.dwellMs, recorder };
  const desks: Desk[] = [];
  for (const [index, person] of stage.agents.entries())
    desks.push(await Desk.signIn({ ...place, inbox: inbox.id, queue, terminal: `desk-${index + 1}` }, person));
  const failures: string[] = [];
  const office = new Office(desks, (error) => failures.push(String(error)));
  const began = performance.now() + 100;
  const progress: Progress = {
    pressed: 0,
    turns: plan.parts.reduce((sum, { turns }) => sum + turns.length, 0),
    ended: 0,
    conversations: plan.parts.length,
    elapsedMs: 0,
  };
  const report = () => tell({ ...progress, elapsedMs: performance.now() - began });
  const timer = setInterval(report, TOLD_MS);
  const people = new People((number) => Customer.arrive({ ...place, inbox: inbox.key, terminal: `page-${number}` }));
  const stageManager = { office, recorder, began, pressed: () => progress.pressed++ };
  const perform = async (part: Part) => {
    await sleepUntil(began + (part.turns[0]?.due ?? 0) - ARRIVAL_MS);
    const customer = await people.find(part.customer);
    await new Scene(stageManager, part, customer).play();
    progress.ended++;
  };
  await Promise.all(
    plan.parts.map((part) => perform(part).catch((error) => failures.push(`${part.id}: ${String(error)}`))),
  );
  const customers = await people.all();
  const clients = [...desks, ...customers].map(({ client }) => client);
  const unsent = await emptied(clients.map((client) => () => client.state.outbox.length === 0));
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  clearInterval(timer);
  office.close();
  report();
  const sum = (what: 'mismatches' | 'repaired') =>
    clients.reduce((total, client) => total + client.state.counters[what], 0);
  const mismatches = { found: sum('mismatches'), repaired: sum('repaired') };
  await Promise.all(clients.map((client) => client.close()));
  return { seconds, ended: progress.ended, failures, unsent, mismatches };
}

/** A page is open a moment before somebody writes on it. */
const ARRIVAL_MS = 50;

function sleepUntil(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - performance.now())));
}

/** Waits until all of these are so; gives how many were not in time. */
async function emptied(checks: (() => boolean)[]): Promise<number> {
  const deadline = performance.now() + OUTBOX_MS;
  let left = checks.filter((isSo) => !isSo());
  while (left.length > 0 && performance.now() < deadline) {
    await sleepUntil(performance.now() + 50);
    left = left.filter((isSo) => !isSo());
  }
  return left.length;
}

/** Each customer comes once, and stays. */
class People {
  readonly #arrive: (number: number) => Promise<Customer>;
  readonly #known = new Map<string, Promise<Customer>>();

  constructor(arrive: (number: number) => Promise<Customer>) {
    this.#arrive = arrive;
  }

  find(name: string): Promise<Customer> {
    const known = this.#known.get(name) ?? this.#arrive(this.#known.size + 1);
    this.#known.set(name, known);
    return known;
  }

  async all(): Promise<Customer[]> {
    const settled = await Promise.allSettled(this.#known.values());
    return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }
}
