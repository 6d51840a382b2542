import { isInStep, type Replica } from '@heed/client';
import type { Item, Stream } from '@heed/protocol';
import { EMPTY_CONVERSATION, evolveConversation, isMaterial, streamId } from '@heed/protocol';
import {
  birthHash,
  bodyHash,
  canonical,
  listItemId,
  nextHash,
  nextListHash,
} from '../../packages/server/src/domain/chain.ts';
import { listsOf } from '../../packages/server/src/domain/conversation.ts';
import {
  claimsOf,
  type StoredConversation,
  type StoredItem,
  type StoredList,
  type StoredStream,
  type Tables,
} from '../../packages/server/src/store/memory/data.ts';
import { namedIn, type Person, type Press } from './person.ts';
import { bodyOf, itemOf } from './trail.ts';

/** A rule of docs/protocol.md §12 that a world broke. */
export interface Violation {
  rule: string;
  what: string;
}

/** What a node answered `sent` to, as a terminal heard it. */
export interface Told {
  id: string;
  person: string;
  s: Stream;
  n: number;
  h: string;
}

export interface Evidence {
  tables: Tables;
  people: readonly Person[];
  presses: ReadonlyMap<string, Press>;
  promises: readonly Told[];
  /** Whether the database was put back at any time: what was promised before may be gone, with what forbade it. */
  isPutBack: boolean;
  /** Those who reach no node, and never will. */
  cutOff: ReadonlySet<Person>;
  now: number;
}

const logs = (tables: Tables) => [...tables.streams].filter(([s]) => !s.startsWith('list/'));

/** What a customer's window may have in it (§11). */
const IN_CHATS: ReadonlySet<string> = new Set([
  'message',
  'edited',
  'erased',
  'served',
  'resolved',
  'reopened',
  'rated',
]);

/** How far something was found good already, so that a commit costs what it changed and not all that there is. */
interface Good {
  n: number;
  h: string;
}

/**
 * Everything that must hold at every commit (I6, I7, I11, I12 and the replay check). What was good and is the same
 * object still is not looked at again; tables that were put back are other objects, and the last look is at everything.
 */
export class TablesCheck {
  readonly #good = new WeakMap<object, Good>();
  readonly #conversations = new WeakSet<object>();
  #found: Violation[] = [];

  /** Looks at what changed since the last time. */
  changed(tables: Tables): Violation[] {
    this.#found = [];
    for (const [s, stream] of logs(tables)) this.#log(tables, s, stream);
    for (const [id, stored] of tables.conversations) {
      if (this.#conversations.has(stored)) continue;
      this.#conversations.add(stored);
      this.#conversation(tables, id, stored);
    }
    for (const [s, list] of tables.lists) this.#points(s, tables.streams.get(s)?.birth ?? '', list);
    return this.#found;
  }

  #say(rule: string, what: string): void {
    this.#found.push({ rule, what });
  }

