import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256, sha256InScript } from './sha-256.ts';

const known = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

test('§11 the hash of an upload is SHA-256, with and without the help of the browser', async () => {
  for (const text of ['', 'abc', 'a'.repeat(55), 'a'.repeat(56), 'a'.repeat(64), 'a'.repeat(1_000_003)]) {
    const bytes = new TextEncoder().encode(text);
    expect(sha256InScript(bytes)).toBe(known(bytes));
    expect(await sha256(bytes)).toBe(known(bytes));
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(7), (bytes, skip) => {
      const part = bytes.subarray(Math.min(skip, bytes.length));
      expect(sha256InScript(part)).toBe(known(part));
    }),
  );
});
