import type { Pending } from '@heed/client';
import { Person, type Surroundings } from './person.ts';

/** A customer with the widget open: writes, and looks at what comes. */
export class Customer extends Person {
  readonly #inbox: string;

  constructor(id: string, inbox: string, world: Surroundings) {
    super(id, 'widget', world);
    this.#inbox = inbox;
  }

  protected opened(): void {
    this.#openChats();
  }

  /** The widget opens what the server says there is, and what it began itself. */
  #openChats(): void {
    const { you, outbox, replicas } = this.page.client.state;
    const chats = (you?.chats ?? []).map(([s]) => s);
    for (const s of [...chats, ...outbox.map((pending) => pending.s), ...replicas.keys()])
      if (s.startsWith('chat/') && !s.endsWith('/new')) this.page.open(s);
  }

  protected act(): void {
    this.#openChats();
    const s = this.page.windows.at(-1) ?? 'chat/new';
    const draw = this.chance.next();
    const mine = this.page.client.state.replicas
      .get(s)
      ?.items.filter((item) => item.kind === 'message' && item.actor.id === this.id && !item.erased);
    const target = this.chance.pick(mine ?? [])?.n;
    if (draw < 0.5)
      this.press(s, 'message', { text: this.text(), ...(s === 'chat/new' ? { inbox: this.#inbox } : {}) });
    else if (draw < 0.56 && target !== undefined) this.press(s, 'erase', { target });
    else if (draw < 0.62 && target !== undefined) this.press(s, 'edit', { target, text: this.text() });
    else if (draw < 0.66) this.page.client.typing(s, true);
    else if (draw < 0.7 && s !== 'chat/new') this.page.close(s);
    else if (draw < 0.72) this.page.client.older(s);
    else if (draw < 0.74) this.page.client.wake();
  }

  protected decide(pending: Pending): void {
    // What a customer says is never held; what was refused is not said again.
    if (pending.state.name === 'refused') this.takeBack(pending);
    else this.again(pending);
  }
}