  #log(tables: Tables, s: Stream, stream: StoredStream): void {
    const good = this.#good.get(stream) ?? { n: 0, h: birthHash(s, stream.birth) };
    let { h } = good;
    for (let index = good.n; index < stream.items.length; index++) {
      const item = stream.items[index] as StoredItem;
      if (item.n !== index + 1) this.#say('STR1', `${s} has ${item.n} in place ${index + 1}`);
      h = this.#item(s, item, h);
      if (s.startsWith('chat/')) this.#shown(tables, s, item);
      const twin = stream.items.findIndex(({ id, actor }) => id === item.id && actor === item.actor);
      if (twin !== index) this.#say('I2', `${s} has ${item.id} at ${twin + 1} and at ${item.n}`);
    }
    const isHead = stream.n === stream.items.length && h === stream.h;
    if (!isHead) this.#say('STR1', `the head of ${s} is not its last item`);
    this.#good.set(stream, { n: stream.items.length, h });
  }

  #item(s: Stream, item: StoredItem, before: string): string {
    const { n, id, kind, at } = item;
    const actor = { type: item.actorType, id: item.actor };
    const h = nextHash(before, { n, id, kind, actor, at, bodyHash: item.bodyHash });
    if (h !== item.h) this.#say('I12', `the chain of ${s} breaks at ${n}`);
    if (item.json !== null && bodyHash(Buffer.from(item.salt), item.json) !== item.bodyHash)
      this.#say('I12', `the body of ${s} ${n} is not what its hash says`);
    return h;
  }

  /** I14: of what the team has among itself nothing is shown to the customer. */
  #shown(tables: Tables, s: Stream, { kind, shows }: StoredItem): void {
    const origin = tables.streams.get(`conversation/${streamId(s)}`)?.items[(shows ?? 0) - 1]?.kind;
    if (!IN_CHATS.has(kind) || origin === 'note') this.#say('I14', `${s} shows the customer a ${kind} of a ${origin}`);
  }

  /** Each move says from whom it moved: nobody was given what somebody else had got meanwhile (LST5). */
  #moves(id: string, items: readonly Item[]): void {
    let state = EMPTY_CONVERSATION;
    for (const item of items) {
      const { from } = (item.body ?? {}) as { from?: string | null };
      if (from !== undefined && from !== state.holder)
        this.#say('LST5', `${id} ${item.n} was moved from ${from}; ${state.holder} had it`);
      state = evolveConversation(state, item);
    }
  }

  #conversation(tables: Tables, id: string, { conversation: c, unanswered }: StoredConversation): void {
    const items = (tables.streams.get(`conversation/${id}`)?.items ?? []).map(itemOf);
    const state = items.reduce(evolveConversation, EMPTY_CONVERSATION);
    this.#moves(id, items);
    const claims = claimsOf(tables, id).map(({ n }) => n);
    if (canonical({ ...c.state, unanswered: [] }) !== canonical({ ...state, unanswered: [] }))
      this.#say('replay', `${id} is ${canonical(c.state)}, its items say ${canonical(state)}`);
    if (claims.join() !== state.unanswered.join())
      this.#say('replay', `${id} waits for ${claims}, its items say ${state.unanswered}`);
    if (claims.length !== unanswered)
      this.#say('I11', `${id} counts ${unanswered} that wait, there are ${claims.length}`);
    if (claims.length > 0 && (c.state.holder === null || c.clock.dueAt === null))
      this.#say('I11', `${id} waits with nobody`);
    const standing = [...tables.lists].filter(([, { entries }]) => (entries.get(id)?.kind ?? 'left') !== 'left');
    const lists = standing.map(([list]) => list).sort();
    if (lists.join() !== listsOf(c.state).join())
      this.#say('I7', `${id} stands on ${lists}, its row says ${listsOf(c.state)}`);
  }

  #points(s: Stream, birth: string, list: StoredList): void {
    const good = this.#good.get(list) ?? { n: 0, h: birthHash(s, birth) };
    let { h } = good;
    for (let index = good.n; index < list.points.length; index++) {
      const point = list.points[index] as StoredList['points'][number];
      h = nextListHash(h, index + 1, listItemId(point.conversation, index + 1), point.head);
      if (h !== point.h) this.#say('I6', `the points of ${s} break at ${index + 1}`);
    }
    this.#good.set(list, { n: list.points.length, h });
  }
}

/** What must hold once all is quiet, of what people see and were told. */
export function checkPeople(evidence: Evidence): Violation[] {
  return [
    ...checkWindows(evidence),
    ...checkPromises(evidence),
    ...checkReplies(evidence),
    ...checkOrder(evidence),
    ...checkPresses(evidence),
    ...checkErased(evidence),
  ];
}

/** Whether every window is the log by now, and nobody waits for anything. */
export function isAtRest(evidence: Evidence): boolean {
  return checkWindows(evidence).length === 0;
}

/** I1, I4, I10: every open window is the log, and says so; every outbox is empty. */
function checkWindows({ tables, people, cutOff, now }: Evidence): Violation[] {
  const found: Violation[] = [];
  for (const somebody of people.filter(({ isHere }) => isHere)) {
    const { id: person, page } = somebody;
    const { state } = page.client;
    const say = (rule: string, what: string) => found.push({ rule, what: `${person}: ${what}` });
    if (cutOff.has(somebody)) {
      const isProud = [...state.replicas.values()].some((replica) => isInStep(state, replica, now));
      if (isProud) say('I9', 'says that a window is in step, and reaches nobody');
      continue;
    }
    if (state.link.state !== 'open') say('I4', `is not connected (${state.link.state})`);
    for (const pending of state.outbox) say('I15', `${pending.kind} ${pending.id} is still ${pending.state.name}`);
    for (const s of state.watched) {
      const replica = state.replicas.get(s);
      const stream = tables.streams.get(s);
      if (replica?.phase.name === 'gone') continue;
      if (!replica?.at || !stream || replica.phase.name !== 'held') {
        say('I4', `${s} is ${replica?.phase.name} at ${replica?.at?.n}, the log at ${stream?.n}`);
        continue;
      }
      if (replica.at.n !== stream.n || replica.at.h !== stream.h)
        say('I4', `${s} is at ${replica.at.n} of ${stream.n}`);
      if (replica.epoch !== tables.epoch) say('I10', `${s} is of ${replica.epoch}`);
      if (s.startsWith('list/')) checkList(say, tables, s, replica.entries);
      else checkItems(say, stream.items, s, replica);
    }
  }
  return found;
}

