import type { Item, Update } from '@heed/protocol';
import type pg from 'pg';

/** An item with what its hash was made of: `salt` is missing where the body was erased (STR2). */
export interface ProvenItem extends Item {
  bodyHash: string;
  salt?: string;
}

/** An update that anybody can verify: the epoch in which its stream was born makes `h(0)`. */
export interface ProvenUpdate extends Update {
  birth: string;
  items: ProvenItem[];
}

/** Adds to a stretch of a log what a verifier needs (STR2). */
export async function withProof(pool: pg.Pool, update: Update): Promise<ProvenUpdate> {
  const numbers = update.items.map(({ n }) => n);
  const [births, proofs] = await Promise.all([
    pool.query<{ birth: string }>('SELECT birth FROM stream WHERE name = $1', [update.s]),
    pool.query<{ n: number; body_hash: string; salt: Buffer | null }>(
      `SELECT i.n, i.body_hash, b.salt FROM item i LEFT JOIN body b USING (stream, n)
        WHERE i.stream = $1 AND i.n = ANY($2)`,
      [update.s, numbers],
    ),
  ]);
  const byNumber = new Map(proofs.rows.map((row) => [row.n, row]));
  const items = update.items.map((item): ProvenItem => {
    const { body_hash = '', salt = null } = byNumber.get(item.n) ?? {};
    // What was erased between the two looks has lost its salt, and its body is not given out any more.
    if (salt === null && item.body !== undefined) return { ...erased(item), bodyHash: body_hash };
    return { ...item, bodyHash: body_hash, ...(salt ? { salt: salt.toString('base64url') } : {}) };
  });
  return { ...update, birth: births.rows[0]?.birth ?? '', items };
}

function erased({ body: _, ...item }: Item): Item {
  return { ...item, erased: true };
}
