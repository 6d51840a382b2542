import type { Frame } from '@heed/protocol';
import type { StoredConversation, Tables } from '../../packages/server/src/store/memory/data.ts';
import type { Violation } from './check.ts';
import type { Team } from './house.ts';

/** Who may not read what, and since which item: what was there while they might they may have (CON9, I14). */
export class Permissions {
  readonly #team: Team;
  readonly #seen = new WeakSet<StoredConversation>();
  /** By agent and conversation: the number of the item that ended the permission. */
  readonly #lost = new Map<string, number>();

  constructor(team: Team) {
    this.#team = team;
  }

  /** Looks at the conversations that changed with a commit. */
  changed(tables: Tables): void {
    for (const [id, stored] of tables.conversations) {
      if (this.#seen.has(stored)) continue;
      this.#seen.add(stored);
      const { state, head } = stored.conversation;
      const mentioned = tables.mentions.get(id);
      for (const { id: agent, isAdmin, roles } of this.#team.agents) {
        const isTheirs = state.queue in roles || state.holder === `agent:${agent}`;
        const name = `${agent}\n${id}`;
        if (isAdmin || isTheirs || mentioned?.has(agent)) this.#lost.delete(name);
        else if (!this.#lost.has(name)) this.#lost.set(name, head.n);
      }
    }
  }

  /** The tables were put back: nothing is known of what was. */
  forget(): void {
    this.#lost.clear();
  }

  /** I14: what a frame to an agent has of a conversation that they may no longer read. */
  breach(agent: string, conversation: string, text: string): Violation[] {
    const lost = this.#lost.get(`${agent}\n${conversation}`);
    if (lost === undefined) return [];
    const { items } = JSON.parse(text) as Extract<Frame, { t: 'update' | 'snapshot' }>;
    const beyond = items.filter(({ n }) => n > lost);
    const what = `${agent} is sent ${beyond.map(({ n }) => n)} of ${conversation}, which they may not read since ${lost}`;
    return beyond.length === 0 ? [] : [{ rule: 'I14', what }];
  }
}
