import { randomFillSync } from 'node:crypto';
import type { At, Item, Point, Stream } from '@heed/protocol';
import { bodyHash, canonical, listItemId, nextHash, nextListHash } from '../domain/chain.ts';
import { type Conversation, entryOf, listsOf, type NewItem } from '../domain/conversation.ts';
import type { Erasure, Key } from './port.ts';

const SALT_BYTES = 16;
let salts = Buffer.alloc(0);

/** Each body its own salt (STR2); the system is asked for many at once, since asking costs more than the bytes. */
function nextSalt(): Buffer {
  if (salts.length < SALT_BYTES) salts = randomFillSync(Buffer.alloc(SALT_BYTES * 512));
  const salt = salts.subarray(0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}

/** An item as it is stored. */
export interface ItemRow {
  stream: Stream;
  item: Item;
  terminal: string | null;
  bodyHash: string;
  shows: number | null;
  salt: Buffer;
  json: string;
}

/** What a list says of a conversation from now on. */
export interface EntryRow {
  list: Stream;
  conversation: string;
  kind: 'entered' | 'changed' | 'left';
  body: string;
  item: Item;
  /** The hash of the conversation's head by then (STR2). */
  head: string;
}

/** A conversation as the tables have it. */
type Known = Omit<Conversation, 'targets'>;

/** What must be known of a conversation as it stood on lists. */
type Listed = Pick<Conversation, 'head' | 'state' | 'enteredAt'>;

/** Everything that one transaction will write (STR4), gathered while commands are decided. */
export class Pages {
  readonly #salt: () => Buffer;
  readonly items: ItemRow[] = [];
  readonly heads = new Map<Stream, { at: Point; time: At; isNew: boolean }>();
  readonly keys: Key[] = [];
  /** `before`: as it was loaded, where it is not new. */
  readonly conversations = new Map<string, { conversation: Conversation; isNew: boolean; before?: Known }>();
  readonly entries: EntryRow[] = [];
  readonly erasures: Erasure[] = [];
  readonly mentions: [string, string][] = [];
  /** Files and the conversation of the message that names them; and those whose message was erased. */
  readonly attached: [string, string][] = [];
  readonly detached: string[] = [];
  /** What went from a queue to an agent: when it had come to the queue, and when it went (LST9). */
  readonly served: { queue: string; enteredAt: At; at: At }[] = [];

  /** `salt`: where the same history is to have the same hashes in two stores. */
  constructor(salt: () => Buffer = nextSalt) {
    this.#salt = salt;
  }

  /** Numbers and hashes an item after a stream's head. */
  append(
    stream: Stream,
    head: Point,
    item: Omit<NewItem, 'chat'>,
    at: At,
    terminal: string | null,
    shows: number | null,
  ): Item {
    const salt = this.#salt();
    const json = canonical(item.body);
    const hashed = bodyHash(salt, json);
    const n = head.n + 1;
    const { id, kind, actor, body } = item;
    const h = nextHash(head.h, { n, id, kind, actor, at, bodyHash: hashed });
    const stored: Item = { n, h, id, kind, actor, at, body };
    this.items.push({ stream, item: stored, terminal, bodyHash: hashed, shows, salt, json });
    return stored;
  }

  /**
   * Writes what a conversation's change means to the lists it stands on or leaves (LST1, LST2, LST8). `reason`: the
   * system's word for why it moved.
   */
  list(before: Listed | undefined, after: Conversation, heads: Map<Stream, Point>, at: At, reason?: string): void {
    const left = before && before.head.n > 0 ? listsOf(before.state) : [];
    const on = listsOf(after.state);
    const entry = entryOf(after);
    const leaves = { conversation: after.id, to: after.state.holder, ...(reason === undefined ? {} : { reason }) };
    const [entryText, leavesText] = [JSON.stringify(entry), JSON.stringify(leaves)];
    for (const list of new Set([...left, ...on])) {
      const kind = !on.includes(list) ? 'left' : left.includes(list) ? 'changed' : 'entered';
      const body = kind === 'left' ? leaves : entry;
      const head = heads.get(list);
      if (!head) throw new Error(`the list ${list} does not exist`);
      const n = head.n + 1;
      const id = listItemId(after.id, n);
      const h = nextListHash(head.h, n, id, after.head.h);
      heads.set(list, { n, h });
      const item: Item = { n, h, id, kind, actor: { type: 'system', id: 'system', name: '' }, at, body };
      const text = kind === 'left' ? leavesText : entryText;
      this.entries.push({ list, conversation: after.id, kind, body: text, item, head: after.head.h });
    }
    const { holder = null } = before?.state ?? {};
    if (before && holder?.startsWith('queue:') && after.state.holder?.startsWith('agent:'))
      this.served.push({ queue: holder.slice('queue:'.length), enteredAt: before.enteredAt, at });
  }
}
