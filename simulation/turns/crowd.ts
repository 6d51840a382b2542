import { setTimeout as sleep } from 'node:timers/promises';
import type { Stream } from '@heed/protocol';
import { Customer } from '../../packages/server/src/replay/customer.ts';
import type { Part, Plan } from '../../packages/server/src/replay/plan.ts';

/** What customers wrote: how much, and what of it never became stored. */
export interface Crowd {
  pressed: string[];
  failures: string[];
}

/** A customer who is not answered writes on after so long. */
const PATIENCE_MS = 15_000;
const LOOK_MS = 100;

const silent = {
  frame: () => undefined,
  pressed: () => undefined,
  cast: () => undefined,
  close: async () => undefined,
};

/**
 * Plays the customers' side of a record by its times: what they write after an answer they write when they have one, or
 * are tired of waiting. Gives when everybody has said everything and all of it is stored.
 */
export async function crowd(
  place: { url: string; inbox: string; dwellMs: number; patienceMs?: number },
  plan: Plan,
  named: (part: Part, conversation: string) => void,
): Promise<Crowd> {
  const began = performance.now();
  const known = new Map<string, Promise<Customer>>();
  const come = (name: string) => {
    const customer =
      known.get(name) ?? Customer.arrive({ ...place, terminal: `page-${known.size + 1}`, recorder: silent });
    known.set(name, customer);
    return customer;
  };
  const pressed: string[] = [];
  const failures: string[] = [];
  const perform = async (part: Part): Promise<void> => {
    const from = part.turns.findIndex((turn) => turn.from === 'customer');
    if (from < 0) return;
    const until = (due: number) => sleep(Math.max(0, began + due - performance.now()));
    const turns = part.turns.slice(from);
    await until(turns[0]?.due ?? 0);
    const customer = await come(part.customer);
    const { first, s: naming } = await customer.begin(turns[0]?.text ?? '');
    pressed.push(first);
    const s = await naming;
    named(part, s.slice('chat/'.length));
    for (const [index, turn] of turns.entries()) {
      if (index === 0 || turn.from !== 'customer') continue;
      await until(turn.due);
      if (turns[index - 1]?.from === 'agent') await answered(customer, s, place.patienceMs ?? PATIENCE_MS);
      pressed.push(customer.client.press({ s, kind: 'message', body: { text: turn.text } }));
    }
  };
  const say = (part: Part) => (error: unknown) => failures.push(`${part.id}: ${String(error)}`);
  await Promise.all(plan.parts.map((part) => perform(part).catch(say(part))));
  const customers = await Promise.all(known.values());
  const left = () => customers.filter(({ client }) => client.state.outbox.length > 0).length;
  for (const end = performance.now() + 4 * PATIENCE_MS; left() > 0 && performance.now() < end; ) await sleep(LOOK_MS);
  if (left() > 0) failures.push(`${left()} customers have something left that is not stored`);
  await Promise.all(customers.map(({ client }) => client.close()));
  return { pressed, failures };
}

/** Until the last word is an agent's, or patience is at its end. */
async function answered(customer: Customer, s: Stream, patienceMs: number): Promise<void> {
  const isAnswered = () => {
    const messages = customer.client.state.replicas.get(s)?.items.filter(({ kind }) => kind === 'message') ?? [];
    return messages.at(-1)?.actor.type === 'agent';
  };
  for (const end = performance.now() + patienceMs; !isAnswered() && performance.now() < end; ) await sleep(LOOK_MS);
}