function checkItems(
  say: (rule: string, what: string) => void,
  log: StoredItem[],
  s: Stream,
  { items, before, at }: Pick<Replica, 'items' | 'before' | 'at'>,
): void {
  const first = before.n + 1;
  if (before.n + items.length !== at?.n) say('I1', `${s} has ${items.length} items from ${first} to ${at?.n}`);
  for (const [index, item] of items.entries()) {
    const stored = log[first - 1 + index];
    if (!stored || stored.n !== item.n || stored.h !== item.h || stored.id !== item.id)
      return say('I1', `${s} has ${item.id} at ${item.n}, the log ${stored?.id}`);
    const isErased = stored.json === null;
    if (!isErased && canonical(item.body) !== canonical(bodyOf(stored))) say('I1', `${s} ${item.n} has another body`);
    if (isErased && item.body !== undefined) say('I12', `${s} ${item.n} still has the body that was erased`);
  }
}

function checkList(
  say: (rule: string, what: string) => void,
  tables: Tables,
  s: Stream,
  entries: ReadonlyMap<string, unknown>,
): void {
  const stored = [...(tables.lists.get(s)?.entries ?? [])].filter(([, entry]) => entry.kind !== 'left');
  for (const [id, entry] of stored)
    if (canonical(entries.get(id)) !== canonical(JSON.parse(entry.body))) say('I6', `${s} shows another row of ${id}`);
  const more = [...entries.keys()].filter((id) => !stored.some(([other]) => other === id));
  if (more.length > 0) say('I6', `${s} still shows ${more}`);
}

/** I2, I8: what was answered `sent` is there, once, where it was said to be. */
function checkPromises({ tables, promises }: Evidence): Violation[] {
  return promises.flatMap(({ id, person, s, n, h }) => {
    const item = tables.streams.get(s)?.items[n - 1];
    return item?.h === h
      ? []
      : [{ rule: 'I8', what: `${person} was told that ${id} is ${n} of ${s}; there is ${item?.id}` }];
  });
}

/** I3: no reply was stored without an override above something material that its author had not been shown. */
function checkReplies({ tables, presses }: Evidence): Violation[] {
  return logs(tables)
    .filter(([s]) => s.startsWith('conversation/'))
    .flatMap(([s, stream]) =>
      stream.items.flatMap((reply) => {
        const press = presses.get(reply.id);
        const isReply = GUARDED_ITEMS.has(reply.kind) && reply.actorType === 'agent' && reply.json !== null;
        return press && isReply ? checkReply(presses, [s, stream], reply, press) : [];
      }),
    );
}

/** What guarded sends become (GRD2). */
const GUARDED_ITEMS: ReadonlySet<string> = new Set(['message', 'resolved', 'snoozed', 'transferred', 'answeredMarked']);

function checkReply(
  presses: ReadonlyMap<string, Press>,
  [s, { items }]: [Stream, StoredStream],
  reply: StoredItem,
  press: Press,
): Violation[] {
  const found: Violation[] = [];
  const { seen, covers = 0, overrode } = bodyOf(reply) as { seen?: { n: number }; covers?: number; overrode?: object };
  if (overrode) return [];
  // What is no message keeps no point; what its author was shown is known all the same.
  const upTo = seen?.n ?? (reply.kind === 'message' ? 0 : Number.POSITIVE_INFINITY);
  const who = `${s} ${reply.n} by ${press.person}, who had seen ${upTo},`;
  if (covers > upTo) found.push({ rule: 'CLK1', what: `${who} covers ${covers}` });
  const before = items.slice(0, reply.n - 1);
  // Seen begins where everything was answered (GRD1), by replies that may have been erased since.
  const answered = Math.max(0, ...before.map((item) => coversOf(items, item)));
  for (const item of before) {
    // What left from the same page, and what follows from it, is no news to it (GRD2).
    const isOwn = item.terminal === reply.terminal || press.follows.has(item.id);
    if (isOwn || !isMaterial(item.kind, item.actorType)) continue;
    if (item.n > upTo) found.push({ rule: 'I3', what: `${who} stands after ${item.kind} ${item.n}` });
    else if (item.n > answered && !isDoneBy(presses, press.person, item) && !press.shown.has(item.id))
      found.push({ rule: 'GRD1', what: `${who} was never shown ${item.kind} ${item.n}` });
  }
  return found;
}

