import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { ulid } from 'ulid';
import { HeedError } from '../errors.ts';

export type Algorithm = 'HS256' | 'EdDSA';

/** A key with which a shop signs who its customers are. */
export interface InboxKey {
  id: string;
  algorithm: Algorithm;
  /** HS256: the secret, base64url. EdDSA: the public key, a JWK as text. */
  material: string;
  createdAt: Date;
}

/** Fails with `inbox_not_found`. */
export async function inboxId(client: Pick<pg.Pool, 'query'>, name: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM inbox WHERE id = $1 OR key = $1 OR lower(name) = lower($1)',
    [name],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new HeedError('inbox_not_found', `There is no inbox ${JSON.stringify(name)}.`);
  return id;
}

/** Adds a key beside those there are. Without `publicKey` one is made: a secret for HS256, shown this once. */
export async function addInboxKey(
  pool: pg.Pool,
  inbox: string,
  publicKey: string | undefined,
): Promise<{ id: string; algorithm: Algorithm; secret?: string }> {
  const secret = randomBytes(32).toString('base64url');
  const key = publicKey === undefined ? ({ algorithm: 'HS256', secret } as const) : ({ algorithm: 'EdDSA' } as const);
  const id = ulid();
  await pool.query('INSERT INTO inbox_key (id, inbox, algorithm, material) VALUES ($1, $2, $3, $4)', [
    id,
    await inboxId(pool, inbox),
    key.algorithm,
    publicKey ?? secret,
  ]);
  return { id, ...key };
}

/** The keys of an inbox, by its id, the newest first. */
export async function inboxKeys(pool: pg.Pool, inbox: string): Promise<InboxKey[]> {
  const { rows } = await pool.query<InboxKey>({
    name: 'inbox-keys',
    text: `SELECT id, algorithm, material, created_at AS "createdAt" FROM inbox_key WHERE inbox = $1 ORDER BY created_at DESC`,
    values: [inbox],
  });
  return rows;
}

/** Tokens signed with it are good no more. Fails with `key_not_found`. */
export async function removeInboxKey(pool: pg.Pool, id: string): Promise<void> {
  const { rowCount } = await pool.query('DELETE FROM inbox_key WHERE id = $1', [id]);
  if (rowCount === 0) throw new HeedError('key_not_found', `There is no key ${JSON.stringify(id)}.`);
}
