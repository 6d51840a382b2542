import { type Stream, streamId, streamType } from '@heed/protocol';
import type { News } from '../ledger/command.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Directory } from '../store/directory.ts';

/**
 * Sees to it that what waits on push queues is handed out as soon as there is somebody to give it to (LST5): told of
 * every commit of this node, of agents who come, and of what the sweeper finds.
 */
export class HandOuts {
  readonly #ledger: () => Ledger;
  readonly #directory: Directory;
  /** Queues that are being handed out, and whether something has happened to them since. */
  readonly #running = new Map<string, { again: boolean }>();

  constructor(ledger: () => Ledger, directory: Directory) {
    this.#ledger = ledger;
    this.#directory = directory;
  }

  /** A commit: something came to a queue, or an agent has one less. */
  heard(news: readonly News[]): void {
    for (const { s, items } of news) {
      if (streamType(s) !== 'list') continue;
      const isQueue = s.startsWith('list/queue:');
      if (isQueue && items.some(({ kind }) => kind === 'entered')) this.poke(holderIn(s));
      if (!isQueue && s.startsWith('list/agent:') && items.some(({ kind }) => kind !== 'entered'))
        this.isFree(holderIn(s));
    }
  }

  /** An agent came, came back, or may have room. */
  isFree(agent: string): void {
    for (const queue of this.#directory.queuesOf(agent).keys()) this.poke(queue);
  }

  /** Hands out what waits on a queue, if that is how it works. */
  poke(queue: string): void {
    if (this.#directory.queue(queue)?.routing !== 'push') return;
    const running = this.#running.get(queue);
    if (running) running.again = true;
    else void this.#run(queue);
  }

  async #run(queue: string): Promise<void> {
    const state = { again: true };
    this.#running.set(queue, state);
    while (state.again) {
      state.again = false;
      const outcome = await this.#ledger().submit({ do: 'handOut', queue });
      // What could not be done now, the sweeper finds again.
      if (outcome.do === 'sent') state.again = true;
    }
    this.#running.delete(queue);
  }
}

function holderIn(s: Stream): string {
  const holder = streamId(s);
  return holder.slice(holder.indexOf(':') + 1);
}
