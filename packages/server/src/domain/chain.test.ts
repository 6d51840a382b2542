import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { birthHash, bodyHash, canonical, conversationIdOf, nextHash, nextListHash, sendHash } from './chain.ts';

const EPOCH = '00000000-0000-4000-8000-000000000000';

test('STR2 the hashes are those that were computed apart from this code', () => {
  const h0 = birthHash('conversation/c1', EPOCH);
  expect(h0).toBe('zAf7pcotXI5W08nw');
  const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');
  const hashed = bodyHash(salt, canonical({ text: 'Grüß dich\n"x"', replyTo: 1 }));
  expect(hashed).toBe('e7YXEEVOES1rHLm9pdadFQWcOqiO_T7pxHmJNHzIT6Y');
  const item = { n: 1, id: 'm1', kind: 'message', actor: { type: 'customer' as const, id: 'cy' } };
  const h1 = nextHash(h0, { ...item, at: '2026-01-02T03:04:05.678Z', bodyHash: hashed });
  expect(h1).toBe('KnLR-117qGEwncYX');
  expect(nextListHash(h1, 2, 'c1.2', null)).toBe('F6b0LqGw6rpFZw1G');
  expect(nextListHash(h1, 2, 'c1.2', h0)).toBe('_EBMeG4fuT_X0Mth');
});

const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());

test('STR2 the text that is hashed is RFC 8785 of the item, whatever its id, its actor and its body', () => {
  const actor = fc.record({ type: fc.constantFrom('customer', 'agent', 'bot', 'system') as never, id: text });
  const hashed = fc.record({
    n: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    id: text,
    kind: fc.constantFrom('message', 'assigned'),
    actor,
    at: fc.constant('2026-01-02T03:04:05.678Z'),
    bodyHash: fc.base64String(),
  });
  fc.assert(
    fc.property(fc.string(), hashed, (h, item) => {
      const digest = createHash('sha256')
        .update(`${h}\n${canonical(item)}`)
        .digest()
        .subarray(0, 12);
      expect(nextHash(h, item as never)).toBe(digest.toString('base64url'));
    }),
  );
});

test('STR2 any change of an item or of what came before changes the hash', () => {
  const base = {
    n: 3,
    id: 'i',
    kind: 'message',
    actor: { type: 'agent' as const, id: 'a' },
    at: '2026-01-02T03:04:05.678Z',
    bodyHash: 'b',
  };
  const variants = [
    base,
    { ...base, n: 4 },
    { ...base, id: 'j' },
    { ...base, kind: 'note' },
    { ...base, actor: { type: 'bot' as const, id: 'a' } },
    { ...base, actor: { type: 'agent' as const, id: 'b' } },
    { ...base, at: '2026-01-02T03:04:05.679Z' },
    { ...base, bodyHash: 'c' },
  ].map((item) => nextHash('h', item));
  expect(new Set([...variants, nextHash('g', base)]).size).toBe(variants.length + 1);
});

test('STR2 the same words with another salt hash otherwise', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.uint8Array({ minLength: 16, maxLength: 16 }), (body, bytes) => {
      const salt = Buffer.from(bytes);
      const other = Buffer.from(salt.map((byte) => byte ^ 1));
      const json = canonical(body);
      expect(bodyHash(salt, json)).toBe(bodyHash(salt, canonical(JSON.parse(json))));
      expect(bodyHash(salt, json)).not.toBe(bodyHash(other, json));
    }),
  );
});

test('SND7 the same author and id always make the same conversation, others never', () => {
  fc.assert(
    fc.property(fc.ulid(), fc.ulid(), (actor, id) => {
      expect(conversationIdOf(actor, id)).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      expect(conversationIdOf(actor, id)).toBe(conversationIdOf(actor, id));
      if (actor !== id) expect(conversationIdOf(actor, id)).not.toBe(conversationIdOf(id, actor));
    }),
  );
});

test('SND3 SND11 kind, body and what follows tell two sends apart; the order of fields does not', () => {
  expect(sendHash('message', { text: 'a', replyTo: 1 }, undefined)).toBe(
    sendHash('message', { replyTo: 1, text: 'a' }, undefined),
  );
  const hashes = [
    sendHash('message', { text: 'a' }, undefined),
    sendHash('message', { text: 'a ' }, undefined),
    sendHash('note', { text: 'a' }, undefined),
    sendHash('message', { text: 'a' }, 'resolve'),
    sendHash('message', { text: 'a' }, { snooze: '2026-01-02T03:04:05.678Z' }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});
