import { unansweredCount } from '../../domain/conversation.ts';
import type { Pages } from '../pages.ts';
import { type Erasure, keyName, StoreError } from '../port.ts';
import type { StoredItem, StoredStream, Tables } from './data.ts';

/** What the tables' keys and constraints refuse, refused here; then everything is written at once, or nothing. */
export function writePages(tables: Tables, pages: Pages): void {
  checkKeys(tables, pages);
  checkRows(tables, pages);
  for (const [name, { at, time, isNew }] of pages.heads) {
    const stream: StoredStream = isNew
      ? { birth: tables.epoch, n: 0, h: '', at: time, items: [] }
      : (tables.streams.get(name) as StoredStream);
    tables.streams.set(name, Object.assign(stream, { n: at.n, h: at.h, at: time }));
  }
  for (const { stream, item, terminal, bodyHash, shows, salt, json } of pages.items) {
    const { n, h, id, kind, at } = item;
    const actor = { actorType: item.actor.type, actor: item.actor.id };
    tables.streams.get(stream)?.items.push({ n, h, id, kind, ...actor, terminal, at, bodyHash, shows, salt, json });
  }
  for (const key of pages.keys) tables.keys.set(keyName(key.stream, key.actor, key.id), { ...key });
  for (const [id, { conversation }] of pages.conversations)
    tables.conversations.set(id, { conversation, unanswered: unansweredCount(conversation) });
  for (const { list, conversation, kind, body, item } of pages.entries) {
    const stored = tables.lists.get(list);
    stored?.points.push({ h: item.h, conversation, at: item.at });
    stored?.entries.set(conversation, { n: item.n, h: item.h, kind, body, at: item.at });
  }
  for (const [conversation, agent] of pages.mentions) {
    const mentioned = tables.mentions.get(conversation) ?? new Set();
    tables.mentions.set(conversation, mentioned.add(agent));
  }
  for (const erasure of pages.erasures) erase(tables, erasure);
}

/** What primary keys refuse: somebody was faster. */
function checkKeys(tables: Tables, pages: Pages): void {
  const taken = (what: string): never => {
    throw new StoreError('conflict', new Error(`${what} is there already`));
  };
  const mine = new Set<string>();
  for (const { stream, item } of pages.items) {
    const name = `${stream}\n${item.n}`;
    if (mine.has(name) || (tables.streams.get(stream)?.items.length ?? 0) >= item.n) taken(name);
    mine.add(name);
  }
  for (const key of pages.keys) {
    const name = keyName(key.stream, key.actor, key.id);
    if (mine.has(name) || tables.keys.has(name)) taken(name);
    mine.add(name);
  }
  for (const [name, { isNew }] of pages.heads) if (isNew && tables.streams.has(name)) taken(name);
  for (const { list, item } of pages.entries) if ((tables.lists.get(list)?.points.length ?? 0) >= item.n) taken(list);
}

/** What foreign keys and checks refuse (LST1, CLK1). */
function checkRows(tables: Tables, pages: Pages): void {
  const refuse = (what: string): never => {
    throw new StoreError('refused', new Error(what));
  };
  for (const [id, { conversation: c }] of pages.conversations) {
    const count = unansweredCount(c);
    if (!tables.customers.has(c.customer.id)) refuse('there is no such customer');
    if ((c.state.status === 'resolved') !== (c.state.holder === null)) refuse('open_has_a_holder');
    if (count > 0 !== c.lastCustomerN > c.state.answeredUpTo) refuse('unanswered_is_counted');
    const runs = c.clock.waitingSince !== null && c.clock.dueAt !== null;
    if (count > 0 && (c.state.status !== 'open' || !runs)) refuse('unanswered_has_holder_and_clock');
    if (count === 0 && (c.clock.waitingSince !== null || c.clock.dueAt !== null)) refuse('clock_runs_for_somebody');
    if ((c.state.status === 'snoozed') !== (c.snoozedUntil !== null)) refuse('snoozed_until_when');
    const standing = standingAfter(tables, pages, id);
    if (standing.join() !== (c.state.holder === null ? '' : `list/${c.state.holder}`)) refuse('on_one_list');
  }
}

/** The lists of holders on which a conversation stands once the pages are written. */
function standingAfter(tables: Tables, pages: Pages, id: string): string[] {
  const kinds = new Map<string, string>();
  for (const [list, { entries }] of tables.lists) {
    const entry = entries.get(id);
    if (entry) kinds.set(list, entry.kind);
  }
  for (const { list, conversation, kind } of pages.entries) if (conversation === id) kinds.set(list, kind);
  return [...kinds].filter(([list, kind]) => kind !== 'left' && !list.startsWith('list/open:')).map(([list]) => list);
}

/** The words of an erased item and of its edits, and the hashes by which their sends were recognised (§11). */
function erase(tables: Tables, { stream, n }: Erasure): void {
  const gone = (item: StoredItem) =>
    item.n === n || (item.kind === 'edited' && (JSON.parse(item.json ?? '{}') as { target?: number }).target === n);
  for (const item of tables.streams.get(stream)?.items.filter(gone) ?? []) {
    item.json = null;
    for (const s of [stream, 'chat/new', 'conversation/new']) {
      const key = tables.keys.get(keyName(s, item.actor, item.id));
      if (key) key.bodyHash = null;
    }
  }
}
