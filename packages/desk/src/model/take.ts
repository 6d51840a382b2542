import type { Client } from '@heed/client';
import { streamId } from '@heed/protocol';
import type { Sentence } from '../words/index.ts';
import { queuesOf, queuesToTake, type View } from './views.ts';

export type Taken = { ok: true; conversation: string } | { ok: false; sentence: Sentence };

/** Takes the first customer of the queues in view; where somebody was quicker, the next queue's (LST5). */
export async function takeNext(client: Client, view: View): Promise<Taken> {
  const waiting = queuesToTake(client.state, view);
  // A list that is not held yet may hide somebody: then every queue is asked.
  const queues = waiting.length > 0 ? waiting : queuesOf(client.state).map((queue) => queue.id);
  for (const queue of queues) {
    const answer = await client.take(queue);
    if (answer.ok) return { ok: true, conversation: streamId(answer.s) };
    if (answer.code !== 'empty')
      return { ok: false, sentence: { key: 'take.failed', values: { message: answer.message } } };
  }
  return { ok: false, sentence: { key: 'take.empty' } };
}
