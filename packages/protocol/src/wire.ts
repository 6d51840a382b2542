import { isStream, type Stream } from './point.ts';
import {
  array,
  boolean,
  type Check,
  count,
  either,
  literal,
  nestsAtMost,
  optional,
  record,
  short,
  string,
  tuple,
} from './shape.ts';

export const stream: Check<Stream> = isStream;
/** A send's stream may also be one that does not exist yet (SND7). */
export const target: Check<Stream> = (value): value is Stream =>
  value === 'chat/new' || value === 'conversation/new' || isStream(value);
export const re = optional(short(64));
/** Ids are made by the caller (STR6): ULIDs by our terminals, at most 64 letters, digits, `-`, `_`, `.` or `:` by others. */
export const id: Check<string> = (value): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(value);
export const terminal: Check<string> = (value): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value);
export const held = array(tuple(stream, count, string));
/** A stream with the point that a terminal holds in it; `[s, 0, ""]` where it holds nothing. */
export type HeldPoint = [Stream, number, string];
export const time = short(40);

export const attributes = record(either(string, boolean, count, literal(null)));

export type Decoded<T> =
  | { ok: true; frame: T }
  | { ok: false; malformed: boolean; t?: string; re?: string; id?: string };

export function decode<T>(table: Record<string, Check<unknown>>, text: string, maxDepth: number): Decoded<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, malformed: true };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, malformed: true };
  const { t, re: answers, id: named } = value as { t?: unknown; re?: unknown; id?: unknown };
  if (typeof t !== 'string' || !nestsAtMost(value, maxDepth)) return { ok: false, malformed: true };
  const check = Object.hasOwn(table, t) ? table[t] : undefined;
  if (check?.(value)) return { ok: true, frame: value as T };
  return {
    ok: false,
    malformed: false,
    t,
    ...(typeof answers === 'string' && answers.length <= 64 ? { re: answers } : {}),
    ...(id(named) ? { id: named } : {}),
  };
}

/** Nesting allowed in a frame (CON5). */
export const MAX_DEPTH = 32;
