import { exportJWK, importJWK, importSPKI } from 'jose';
import { HeedError } from '../errors.ts';

/** The public Ed25519 key in a PEM or JWK text, as a JWK without anything private. Fails with `bad_key`. */
export async function publicJwk(text: string): Promise<string> {
  try {
    const isPem = text.includes('BEGIN PUBLIC KEY');
    const key = isPem
      ? await importSPKI(text, 'EdDSA', { extractable: true })
      : await importJWK(JSON.parse(text), 'EdDSA', { extractable: true });
    const { kty, crv, x } = await exportJWK(key);
    if (crv === 'Ed25519') return JSON.stringify({ kty, crv, x });
  } catch {
    // What it was instead is said below.
  }
  throw new HeedError('bad_key', 'That is not an Ed25519 public key, as PEM ("BEGIN PUBLIC KEY") or as a JWK.');
}
