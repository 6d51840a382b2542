import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What somebody at the desk sees. */
interface Sight {
  conversation: string | undefined;
  /** A dialog is open. */
  isAsked: boolean;
  /** A reply is held, and whether it would only repeat or follow what a colleague said. */
  held: 'no' | 'news' | 'repeat';
  /** The customer of the conversation in front waits. */
  waitsHere: boolean;
  /** Everything that came was on screen long enough (GRD1). */
  sawAll: boolean;
  isResolved: boolean;
  isInStep: boolean;
  /** The reply waits on this device. */
  isUnderWay: boolean;
  isWriting: boolean;
  lastWords: string;
  /** Rows with a running clock, and all rows, of what is with the agent. */
  waiting: number;
  mine: number;
  inLine: number;
}

/** Runs in the page; what cannot be seen is not asked for. */
function look(): Sight {
  const numberIn = (text: string | null | undefined) => /\d+/.exec(text ?? '')?.[0];
  const one = (selector: string) => document.querySelector(selector);
  const head = numberIn(one('.conv .step .vh')?.textContent);
  const held = one('.held');
  const said = [...document.querySelectorAll('.ev[id^=n] .msg--c .said')];
  return {
    conversation: location.pathname.split('/')[3],
    isAsked: one('[role=dialog]') !== null,
    held:
      held === null
        ? 'no'
        : /^Discard/.test(held.querySelector('.btn--primary')?.textContent ?? '')
          ? 'repeat'
          : 'news',
    waitsHere: one('.dock__mark') !== null,
    sawAll: head !== undefined && head === numberIn(one('.comp__after')?.textContent),
    isResolved: one('.conv button[aria-label=Reopen]') !== null,
    isInStep: one('.conv .step[data-s=in]') !== null,
    isUnderWay: one('.conv .outbox') !== null,
    isWriting: document.activeElement instanceof HTMLTextAreaElement,
    lastWords: said.at(-1)?.textContent ?? '',
    waiting: document.querySelectorAll('[role=option] .clock').length,
    mine: document.querySelectorAll('[role=option]').length,
    inLine: Number(one('a[href$="/desk/queue"] > span:last-child')?.textContent ?? 0),
  };
}

/** What the agent knows of a conversation besides what is on screen. */
export interface Matter {
  /** What to answer, one after the other. */
  words: string[];
  /** The customer's last words: then it is done. */
  ends: string;
}

/** A held card ignores keys that were meant for the composer (DESIGN §4). */
const REFLEX_MS = 1_700;
const SEEN_MS = 2_500;
const MOST_IN_HAND = 6;

/** Somebody who works at a desk with the keyboard alone: looks at the page, and presses keys. */
export class AgentByKeys {
  readonly #page: Page;
  readonly #matters: ReadonlyMap<string, Matter>;
  /** How often each was answered. */
  readonly #nth = new Map<string, number>();
  replies = 0;
  held = 0;

  constructor(page: Page, matters: ReadonlyMap<string, Matter>) {
    this.#page = page;
    this.#matters = matters;
  }

  /** One thing after the other, as it comes; gives whether there was anything to do. */
  async work(): Promise<boolean> {
    const sight = await this.#page.evaluate(look);
    if (sight.isAsked) return this.#press('Escape');
    if (sight.held !== 'no') return this.#judge(sight.held);
    if (sight.conversation && sight.waitsHere && !sight.isUnderWay) return this.#answer(sight.conversation);
    if (sight.conversation && this.#isDone(sight)) return this.#command('e');
    if (sight.waiting > 0) return this.#command('u');
    if (sight.inLine > 0 && sight.mine < MOST_IN_HAND) return this.#command('t');
    return false;
  }

  #isDone({ conversation = '', isInStep, isUnderWay, lastWords, isResolved }: Sight): boolean {
    return isInStep && !isUnderWay && !isResolved && this.#matters.get(conversation)?.ends === lastWords;
  }

  async #answer(conversation: string): Promise<boolean> {
    for (const end = Date.now() + SEEN_MS; Date.now() < end; await sleep(100))
      if ((await this.#page.evaluate(look)).sawAll) break;
    const matter = this.#matters.get(conversation);
    const nth = this.#nth.get(conversation) ?? 0;
    this.#nth.set(conversation, nth + 1);
    const words = matter?.words[nth] ?? `One moment, please: I look at it (${nth + 1}).`;
    await this.#command('r');
    await this.#page.keyboard.type(words);
    const { lastWords, held } = await this.#page.evaluate(look);
    if (held !== 'no') return true;
    await this.#press(lastWords === matter?.ends ? 'Control+Shift+Enter' : 'Control+Enter');
    this.replies++;
    await sleep(150);
    return true;
  }

  /** Looks at what is new, and sends then; what was said already is not said again. */
  async #judge(held: 'news' | 'repeat'): Promise<boolean> {
    this.held++;
    await sleep(REFLEX_MS);
    await this.#press(held === 'news' ? 'Control+Enter' : 'Backspace');
    await sleep(300);
    return true;
  }

  /** A letter that does something, where nobody types. */
  async #command(key: string): Promise<boolean> {
    if ((await this.#page.evaluate(look)).isWriting) await this.#press('Escape');
    await this.#press(key);
    await sleep(250);
    return true;
  }

  async #press(key: string): Promise<boolean> {
    await this.#page.keyboard.press(key);
    return true;
  }
}
