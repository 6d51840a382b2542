import { decodeProtectedHeader, errors, importJWK, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Identity } from '../store/identity.ts';
import type { InboxKey } from '../store/inbox-keys.ts';

/** What a shop may say of its customer. */
const claims = z.object({
  sub: z.string().min(1).max(255),
  name: z.string().min(1).max(200).optional().catch(undefined),
  email: z
    .string()
    .max(320)
    .regex(/^[^@\s]+@[^@\s]+$/)
    .optional()
    .catch(undefined),
  attributes: z
    .record(z.string().max(64), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]))
    .optional()
    .catch(undefined),
});

/** Clocks of servers differ by this much. */
const SKEW_SECONDS = 60;

/**
 * Who a token says the customer is, where a key of the inbox signed it and it is good now; else a sentence for the shop's
 * developer. A token names its key by `kid`; without one every key of its algorithm is tried. It must expire.
 */
export async function readIdentity(
  token: string,
  keys: readonly InboxKey[],
  inbox: string,
): Promise<Identity | string> {
  if (keys.length === 0) return 'This inbox has no key for identities: make one with `heed inbox key`.';
  let header: { alg?: string; kid?: string };
  try {
    header = decodeProtectedHeader(token) as typeof header;
  } catch {
    return 'The identity is not a JWT.';
  }
  const named = keys.filter(({ id, algorithm }) => fits(header, id, algorithm));
  if (named.length === 0) return 'The identity names a key or an algorithm that this inbox does not have.';
  let why = '';
  for (const key of named) {
    const read = await verify(token, key, inbox);
    if (typeof read !== 'string') return read;
    why = read;
  }
  return why;
}

function fits({ alg, kid }: { alg?: string; kid?: string }, id: string, algorithm: string): boolean {
  const sameAlgorithm = alg === algorithm || (algorithm === 'EdDSA' && alg === 'Ed25519');
  return sameAlgorithm && (kid === undefined || kid === id);
}

async function verify(token: string, key: InboxKey, inbox: string): Promise<Identity | string> {
  try {
    const material =
      key.algorithm === 'HS256'
        ? Buffer.from(key.material, 'base64url')
        : await importJWK(JSON.parse(key.material), 'EdDSA');
    const { payload } = await jwtVerify(token, material, {
      algorithms: key.algorithm === 'HS256' ? ['HS256'] : ['EdDSA', 'Ed25519'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: SKEW_SECONDS,
    });
    return identityOf(payload, inbox);
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'The identity has expired: sign a new one for each page.';
    if (error instanceof errors.JWTClaimValidationFailed) return `The identity lacks a good "${error.claim}".`;
    return 'The identity is not signed by a key of this inbox.';
  }
}

/** A token for another inbox is not good here; one that names none is good for all that have its key. */
function identityOf(payload: JWTPayload, inbox: string): Identity | string {
  const { aud } = payload;
  if (aud !== undefined && ![aud].flat().includes(inbox)) return 'The identity is for another inbox ("aud").';
  const read = claims.safeParse(payload);
  if (!read.success) return 'The identity lacks a good "sub": a text of up to 255 characters.';
  const { sub, name, email, attributes } = read.data;
  return {
    sub,
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(attributes === undefined ? {} : { attributes }),
  };
}
