import type { Item } from '@heed/protocol';
import { canonical } from '../domain/chain.ts';
import { type Conversation, servedBy } from '../domain/conversation.ts';
import type { Findings } from './findings.ts';

/** One item of a conversation, with the conversation before and after it. */
export interface Step {
  item: Item;
  before: Conversation;
  after: Conversation;
}

const SHOWN: ReadonlySet<string> = new Set(['message', 'edited', 'erased', 'resolved', 'reopened', 'rated']);
/** Fields for the team's eyes. */
const TEAM = ['seen', 'covers', 'overrode', 'basedOn'];

/** Holds what a customer sees against what it stands for (STR4): no more, no less, and nothing of the team's. */
export class ChatMatch {
  readonly #findings: Findings;
  readonly #stream: string;
  /** A message's number in the conversation, and its number in the chat. */
  readonly #numbers = new Map<number, number>();
  /** The same of everything that is shown: a message may answer what is none, as that somebody serves the customer now. */
  readonly #places = new Map<number, number[]>();

  constructor(findings: Findings, stream: string) {
    this.#findings = findings;
    this.#stream = stream;
  }

  /** All items of the chat that show one item of the conversation. */
  match(step: Step, shown: Item[]): void {
    if (shown.length > 0)
      this.#places.set(
        step.item.n,
        shown.map(({ n }) => n),
      );
    for (const chat of shown) {
      if (chat.kind === 'served') this.#served(step, chat);
      else this.#same(step, chat);
    }
    const missing = this.#expected(step).filter((kind) => !shown.some((chat) => chat.kind === kind));
    for (const kind of missing) {
      const sentence = `The customer is not shown "${kind}", which number ${step.item.n} of the conversation means.`;
      this.#findings.wrong('chat_missing', this.#stream, 0, sentence);
    }
  }

  /** An item of the chat that shows none of the conversation's. */
  shownNothing(chat: Item, shows: number | null): void {
    this.#wrong(
      'chat_shows_nothing',
      chat,
      `It shows number ${shows ?? '(none)'}, which the conversation does not have.`,
    );
  }

  #served({ item, before, after }: Step, chat: Item): void {
    const by = servedBy(after);
    const named = (chat.body as { by?: { id: string } | null } | undefined)?.by?.id ?? null;
    if (by === servedBy(before) || named !== by || chat.id !== `${item.id}.served` || chat.actor.type !== 'system')
      this.#wrong('chat_differs', chat, `It names ${named ?? 'nobody'} as who serves; it is ${by ?? 'nobody'}.`);
  }

  #same({ item }: Step, chat: Item): void {
    if (!SHOWN.has(item.kind) || item.kind !== chat.kind)
      return this.#wrong('chat_shows_too_much', chat, `It shows a "${item.kind}" as "${chat.kind}".`);
    if (item.kind === 'message' || item.kind === 'rated') this.#numbers.set(item.n, chat.n);
    const who = (each: Item) => `${each.id} ${each.actor.type}:${each.actor.id} ${each.at}`;
    if (who(item) !== who(chat))
      this.#wrong('chat_differs', chat, `Id, author or time are not those of number ${item.n} of the conversation.`);
    if (item.erased !== chat.erased)
      return this.#wrong(
        'chat_not_erased',
        chat,
        `It was erased here or in the conversation (${item.n}), not in both.`,
      );
    if (item.erased) return;
    const expected = this.#translated(item, chat);
    if (canonical(chat.body) !== canonical(expected))
      this.#wrong('chat_differs', chat, `It does not say what number ${item.n} of the conversation says.`);
  }

  /** The body as the customer may see it, in the chat's numbers. */
  #translated(item: Item, chat: Item): object {
    if (item.kind === 'resolved' || item.kind === 'reopened') return {};
    const { target, replyTo, reason, ...rest } = item.body as Record<string, unknown>;
    const body = Object.fromEntries(Object.entries(rest).filter(([name]) => !TEAM.includes(name)));
    // One item may be shown by two, of which either can be answered.
    const places = this.#places.get(replyTo as number);
    const answered = places?.find((n) => n === (chat.body as { replyTo?: number } | undefined)?.replyTo) ?? places?.[0];
    return {
      ...body,
      ...(target === undefined ? {} : { target: this.#numbers.get(target as number) }),
      ...(answered === undefined ? {} : { replyTo: answered }),
    };
  }

  #expected({ item, before, after }: Step): string[] {
    const kinds: string[] = [];
    if (['message', 'resolved', 'rated'].includes(item.kind)) kinds.push(item.kind);
    if (item.kind === 'reopened' && before.state.status === 'resolved') kinds.push('reopened');
    const target = (item.body as { target?: number } | undefined)?.target;
    const edits = item.kind === 'edited' || item.kind === 'erased';
    if (edits && target !== undefined && this.#numbers.has(target)) kinds.push(item.kind);
    if (servedBy(before) !== servedBy(after)) kinds.push('served');
    return kinds;
  }

  #wrong(code: string, chat: Item, sentence: string): void {
    this.#findings.wrong(code, this.#stream, chat.n, sentence);
  }
}
