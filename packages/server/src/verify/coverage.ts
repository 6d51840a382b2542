import type { Item, Point } from '@heed/protocol';
import type { Findings } from './findings.ts';

/** What a reply keeps of what its author had seen (GRD7). */
interface Kept {
  seen?: Point;
  covers?: number;
  overrode?: { upTo: Point };
}

const ANYBODYS = ['message', 'edited', 'resolved', 'reopened', 'assigned', 'transferred', 'returned'];
/** Kinds that nobody may answer past without having seen them (GRD2), by whose they are. */
const MATERIAL: Record<string, readonly string[]> = {
  customer: [...ANYBODYS, 'erased'],
  agent: [...ANYBODYS, 'note'],
  bot: [...ANYBODYS, 'note'],
};

/**
 * Holds each reply of a conversation against what its author says to have seen: a true point, what it covers, and
 * nothing of somebody else's in between that was not overridden (GRD4, GRD7, I3).
 */
export class Coverage {
  readonly #findings: Findings;
  readonly #stream: string;
  readonly #hashes = new Map<number, string>();
  /** Material items by people, in order. */
  readonly #material: { n: number; by: string }[] = [];

  constructor(findings: Findings, stream: string) {
    this.#findings = findings;
    this.#stream = stream;
  }

  /** The items come in their order. */
  next(item: Item): void {
    if (item.kind === 'message' && item.body !== undefined) this.#reply(item, item.body as Kept);
    this.#hashes.set(item.n, item.h);
    if (MATERIAL[item.actor.type]?.includes(item.kind)) this.#material.push({ n: item.n, by: byWhom(item) });
  }

  #reply({ n, actor }: Item, { seen, covers, overrode }: Kept): void {
    if (actor.type === 'customer') return;
    if (seen === undefined) return this.#wrong('seen_missing', n, 'The reply does not say what its author had seen.');
    if (seen.n > 0 && this.#hashes.get(seen.n) !== seen.h)
      this.#wrong('seen_wrong', n, `The reply names ${seen.n} as seen, which is no point before it.`);
    const isCovered = covers === seen.n || (covers === undefined && actor.type === 'bot');
    if (!isCovered)
      this.#wrong('covers_wrong', n, `The reply covers ${covers ?? 'nothing'}; its author saw ${seen.n}.`);
    const from = Math.max(seen.n, overrode?.upTo.n ?? 0);
    const by = byWhom({ actor });
    const blind = this.#material.findLast((each) => each.n > from && each.by !== by);
    if (blind)
      this.#wrong('answered_blindly', n, `Its author had seen ${from}; number ${blind.n} by another came before it.`);
  }

  #wrong(code: string, n: number, sentence: string): void {
    this.#findings.wrong(code, this.#stream, n, sentence);
  }
}

function byWhom({ actor }: Pick<Item, 'actor'>): string {
  return `${actor.type}:${actor.id}`;
}
