import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayTryAgain } from './again.ts';
import { isText } from './bodies.ts';
import { decodeFrame } from './frames.ts';
import { REFUSALS } from './refusals.ts';
import { decodeRequest } from './requests.ts';
import { VERSION } from './version.ts';

/** The wire as it was when the version was given: change a frame, raise the version, then renew this. */
const PINNED = { version: 1, hash: 'c04cecd00503a654' };

test('the frames of a version never change', () => {
  const files = ['wire.ts', 'requests.ts', 'frames.ts', 'bodies.ts', 'kinds.ts', 'point.ts', 'shape.ts'];
  const code = files.map((file) =>
    readFileSync(join(import.meta.dirname, file), 'utf8').replace(/\/\*\*[\s\S]*?\*\/|\/\/.*$|\s+/gm, ''),
  );
  const hash = createHash('sha256').update(code.join('\n')).digest('hex').slice(0, 16);
  expect({ version: VERSION, hash }).toEqual(PINNED);
});

test('SND5 the refusals in the documentation are those of the table', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/protocol.md'), 'utf8');
  const rule = /Final codes: `([^`]+)`; to be tried again: `([^`]+)`/.exec(page);
  const codes = Object.entries(REFUSALS);
  const named = (again: boolean) =>
    codes
      .filter(([, refusal]) => refusal.again === again)
      .map(([code]) => code)
      .sort();
  // `empty` belongs to take alone (LST5).
  expect(named(false)).toEqual([...(rule?.[1] ?? '').split(' '), 'empty'].sort());
  expect(codes.every(([code, refusal]) => mayTryAgain(code) === refusal.again)).toBe(true);
  expect(named(true)).toEqual((rule?.[2] ?? '').split(' ').sort());
});

const send = {
  t: 'send',
  id: 'a1',
  s: 'conversation/c1',
  epoch: 'e',
  kind: 'message',
  body: { text: 'x' },
  attempt: 1,
};

test('CON5 what is no JSON object with a name, or nests too deep, is malformed; an unknown name is only refused', () => {
  for (const text of [
    '',
    'x',
    '[]',
    '1',
    'null',
    '{}',
    '{"t":1}',
    `{"t":"send","body":${'['.repeat(40)}${']'.repeat(40)}}`,
  ]) {
    expect(decodeRequest(text), text).toEqual({ ok: false, malformed: true });
  }
  expect(decodeRequest('{"t":"nothing","re":"r1"}')).toEqual({ ok: false, malformed: false, t: 'nothing', re: 'r1' });
  expect(decodeRequest('{"t":"__proto__","re":"r1"}')).toMatchObject({ ok: false, malformed: false });
});

test('CON5 __proto__ and its kind are data', () => {
  const decoded = decodeRequest(
    JSON.stringify(send).replace('{"text":"x"}', '{"text":"x","__proto__":{"polluted":1}}'),
  );
  expect(decoded.ok).toBe(true);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect(decodeRequest('{"t":"open","__proto__":{"s":"conversation/x"}}')).toMatchObject({ ok: false });
});

test('every request survives its own writing', () => {
  const decoded = decodeRequest(JSON.stringify(send));
  expect(decoded).toEqual({ ok: true, frame: send });
});

test('decoding never throws, whatever comes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.json().map((json) => `{"t":"send","s":${json}}`),
      ),
      (text) => {
        decodeRequest(text);
        decodeFrame(text);
      },
    ),
  );
});

test('SND10 text is well-formed and without U+0000', () => {
  expect(isText('שלום 👋🏽 \u202e')).toBe(true);
  expect(isText('a\u0000b')).toBe(false);
  expect(isText('\ud83d')).toBe(false);
});
