import type { Stream } from '@heed/protocol';
import type { NewItem } from '../domain/conversation.ts';
import type { Pages } from '../store/pages.ts';
import { type Key, keyName, type Transaction } from '../store/port.ts';
import { Batch, type Ground } from './batch.ts';
import type { Command, Committed, Outcome } from './command.ts';
import type { Standing } from './standing.ts';

export type Take = Extract<Command, { do: 'take' }>;

/** The order of a queue changed between the look and the locks: begin again. */
export class OrderChanged extends Error {}

/**
 * Gives the first conversations of one queue to those who asked, in the order in which they asked (LST5).
 *
 * Takers of a queue come one after the other (a lock before any other). The first ones are looked up, locked
 * in the usual order, conversations before lists, and looked up once more: with the list's row locked nobody can enter
 * or leave the queue, so if they are still the first, none is given twice and none is skipped. Else `OrderChanged`.
 */
export async function runTakes(
  transaction: Transaction,
  ground: Ground,
  takes: Take[],
  standing: Standing,
): Promise<{ pages: Pages; result: Committed }> {
  const queue = takes[0]?.queue ?? '';
  const list: Stream = `list/queue:${queue}`;
  await transaction.lockQueue(queue);
  const batch = new Batch(transaction, ground, standing);
  const chosen = await transaction.first(queue, takes.length);
  const keys = await batch.loadForTake(
    chosen,
    takes.map(({ who, id }) => [list, who.id, id]),
  );
  const agents = takes.map(({ who }) => `list/agent:${who.id}`);
  await transaction.lockLists([...new Set([list, `list/open:${queue}`, ...agents])].sort());
  const still = await transaction.first(queue, takes.length);
  if (still.join() !== chosen.join()) throw new OrderChanged();
  const waiting = [...chosen];
  const outcomes = takes.map((take): Outcome => {
    const name = keyName(list, take.who.id, take.id);
    const known = keys.get(name);
    if (known?.at && known.leadsTo) return { do: 'sent', s: known.leadsTo, at: known.at };
    const id = waiting.shift();
    if (id === undefined) return { do: 'refused', code: 'empty' };
    const key = give(batch, id, take, list);
    keys.set(name, key);
    return { do: 'sent', s: `conversation/${id}`, at: key.at ?? { n: 0, h: '' } };
  });
  return batch.finish(outcomes);
}

function give(batch: Batch, id: string, { who, id: takeId, queue }: Take, list: Stream): Key {
  const body = { from: `queue:${queue}`, to: `agent:${who.id}`, reason: 'take' };
  const actor = { type: who.type, id: who.id, name: who.name };
  const item: NewItem<'assigned'> = { id: takeId, kind: 'assigned', actor, body };
  const at = batch.assign(id, who, item);
  const key: Key = { stream: list, actor: who.id, id: takeId, leadsTo: `conversation/${id}`, at, bodyHash: 'take' };
  batch.keepKey(key);
  return key;
}
