import { timeOf } from '../../domain/clock.ts';
import { ATTRIBUTE_BYTES, ATTRIBUTES, BACK_MS, type People } from '../people.ts';
import { headOf, presentAt, type Tables } from './data.ts';
import { lookAt, type MemoryWorld } from './ledger.ts';

const CHATS = 20;
const VISITS = 50;

/** People in memory. A token is the id of its session. */
export function memoryPeople(world: MemoryWorld): People {
  const look = <T>(at: (tables: Tables) => T) => lookAt(world, at);
  return {
    findToken: (token) => look(({ sessions }) => sessions.get(token)),
    customer: (id) =>
      look(({ customers }) => {
        const known = customers.get(id);
        return known && { id, name: known.name, inbox: known.inbox };
      }),
    chatsOf: (id) =>
      look(({ conversations, streams }) =>
        [...conversations.values()]
          .filter(({ conversation }) => conversation.customer.id === id)
          .sort((a, b) => (a.conversation.startedAt < b.conversation.startedAt ? -1 : 1))
          .slice(-CHATS)
          .flatMap(({ conversation }) => {
            const stream = streams.get(`chat/${conversation.id}`);
            return stream ? [[`chat/${conversation.id}`, headOf(stream).n, headOf(stream).h]] : [];
          }),
      ),
    arrive: (agent) =>
      look(({ presence }) => {
        const now = world.now();
        const known = presence.get(agent) ?? presentAt(now);
        const isHere = known.state !== 'offline' && known.heardAt > now - BACK_MS;
        const state = known.state === 'away' ? 'away' : 'taking';
        presence.set(agent, { ...known, state, heardAt: now, since: isHere ? known.since : now });
        return state;
      }),
    savePresence: (agent, state) =>
      look(({ presence }) => {
        const now = world.now();
        const known = presence.get(agent) ?? presentAt(now);
        const since = known.state === state ? known.since : now;
        presence.set(agent, { ...known, state, heardAt: now, since });
      }),
    saveHeard: async (heard) => {
      if (heard.length === 0) return;
      await look(({ presence }) => {
        for (const { agent, agoMs } of heard) {
          const known = presence.get(agent);
          if (known) known.heardAt = Math.max(known.heardAt, world.now() - agoMs);
        }
      });
    },
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
      look(({ drafts }) =>
        [...drafts.values()]
          .filter((draft) => draft.agent === agent && draft.text !== '')
          .map(({ s, text, version }) => ({ s, text, version })),
      ),
    saveDraft: (agent, s, text, version) =>
      look(({ drafts }) => {
        const known = drafts.get(`${agent}\n${s}`);
        if (known && known.version >= version) return { text: known.text, version: known.version };
        drafts.set(`${agent}\n${s}`, { agent, s, text, version });
        return { text, version };
      }),
    saveVisit: (id, visit) =>
      look(({ customers }) => {
        const customer = customers.get(id);
        if (!customer) return;
        const at = timeOf(world.now());
        Object.assign(customer, { visits: [{ ...visit, at }, ...customer.visits].slice(0, VISITS), lastHeardAt: at });
      }),
    saveAttributes: (id, attributes) =>
      look(({ customers }) => {
        const customer = customers.get(id);
        if (!customer) return;
        const { language, device, ...rest } = attributes;
        const all = { ...customer.attributes, ...rest };
        if (typeof language === 'string') customer.language = language;
        if (typeof device === 'string') customer.device = device;
        customer.attributes = isTooMuch(all) ? rest : all;
        customer.lastHeardAt = timeOf(world.now());
      }),
    living: (ids) =>
      look(({ sessions }) => new Set(ids.filter((id) => [...sessions.values()].some((s) => s.id === id)))),
  };
}

/** PostgreSQL writes a space behind each colon and each comma, and counts them. */
function isTooMuch(attributes: Record<string, unknown>): boolean {
  const count = Object.keys(attributes).length;
  const bytes = Buffer.byteLength(JSON.stringify(attributes)) + Math.max(0, 2 * count - 1);
  return count > ATTRIBUTES || bytes > ATTRIBUTE_BYTES;
}
