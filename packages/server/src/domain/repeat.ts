import type { Item, ItemBodies } from '@heed/protocol';

/** What an agent or a bot has said, as it stands now. */
export interface Answer {
  n: number;
  text: string;
}

/** The most that a reply is compared with: nobody repeats what was said before so much else. */
export const MOST_ANSWERS = 200;

const NOISE = /[\p{P}\p{S}\p{Z}\p{C}]/gu;

/** A text as it is compared: without case, width, punctuation, symbols and spaces; itself where nothing is left (GRD5). */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(NOISE, '') || text;
}

/**
 * The newest answer above `upTo` that says the same (GRD5), by its number. What has no text, such as an attachment alone,
 * repeats nothing.
 */
export function repeated(answers: readonly Answer[], text: string, upTo: number): number | undefined {
  if (text === '') return undefined;
  const folded = fold(text);
  return answers.findLast((answer) => answer.n > upTo && fold(answer.text) === folded)?.n;
}

type Said = Pick<Item, 'n' | 'kind' | 'body'> & { actor: Pick<Item['actor'], 'type'> };

/** What was said since the customer's last message, after one more item. */
export function withItem(answers: readonly Answer[], item: Said): readonly Answer[] {
  const { target, text } = item.body as Partial<ItemBodies['edited']>;
  if (item.kind === 'message')
    return item.actor.type === 'customer' ? [] : [...answers, { n: item.n, text: text ?? '' }];
  if (item.kind === 'edited') return answers.map((each) => (each.n === target ? { ...each, text: text ?? '' } : each));
  return item.kind === 'erased' ? answers.filter(({ n }) => n !== target) : answers;
}
