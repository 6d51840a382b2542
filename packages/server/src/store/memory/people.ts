import { timeOf } from '../../domain/clock.ts';
import type { People } from '../people.ts';
import { StoreError } from '../port.ts';
import { headOf, type Tables } from './data.ts';
import type { MemoryWorld } from './ledger.ts';

const CHATS = 20;
const VISITS = 50;

/** People in memory. A token is the id of its session. */
export function memoryPeople(world: MemoryWorld): People {
  const look = async <T>(at: (tables: Tables) => T): Promise<T> => {
    await world.journey();
    const tables = world.tables();
    const seen = at(tables);
    await world.journey();
    // Where the tables were put back meanwhile the connection ended with them (EPO1).
    if (tables !== world.tables()) throw new StoreError('failed', new Error('the connection is gone'));
    return seen;
  };
  return {
    findToken: (token) => look(({ sessions }) => sessions.get(token)),
    customer: (id) => look(({ customers }) => customers.get(id)),
    chatsOf: (id) =>
      look(({ conversations, streams }) =>
        [...conversations.values()]
          .filter(({ conversation }) => conversation.customer.id === id)
          .slice(-CHATS)
          .flatMap(({ conversation }) => {
            const stream = streams.get(`chat/${conversation.id}`);
            return stream ? [[`chat/${conversation.id}`, headOf(stream).n, headOf(stream).h]] : [];
          }),
      ),
    presenceOf: (agent) => look(({ presence }) => presence.get(agent)?.state ?? 'taking'),
    savePresence: (agent, state) => look(({ presence }) => void presence.set(agent, { state, heardAt: world.now() })),
    saveHeard: (heard) =>
      look(({ presence }) => {
        for (const { agent, agoMs } of heard) {
          const known = presence.get(agent);
          if (known) known.heardAt = Math.max(known.heardAt, world.now() - agoMs);
        }
      }),
    saveReads: (reads) =>
      look((tables) => {
        for (const { s, type, actor, n, h } of reads) {
          if (tables.streams.get(s)?.items[n - 1]?.h !== h) continue;
          const name = `${s}\n${type}:${actor}`;
          if ((tables.reads.get(name)?.n ?? 0) < n)
            tables.reads.set(name, { s, type, actor, n, at: timeOf(world.now()) });
        }
      }),
    draftsOf: (agent) =>
      look(({ drafts }) => [...drafts.values()].filter((draft) => draft.agent === agent && draft.text !== '')),
    saveDraft: (agent, s, text, version) =>
      look(({ drafts }) => {
        const known = drafts.get(`${agent}\n${s}`);
        if (!known || known.version < version) drafts.set(`${agent}\n${s}`, { agent, s, text, version });
      }),
    saveVisit: (id, visit) =>
      look(({ customers }) => {
        const customer = customers.get(id);
        if (customer) customer.visits = [{ ...visit, at: timeOf(world.now()) }, ...customer.visits].slice(0, VISITS);
      }),
    saveAttributes: (id, attributes) =>
      look(({ customers }) => void Object.assign(customers.get(id)?.attributes ?? {}, attributes)),
    living: (ids) =>
      look(({ sessions }) => new Set(ids.filter((id) => [...sessions.values()].some((s) => s.id === id)))),
  };
}
