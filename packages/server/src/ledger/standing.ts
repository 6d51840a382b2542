import type { Kind, Stream } from '@heed/protocol';
import type { Work } from './needs.ts';

/** What is forgotten is looked up with the conversation. */
const KEPT = 50_000;

/** What moves a conversation to nobody but its author. */
const SPEAKS: ReadonlySet<Kind> = new Set(['message', 'note', 'edit', 'label', 'rating']);

/** A conversation stands elsewhere than was remembered: begin again, and look first. */
export class StoodElsewhere extends Error {}

/**
 * On which lists conversations stood when this process last wrote in them. Where nobody does more than speak, they stand
 * there still: the lists can be locked on the journey that locks the conversations, and the batch is one journey shorter.
 * It is a guess, and what it misses costs that journey and one more; nothing is decided by it.
 */
export class Standing {
  /** Null where they stood elsewhere: the next batch looks. */
  readonly #lists = new Map<string, readonly Stream[] | null>();

  /** The lists that a batch will write to, where all of them are known. */
  ahead(work: readonly Work[], queueOf: (inbox: string) => string | undefined): Stream[] | undefined {
    const ahead = new Set<Stream>();
    for (const { command, conversation } of work) {
      if (command.do !== 'send' || !SPEAKS.has(command.send.kind) || command.send.then !== undefined) return undefined;
      const { who, send } = command;
      const noted = this.#lists.get(conversation);
      const known = noted === undefined ? this.#begun(send, queueOf) : noted;
      // On none: it is resolved, and what is said now may wake it onto some.
      if (!known?.length) return undefined;
      for (const list of known) ahead.add(list);
      // Whoever answers what waits takes it (LST7).
      if (who.type !== 'customer' && send.kind === 'message') ahead.add(`list/agent:${who.id}`);
    }
    return [...ahead].sort();
  }

  /** What is begun comes to the queue of its inbox (SND7). */
  #begun({ s, body }: { s: Stream; body: unknown }, queueOf: (inbox: string) => string | undefined) {
    const queue = s === 'chat/new' ? queueOf((body as { inbox?: string }).inbox ?? '') : undefined;
    return queue === undefined ? undefined : [`list/open:${queue}`, `list/queue:${queue}`];
  }

  note(conversation: string, lists: readonly Stream[]): void {
    this.#keep(conversation, lists);
  }

  forget(conversation: string): void {
    this.#keep(conversation, null);
  }

  #keep(conversation: string, lists: readonly Stream[] | null): void {
    this.#lists.set(conversation, lists);
    if (this.#lists.size > KEPT) this.#lists.delete(this.#lists.keys().next().value ?? '');
  }
}
