import type pg from 'pg';

/** Who uploads, and what they say it is. */
export interface NewAttachment {
  id: string;
  owner: { type: string; id: string };
  name: string;
  type: string;
  size: number;
  sha256: string;
}

/** What is known of a file. */
export interface AttachmentRow {
  id: string;
  ownerType: string;
  owner: string;
  name: string;
  type: string;
  size: number;
  sha256: string;
  received: number;
  isWhole: boolean;
  width: number | null;
  height: number | null;
  hasPreview: boolean;
  conversation: string | null;
}

const COLUMNS = `id, owner_type AS "ownerType", owner, name, type, size, sha256, received, whole_at IS NOT NULL AS "isWhole",
  width, height, preview IS NOT NULL AS "hasPreview", conversation`;

/** Begins an upload, or finds the one that was begun with the same id by the same person; undefined where it is another's. */
export async function beginUpload(pool: pg.Pool, file: NewAttachment): Promise<AttachmentRow | undefined> {
  const { id, owner, name, type, size, sha256 } = file;
  await pool.query(
    `INSERT INTO attachment (id, owner_type, owner, name, type, size, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO NOTHING`,
    [id, owner.type, owner.id, name, type, size, sha256],
  );
  const row = await findAttachment(pool, id);
  const isSame = row?.ownerType === owner.type && row.owner === owner.id && row.sha256 === sha256 && row.size === size;
  return isSame ? row : undefined;
}

/** How much somebody has uploaded that no message names. */
export async function looseBytes(pool: pg.Pool, owner: { type: string; id: string }): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>(
    `SELECT coalesce(sum(size), 0) AS bytes FROM attachment WHERE owner_type = $1 AND owner = $2 AND conversation IS NULL`,
    [owner.type, owner.id],
  );
  return Number(rows[0]?.bytes ?? 0);
}

export async function findAttachment(pool: pg.Pool, id: string): Promise<AttachmentRow | undefined> {
  const { rows } = await pool.query<AttachmentRow>(`SELECT ${COLUMNS} FROM attachment WHERE id = $1`, [id]);
  return rows[0];
}

/**
 * Adds bytes at an offset and gives how many there are now: as many as before where the offset was another, so that what
 * comes twice is stored once.
 */
export async function addBytes(pool: pg.Pool, id: string, offset: number, bytes: Buffer): Promise<number> {
  const { rows } = await pool.query<{ received: number }>(
    `WITH grown AS (
       UPDATE attachment SET received = received + octet_length($3::bytea)
        WHERE id = $1 AND received = $2 AND received + octet_length($3::bytea) <= size AND whole_at IS NULL RETURNING id, received
     ), part AS (INSERT INTO attachment_part (attachment, at, bytes) SELECT id, $2, $3 FROM grown)
     SELECT received FROM grown UNION ALL
     SELECT received FROM attachment WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM grown)`,
    [id, offset, bytes],
  );
  return rows[0]?.received ?? 0;
}

/** The bytes of a file, part by part. */
export async function* bytesOf(pool: pg.Pool, id: string): AsyncGenerator<Buffer> {
  for (let from = -1; ; ) {
    const { rows } = await pool.query<{ at: number; bytes: Buffer }>(
      'SELECT at, bytes FROM attachment_part WHERE attachment = $1 AND at > $2 ORDER BY at LIMIT 4',
      [id, from],
    );
    for (const { bytes } of rows) yield bytes;
    const last = rows.at(-1);
    if (!last) return;
    from = last.at;
  }
}

/** What was found when all of a file had come. */
export interface Inspected {
  type: string;
  width?: number;
  height?: number;
  preview?: Buffer;
}

export async function completeUpload(pool: pg.Pool, id: string, found: Inspected): Promise<void> {
  await pool.query(
    `UPDATE attachment SET whole_at = clock_timestamp(), type = $2, width = $3, height = $4, preview = $5
      WHERE id = $1 AND whole_at IS NULL AND received = size`,
    [id, found.type, found.width ?? null, found.height ?? null, found.preview ?? null],
  );
}

/** Forgets what was received of an upload, so that it can begin anew. */
export async function restartUpload(pool: pg.Pool, id: string): Promise<void> {
  await pool.query(
    `WITH gone AS (DELETE FROM attachment_part WHERE attachment = $1)
     UPDATE attachment SET received = 0 WHERE id = $1 AND whole_at IS NULL`,
    [id],
  );
}

export async function dropAttachment(pool: pg.Pool, id: string): Promise<void> {
  await pool.query('DELETE FROM attachment WHERE id = $1 AND conversation IS NULL', [id]);
}

export async function previewOf(pool: pg.Pool, id: string): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ preview: Buffer | null }>('SELECT preview FROM attachment WHERE id = $1', [id]);
  return rows[0]?.preview ?? undefined;
}
