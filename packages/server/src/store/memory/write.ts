import { type Conversation, unansweredCount } from '../../domain/conversation.ts';
import type { Directory } from '../directory.ts';
import type { Pages } from '../pages.ts';
import { type Erasure, keyName, StoreError } from '../port.ts';
import type { StoredItem, StoredStream, Tables } from './data.ts';

/** What the tables' keys and constraints refuse, refused here; then everything is written at once, or nothing. */
export function writePages(tables: Tables, pages: Pages, directory: Directory): void {
  checkRows(tables, pages, directory);
  checkKeys(tables, pages);
  checkLists(tables, pages);
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
  for (const { list, conversation, kind, body, item, head } of pages.entries) {
    const stored = tables.lists.get(list);
    const stream = tables.streams.get(list);
    if (stream && kind === 'entered') stream.enteredAt = item.at;
    stored?.points.push({ h: item.h, conversation, at: item.at, head });
    stored?.entries.set(conversation, { n: item.n, h: item.h, kind, body, at: item.at });
  }
  for (const [conversation, agent] of pages.mentions) {
    if (!directory.agent(agent)) continue;
    const mentioned = tables.mentions.get(conversation) ?? new Set();
    tables.mentions.set(conversation, mentioned.add(agent));
  }
  for (const [id, conversation] of pages.attached) {
    const file = tables.attachments.get(id);
    if (file) tables.attachments.set(id, { ...file, conversation });
  }
  for (const id of pages.detached) tables.attachments.delete(id);
  tables.served.push(...pages.served);
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
  for (const [id, { conversation, isNew }] of pages.conversations)
    if (isNew && (tables.conversations.has(id) || hasNumber(tables, conversation.number))) taken(`conversation ${id}`);
  for (const { list, item } of pages.entries) if ((tables.lists.get(list)?.points.length ?? 0) >= item.n) taken(list);
}

function hasNumber(tables: Tables, number: number): boolean {
  for (const { conversation } of tables.conversations.values()) if (conversation.number === number) return true;
  return false;
}

function refuse(what: string): never {
  throw new StoreError('refused', new Error(what));
}

const KINDS: ReadonlySet<string> = new Set(['entered', 'changed', 'left']);

/** What checks refuse, and foreign keys to what is there (CLK1). */
function checkRows(tables: Tables, pages: Pages, directory: Directory): void {
  if (pages.items.some(({ item }) => item.n <= 0)) refuse('numbers begin with 1');
  if (pages.entries.some(({ kind }) => !KINDS.has(kind))) refuse('there is no such kind of entry');
  for (const { conversation: c } of pages.conversations.values()) {
    if (!tables.customers.has(c.customer.id)) refuse('there is no such customer');
    if (directory.inbox(c.inbox)?.id !== c.inbox) refuse('there is no such inbox');
    if (!directory.queue(c.state.queue)) refuse('there is no such queue');
    checkRow(c);
  }
}

function checkRow(c: Conversation): void {
  const { state, clock } = c;
  const count = unansweredCount(c);
  const runs = clock.waitingSince !== null && clock.dueAt !== null;
  if (!['open', 'snoozed', 'resolved'].includes(state.status)) refuse('there is no such status');
  if (!isHolder(state.holder)) refuse('holder_is_one');
  if ((state.status === 'resolved') !== (state.holder === null)) refuse('open_has_a_holder');
  if (count > 0 !== c.lastCustomerN > state.answeredUpTo) refuse('unanswered_is_counted');
  if (count > 0 && (state.status !== 'open' || !runs)) refuse('unanswered_has_holder_and_clock');
  if (count === 0 && (clock.waitingSince !== null || clock.dueAt !== null)) refuse('clock_runs_for_somebody');
  if ((state.status === 'snoozed') !== (c.snoozedUntil !== null)) refuse('snoozed_until_when');
  const must = state.status === 'snoozed' ? c.snoozedUntil : count > 0 && !c.overdue ? clock.dueAt : null;
  const next = c.timetable.nextStepAt;
  if (must !== null && (next === null || next > must)) refuse('waits_are_looked_at');
}

/** What is checked at commit, since moving writes one list before the other (LST1). */
function checkLists(tables: Tables, pages: Pages): void {
  for (const id of new Set([...pages.conversations.keys(), ...pages.entries.map((entry) => entry.conversation)])) {
    const holder = holderAfter(tables, pages, id);
    if (holder === undefined) refuse('there is no such conversation');
    const standing = standingAfter(tables, pages, id);
    if (standing.join() !== (holder === null ? '' : `list/${holder}`)) refuse('on_one_list');
  }
}

function isHolder(holder: string | null): boolean {
  return holder === null || /^(queue|agent):./.test(holder);
}

/** Who has it once the pages are written; undefined where there is no such conversation. */
function holderAfter(tables: Tables, pages: Pages, id: string): string | null | undefined {
  return (pages.conversations.get(id) ?? tables.conversations.get(id))?.conversation.state.holder;
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