/** Whether somebody knows of it without having been shown it, since it is theirs or follows from what is. */
function isDoneBy(presses: ReadonlyMap<string, Press>, person: string, { actor, actorType, id }: StoredItem): boolean {
  return actor === person || (actorType === 'system' && presses.get(causeOf(id))?.person === person);
}

function coversOf(items: readonly StoredItem[], item: StoredItem): number {
  const by =
    item.json === null ? items.find((other) => other.kind === 'erased' && bodyOf(other).target === item.n) : item;
  const {
    covers = 0,
    noReplyNeeded,
    upTo = 0,
  } = (by ? bodyOf(by) : {}) as { covers?: number; noReplyNeeded?: { upTo: number }; upTo?: number };
  return Math.max(covers, noReplyNeeded?.upTo ?? 0, item.kind === 'answeredMarked' ? upTo : 0);
}

const causeOf = (id: string) => id.slice(0, id.indexOf('.'));

/** I5: what one person wrote into one stream stands in the order of the presses. */
function checkOrder({ tables, presses }: Evidence): Violation[] {
  const found: Violation[] = [];
  for (const [s, { items }] of logs(tables)) {
    const last = new Map<string, Press>();
    for (const item of items) {
      const press = presses.get(item.id);
      // What is not guarded goes past what waits behind something that is held (SND4).
      if (!press || (press.kind !== 'message' && press.kind !== 'note')) continue;
      const author = `${press.terminal} ${press.kind}`;
      const before = last.get(author);
      if (before && before.order > press.order)
        found.push({ rule: 'I5', what: `${streamId(s)}: ${press.text} stands after ${before.text}` });
      last.set(author, press);
    }
  }
  return found;
}

/** SND1, SND9, EPO2: no send is lost, none that was taken back is there, and each names what its author meant. */
function checkPresses({ tables, people, presses, isPutBack }: Evidence): Violation[] {
  const found: Violation[] = [];
  const stored = new Map<string, [StoredItem, readonly StoredItem[]]>();
  for (const [s, { items }] of logs(tables))
    if (s.startsWith('conversation/')) for (const item of items) stored.set(item.id, [item, items]);
  const waiting = new Set(people.flatMap(({ page }) => page.client.state.outbox.map(({ id }) => id)));
  for (const press of presses.values()) {
    const there = stored.get(press.id);
    const who = `${press.person}'s ${press.kind} ${press.id}`;
    const isKept = there !== undefined || waiting.has(press.id) || press.isTakenBack || press.isForgotten;
    if (press.isFlown && !isKept && !isPutBack) found.push({ rule: 'SND1', what: `${who} is lost` });
    if (press.isCancelled && there && !isPutBack)
      found.push({ rule: 'SND9', what: `${who} was cancelled, and is ${there[0].n}` });
    const target = there && there[0].json !== null ? namedIn(bodyOf(there[0])) : undefined;
    const meant = there?.[1][(target ?? 0) - 1]?.id;
    if (target !== undefined && press.target !== undefined && meant !== press.target)
      found.push({ rule: 'EPO2', what: `${who} was meant for ${press.target}, and is about ${meant}` });
  }
  return found;
}

/** I12: the words of what was erased, and what they were changed to, are nowhere. */
function checkErased({ tables, presses }: Evidence): Violation[] {
  const erased = new Set<string>();
  for (const [s, { items }] of logs(tables))
    for (const item of s.startsWith('conversation/') ? items : [])
      if (item.kind === 'erased' && item.json !== null)
        erased.add(items[(bodyOf(item) as { target: number }).target - 1]?.id ?? '');
  if (erased.size === 0) return [];
  const kept = [
    ...logs(tables).flatMap(([s, { items }]) => items.map(({ n, json }) => [`${s} ${n}`, json ?? ''])),
    ...[...tables.lists].flatMap(([s, { entries }]) => [...entries.values()].map(({ body }) => [s, body])),
    ...[...tables.conversations].map(([id, { conversation }]) => [id, JSON.stringify(conversation.preview)]),
  ] as [string, string][];
  const gone = [...presses.values()].filter(({ id, target, kind, text }) => {
    return text !== undefined && (erased.has(id) || (kind === 'edit' && erased.has(target ?? '')));
  });
  return gone.flatMap(({ text }) => {
    const words = JSON.stringify(text);
    return kept
      .filter(([, json]) => json.includes(words))
      .map(([where]) => ({ rule: 'I12', what: `${words} was erased, and is in ${where}` }));
  });
}
