import type { Stream } from '@heed/protocol';
import type { NewItem } from '../domain/conversation.ts';
import { handOut, type Order } from '../domain/hand-out.ts';
import { SYSTEM } from '../domain/tend.ts';
import type { Pages } from '../store/pages.ts';
import type { Transaction } from '../store/port.ts';
import { Batch, type Ground } from './batch.ts';
import type { Committed, Outcome } from './command.ts';
import type { Standing } from './standing.ts';
import { OrderChanged } from './take.ts';

/** So many at once: whoever hands out goes on until nothing is left. */
const MOST = 50;

/**
 * Gives what waits on a queue to the agents who wait for work (LST5), in the manner of a take: takers and givers of a
 * queue come one after the other, the conversations are locked before the lists, and once the lists are locked
 * everything is looked at once more. Whatever else gives an agent work has their list locked until it is committed, so
 * what is counted then is what they have, however many queues they serve.
 */
export async function runHandOut(
  transaction: Transaction,
  ground: Ground,
  queue: string,
  commands: number,
  standing: Standing,
): Promise<{ pages: Pages; result: Committed }> {
  await transaction.lockQueue(queue);
  const batch = new Batch(transaction, ground, standing);
  const waiting = await transaction.first(queue, MOST);
  const free = await transaction.free(queue, ground.heardMs ?? ground.graceMs);
  const room = free.reduce((sum, agent) => sum + agent.room, 0);
  const chosen = waiting.slice(0, room);
  // Nothing is locked then: whoever frees an agent or brings something a moment later sets it off once more.
  if (chosen.length === 0) return batch.finish(Array(commands).fill(EMPTY));
  await batch.loadForTake(chosen, []);
  const orders = chosen.map((id) => orderOf(batch, id));
  const given = handOut(orders, free);
  const agents = given.map(([, agent]): Stream => `list/agent:${agent}`);
  await transaction.lockLists([...new Set([`list/queue:${queue}`, `list/open:${queue}`, ...agents])].sort());
  const still = (await transaction.first(queue, MOST)).slice(0, chosen.length);
  const stillFree = await transaction.free(queue, ground.heardMs ?? ground.graceMs);
  const same = still.join() === chosen.join() && handOut(orders, stillFree).join() === given.join();
  if (!same) throw new OrderChanged();
  const outcomes = given.map(([id, agent]) => give(batch, id, queue, agent));
  return batch.finish(Array(commands).fill(outcomes[0]));
}

const EMPTY: Outcome = { do: 'refused', code: 'empty' };

function orderOf(batch: Batch, id: string): Order {
  const from = batch.conversation(id).raised;
  return { id, from: from?.startsWith('agent:') ? from.slice('agent:'.length) : null };
}

function give(batch: Batch, id: string, queue: string, agent: string): Outcome {
  const body = { from: `queue:${queue}`, to: `agent:${agent}`, reason: 'push' };
  const n = batch.conversation(id).head.n;
  const item: NewItem<'assigned'> = { id: `${id}:${n}:push`, kind: 'assigned', actor: SYSTEM, body };
  return { do: 'sent', s: `conversation/${id}`, at: batch.assign(id, { type: 'system', terminal: null }, item) };
}
