import type { Stream } from '@heed/protocol';
import type pg from 'pg';

/** What was erased: the target's number in each stream that shows it. */
export interface Erasure {
  stream: Stream;
  n: number;
}

/**
 * Removes the words of an erased item and of its edits from the store, and the hash by which its send was recognised
 * (§11). The item itself stays, so the chain still verifies.
 */
export async function eraseBodies(client: pg.ClientBase, erasures: Erasure[]): Promise<void> {
  for (const { stream, n } of erasures) {
    const { rows } = await client.query<{ n: number; id: string; actor: string }>(
      `SELECT i.n, i.id, i.actor FROM item i
         LEFT JOIN body b USING (stream, n)
        WHERE i.stream = $1 AND (i.n = $2 OR (i.kind = 'edited' AND (b.json::json->>'target')::int = $2))`,
      [stream, n],
    );
    await client.query('DELETE FROM body WHERE stream = $1 AND n = ANY($2)', [stream, rows.map((row) => row.n)]);
    await client.query(
      `UPDATE send_key k SET body_hash = NULL FROM unnest($2::text[], $3::text[]) AS u(actor, id)
        WHERE k.stream IN ($1, 'chat/new', 'conversation/new') AND k.actor = u.actor AND k.id = u.id`,
      [stream, rows.map((row) => row.actor), rows.map((row) => row.id)],
    );
  }
}
