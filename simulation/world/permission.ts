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
  /** Who was mentioned in a log that is no more: where nobody noticed, connections that are up go by it. */
  readonly #mentionedOnce = new Set<string>();

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
        if (isAdmin || isTheirs || mentioned?.has(agent) || this.#mentionedOnce.has(name)) this.#lost.delete(name);
        else if (!this.#lost.has(name)) this.#lost.set(name, head.n);
      }
    }
  }

  /** Others were put in the tables' place: nothing is known of what was lost when. */
  forget(before: Tables, isNoticed: boolean): void {
    this.#lost.clear();
    for (const [id, agents] of isNoticed ? [] : before.mentions)
      for (const agent of agents) this.#mentionedOnce.add(`${agent}\n${id}`);
  }

  /** I14: what a frame to an agent has of a conversation that they may no longer read; of a log that is no more they might. */
  breach(tables: Tables, agent: string, conversation: string, text: string): Violation[] {
    const lost = this.#lost.get(`${agent}\n${conversation}`);
    if (lost === undefined) return [];
    const { items } = JSON.parse(text) as Extract<Frame, { t: 'update' | 'snapshot' }>;
    const log = tables.streams.get(`conversation/${conversation}`)?.items ?? [];
    const beyond = items.filter(({ n, h }) => n > lost && log[n - 1]?.h === h);
    const what = `${agent} is sent ${beyond.map(({ n }) => n)} of ${conversation}, which they may not read since ${lost}`;
    return beyond.length === 0 ? [] : [{ rule: 'I14', what }];
  }
}
