import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BODIES, isBody } from './bodies.ts';
import { decodeFrame, FRAMES, type FrameName } from './frames.ts';
import { decodeRequest, REQUESTS, type RequestName } from './requests.ts';
import type { Check } from './shape.ts';
import { FRAME, frame, json, REQUEST, request, text } from './testing/arbitrary-frames.ts';
import { runs } from './testing/runs.ts';

/** As a value has it that was written and read: no difference of prototype, of -0 or of what is undefined. */
function written(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('what is written is what is read', () => {
  test.each(Object.keys(FRAMES) as FrameName[])('CON1 every %s of the server', (name) => {
    fc.assert(
      fc.property(FRAME[name] as fc.Arbitrary<object>, (value) => {
        expect(decodeFrame(JSON.stringify(value))).toEqual({ ok: true, frame: written(value) });
      }),
      runs(100),
    );
  });

  test.each(Object.keys(REQUESTS) as RequestName[])('CON2 every %s of a terminal', (name) => {
    fc.assert(
      fc.property(REQUEST[name] as fc.Arbitrary<object>, (value) => {
        expect(decodeRequest(JSON.stringify(value))).toEqual({ ok: true, frame: written(value) });
      }),
      runs(100),
    );
  });
});

/** One place of a value, as its path. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))];
}

function put(value: unknown, [key, ...rest]: (string | number)[], what: unknown): unknown {
  if (key === undefined) return what;
  const copy = structuredClone(value) as Record<string, unknown>;
  Object.defineProperty(copy, key, {
    value: put(copy[key], rest, what),
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

const nasty = fc.oneof(
  json,
  fc.constantFrom<unknown>(null, -1, 1.5, Infinity, 2 ** 53, '', [], {}, true, 'x'.repeat(70), '\ud800', '__proto__'),
);

const either = fc.oneof(
  frame.map((value) => ({
    value: value as object,
    read: decodeFrame,
    table: FRAMES as Record<string, Check<unknown>>,
  })),
  request.map((value) => ({
    value: value as object,
    read: decodeRequest,
    table: REQUESTS as Record<string, Check<unknown>>,
  })),
);

describe('CON5 nasty frames', () => {
  test('one field with something else in it is read as what its shape says, or not at all', () => {
    fc.assert(
      fc.property(either, fc.nat(), nasty, ({ value, read, table }, place, what) => {
        const all = places(value);
        const changed = put(value, all[place % all.length] as (string | number)[], what);
        const decoded = read(JSON.stringify(changed) ?? 'null');
        if (!decoded.ok) return;
        const { t } = decoded.frame as { t: string };
        expect(Object.hasOwn(table, t) && table[t]?.(decoded.frame)).toBe(true);
        expect(decoded.frame).toEqual(written(changed));
      }),
      runs(500),
    );
  });

  test('a text with any of its characters changed, cut or doubled never throws', () => {
    fc.assert(
      fc.property(either, fc.nat(), fc.nat(8), text, ({ value, read }, place, length, other) => {
        const whole = JSON.stringify(value);
        const at = place % whole.length;
        for (const changed of [
          whole.slice(0, at) + other + whole.slice(at + length),
          whole.slice(0, at),
          whole + whole,
        ])
          read(changed);
      }),
      runs(300),
    );
  });

  test('arbitrary bytes never throw and are never a frame', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const wild = new TextDecoder().decode(bytes);
        expect(decodeFrame(wild)).toEqual({ ok: false, malformed: true });
        expect(decodeRequest(wild)).toEqual({ ok: false, malformed: true });
      }),
      runs(500),
    );
  });

  test('__proto__ anywhere is data: no field is inherited from it, and nothing else changes', () => {
    fc.assert(
      fc.property(either, fc.nat(), json, ({ value, read, table }, place, what) => {
        const objects = places(value).filter((path) => {
          const at = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);
          return typeof at === 'object' && at !== null && !Array.isArray(at);
        });
        const path = objects[place % objects.length] as (string | number)[];
        const decoded = read(JSON.stringify(put(value, [...path, '__proto__'], what)));
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
        if (decoded.ok) expect(Object.getPrototypeOf(decoded.frame)).toBe(Object.prototype);
        // What it lacks of its own, it may not have from there.
        const bare = read(JSON.stringify(put({ t: (value as { t: string }).t }, ['__proto__'], value)));
        const needsNothing = table[(value as { t: string }).t]?.({ t: (value as { t: string }).t });
        expect(bare.ok).toBe(needsNothing);
      }),
      runs(300),
    );
  });

  test('§11 a body has the fields that its kind has, and no others', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(BODIES) as (keyof typeof BODIES)[])),
        json,
        text,
        (kind, body, extra) => {
          const known = isBody('conversation/c1', kind, body);
          if (known && !Array.isArray(body))
            expect(isBody('conversation/c1', kind, put(body, [`${extra}!`], 1))).toBe(false);
          expect(typeof known).toBe('boolean');
        },
      ),
      runs(300),
    );
  });
});
