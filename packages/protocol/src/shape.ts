/**
 * Checks for values that came over the wire: small type guards that add up to larger ones.
 *
 * They look and never copy, so that what was decoded is what was sent; unknown fields are left alone (a newer
 * peer may send more) and `__proto__` is only ever a name in data. What makes them does nothing else, and says so: checks
 * that a program does not use are left out when it is built.
 */
export type Check<T> = (value: unknown) => value is T;
export type Of<C> = C extends Check<infer T> ? T : never;

const own = Object.prototype.hasOwnProperty;
export type Optional<T> = Check<T | undefined> & { isOptional: true };

type Fields = Record<string, Check<unknown>>;
type Flatten<T> = { [K in keyof T]: T[K] };
type ObjectOf<F extends Fields> = Flatten<
  { [K in keyof F as F[K] extends { isOptional: true } ? never : K]: Of<F[K]> } & {
    [K in keyof F as F[K] extends { isOptional: true } ? K : never]?: Exclude<Of<F[K]>, undefined>;
  }
>;

export const string: Check<string> = (value): value is string => typeof value === 'string';
export const boolean: Check<boolean> = (value): value is boolean => typeof value === 'boolean';
export const unknown: Check<unknown> = (_value): _value is unknown => true;
/** A whole number from 0 to 2^53 - 1. */
export const count: Check<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A string of at most `max` UTF-16 units and at least one, that every store can hold: well-formed, without U+0000. @__NO_SIDE_EFFECTS__ */
export function short(max: number): Check<string> {
  return (value): value is string =>
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= max &&
    value.isWellFormed() &&
    !value.includes('\u0000');
}

/** @__NO_SIDE_EFFECTS__ */
export function literal<const T extends string | number | boolean | null>(...allowed: T[]): Check<T> {
  return (value): value is T => allowed.includes(value as T);
}

/** @__NO_SIDE_EFFECTS__ */
export function optional<T>(check: Check<T>): Optional<T> {
  const guard = (value: unknown): value is T | undefined => value === undefined || check(value);
  return Object.assign(guard, { isOptional: true as const });
}

/** @__NO_SIDE_EFFECTS__ */
export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value): value is T | null => value === null || check(value);
}

/** @__NO_SIDE_EFFECTS__ */
export function array<T>(check: Check<T>, max = 100_000): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.length <= max && value.every(check);
}

/** @__NO_SIDE_EFFECTS__ */
export function tuple<const T extends Check<unknown>[]>(...checks: T): Check<{ -readonly [K in keyof T]: Of<T[K]> }> {
  return (value): value is { -readonly [K in keyof T]: Of<T[K]> } =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, index) => check(value[index]));
}

/** @__NO_SIDE_EFFECTS__ */
export function object<F extends Fields>(fields: F): Check<ObjectOf<F>> {
  const entries = Object.entries(fields);
  return (value): value is ObjectOf<F> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const record = value as Record<string, unknown>;
    return entries.every(([name, check]) => check(own.call(record, name) ? record[name] : undefined));
  };
}

/** The same without any other field: what is stored as it was sent must hold nothing that nobody looked at. @__NO_SIDE_EFFECTS__ */
export function exact<F extends Fields>(fields: F): Check<ObjectOf<F>> {
  const check = object(fields);
  return (value): value is ObjectOf<F> =>
    check(value) && Object.keys(value as object).every((name) => own.call(fields, name));
}

/** @__NO_SIDE_EFFECTS__ */
export function record<T>(check: Check<T>, max = 100): Check<Record<string, T>> {
  return (value): value is Record<string, T> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const values = Object.values(value);
    return values.length <= max && values.every(check);
  };
}

/** @__NO_SIDE_EFFECTS__ */
export function either<const T extends Check<unknown>[]>(...checks: T): Check<Of<T[number]>> {
  return (value): value is Of<T[number]> => checks.some((check) => check(value));
}

/** Whether the value nests objects and arrays at most `limit` deep (CON5). */
export function nestsAtMost(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (limit === 0) return false;
  for (const inner of Object.values(value)) if (!nestsAtMost(inner, limit - 1)) return false;
  return true;
}
