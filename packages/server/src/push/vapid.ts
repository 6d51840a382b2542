import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type pg from 'pg';

/** The keys by which push services know who pushes (RFC 8292). */
export interface PushKeys {
  /** As browsers take it: the uncompressed point, base64url. */
  publicKey: string;
  privateKey: JWK;
}

/** Push services take tokens of a day at most. */
const TOKEN_LASTS = '12h';

/** Those that the installation has; they are made the first time, and never change, since subscriptions are bound to them. */
export async function pushKeys(pool: pg.Pool): Promise<PushKeys> {
  const known = await read(pool);
  if (known) return known;
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const { x = '', y = '' } = await exportJWK(publicKey);
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  await pool.query('INSERT INTO push_key (public_key, private_key) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    point.toString('base64url'),
    JSON.stringify(await exportJWK(privateKey)),
  ]);
  // Another node may have been quicker.
  return (await read(pool)) as PushKeys;
}

async function read(pool: pg.Pool): Promise<PushKeys | undefined> {
  const { rows } = await pool.query<{ public_key: string; private_key: JWK }>(
    'SELECT public_key, private_key FROM push_key',
  );
  return rows[0] && { publicKey: rows[0].public_key, privateKey: rows[0].private_key };
}

/** What proves to a push service that it is this installation that pushes. */
export async function vapidHeader(keys: PushKeys, endpoint: string, contact: string): Promise<string> {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setAudience(new URL(endpoint).origin)
    .setSubject(contact)
    .setExpirationTime(TOKEN_LASTS)
    .sign(await importJWK(keys.privateKey, 'ES256'));
  return `vapid t=${token}, k=${keys.publicKey}`;
}
