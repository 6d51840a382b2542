import { hash } from 'node:crypto';
import type { ActorType } from '@heed/protocol';
import canonicalize from 'canonicalize';

/** The first 12 bytes of SHA-256, base64url: what a point carries (STR2). */
function cut(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 12).toString('base64url');
}

/** The text of a value as RFC 8785 has it. */
export function canonical(value: unknown): string {
  return canonicalize(value) ?? 'null';
}

/** `h(0)` of a stream that was born in an epoch (STR2). */
export function birthHash(stream: string, epoch: string): string {
  return cut(`${stream}\n${epoch}`);
}

/** Hash of a salted body; no body hashes as `null` (STR2). */
export function bodyHash(salt: Buffer, json: string): string {
  return hash('sha256', Buffer.concat([salt, Buffer.from(json)]), 'base64url');
}

export interface Hashed {
  n: number;
  id: string;
  kind: string;
  actor: { type: ActorType; id: string };
  at: string;
  bodyHash: string;
}

/**
 * The running hash after an item (STR2). The text is RFC 8785 of `{n, id, kind, actor: {type, id}, at, bodyHash}`,
 * written out: its keys are few and known, and every item that is stored passes here.
 */
export function nextHash(h: string, item: Hashed): string {
  const actor = `{"id":${JSON.stringify(item.actor.id)},"type":"${item.actor.type}"}`;
  const rest = `"at":"${item.at}","bodyHash":"${item.bodyHash}","id":${JSON.stringify(item.id)},"kind":"${item.kind}","n":${item.n}`;
  return cut(`${h}\n{"actor":${actor},${rest}}`);
}

/**
 * The running hash of a list after an item (STR2). What the item says follows from the conversation up to its head, and
 * so the head's hash stands for it: two histories of a list that differ in anything have different hashes. Items that
 * were stored before that was so have none.
 */
export function nextListHash(h: string, n: number, id: string, head: string | null): string {
  return cut(head === null ? `${h}\n${n}\n${id}` : `${h}\n${n}\n${id}\n${head}`);
}

/** The id of a list's item: what it is about, and its number, since only the newest per conversation is kept. */
export function listItemId(conversation: string, n: number): string {
  return `${conversation}.${n}`;
}

/** A conversation's id, made from what begins it: the same send always leads to the same one (SND7). */
export function conversationIdOf(actor: string, sendId: string): string {
  const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const bytes = hash('sha256', `conversation\n${actor}\n${sendId}`, 'buffer');
  return Array.from(bytes.subarray(0, 26), (byte) => letters[byte & 31]).join('');
}

/** What a send is compared by when its id comes again (SND3): kind, body as sent, and what follows it (SND11). */
export function sendHash(kind: string, body: unknown, then: unknown): string {
  return hash('sha256', canonical(then === undefined ? [kind, body] : [kind, body, then]), 'base64url').slice(0, 22);
}
